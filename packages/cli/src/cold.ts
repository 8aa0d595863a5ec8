import type { Command } from './command.js'

// When built, this and all that it needs is a file of its own. To compile it costs more than to sign, and whoever signs does not pay
// for it: what `sign` always needs is reached from main.ts without it, everything else through it.

export { openKey } from 'pkjwt/node'
export { writeFindings } from './format.js'
export { describeCommand, writeHelp, writeOverview, writeUsage, writeWelcome } from './help.js'
export { fillFromConnection } from './settings.js'

/** Every command but `sign`. */
export const others: Readonly<Record<string, () => Promise<Command>>> = {
  keygen: async () => (await import('./commands/keygen.js')).keygen,
  'key show': async () => (await import('./commands/keyShow.js')).keyShow,
  'key public': async () => (await import('./commands/keyPublic.js')).keyPublic,
  'key convert': async () => (await import('./commands/keyConvert.js')).keyConvert,
  inspect: async () => (await import('./commands/inspect.js')).inspect,
  verify: async () => (await import('./commands/verify.js')).verify,
  diagnose: async () => (await import('./commands/diagnose.js')).diagnoseCommand,
  token: async () => (await import('./commands/token.js')).token,
  fetch: async () => (await import('./commands/fetch.js')).fetchCommand,
  doctor: async () => (await import('./commands/doctor.js')).doctor,
  conformance: async () => (await import('./commands/conformance.js')).conformance,
  'app create': async () => (await import('./commands/app/create.js')).appCreate,
  'app list': async () => (await import('./commands/app/apps.js')).appList,
  'app show': async () => (await import('./commands/app/apps.js')).appShow,
  'app delete': async () => (await import('./commands/app/apps.js')).appDelete,
  'app key add': async () => (await import('./commands/app/keys.js')).appKeyAdd,
  'app key list': async () => (await import('./commands/app/keys.js')).appKeyList,
  'app key activate': async () => (await import('./commands/app/keys.js')).appKeyActivate,
  'app key deactivate': async () => (await import('./commands/app/keys.js')).appKeyDeactivate,
  'app key remove': async () => (await import('./commands/app/keys.js')).appKeyRemove,
  'app key rotate': async () => (await import('./commands/app/keyRotate.js')).appKeyRotate,
  'app grant add': async () => (await import('./commands/app/grants.js')).appGrantAdd,
  'app grant list': async () => (await import('./commands/app/grants.js')).appGrantList,
  'app grant remove': async () => (await import('./commands/app/grants.js')).appGrantRemove,
  'app role add': async () => (await import('./commands/app/roles.js')).appRoleAdd,
  'app role list': async () => (await import('./commands/app/roles.js')).appRoleList,
  'app role remove': async () => (await import('./commands/app/roles.js')).appRoleRemove,
  serve: async () => (await import('./commands/serve.js')).serve,
  'server log verify': async () => (await import('./commands/serverLog.js')).serverLogVerify,
  'server store migrate': async () => (await import('./commands/serverStore.js')).serverStoreMigrate,
  'server store export': async () => (await import('./commands/serverStore.js')).serverStoreExport,
  'server store import': async () => (await import('./commands/serverStore.js')).serverStoreImport,
  'config show': async () => (await import('./commands/configShow.js')).configShow,
  page: async () => (await import('./commands/page.js')).page,
  completion: async () => (await import('./commands/completion.js')).completion,
}
