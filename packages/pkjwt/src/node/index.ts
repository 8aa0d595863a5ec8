export { createFileTokenCache, type FileTokenCacheOptions } from './fileTokenCache.js'
export { nodeFetch } from './nodeFetch.js'
export { type KeyWarning, type OpenKeyOptions, openKey } from './openKey.js'
export { listSshAgentKeys, type OpenSshAgentOptions, openSshAgent, type SshAgentKey } from './sshAgent.js'
