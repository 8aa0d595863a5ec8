import { createHash, randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { chmod, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { TokenStore } from '../client/tokenStore.js'
import { hasCode, takeFileLock } from './fileLock.js'

/** Where tokens are kept. */
export interface FileTokenCacheOptions {
  /** Where the tokens lie, one file each. Default `pkjwt/tokens` in the user's cache folder. */
  readonly folder?: string | undefined
}

/** No token file is longer. */
const fileBytesMax = 131_072

/** Files that nobody touched for so long hold nothing that lives. */
const keepDays = 7

/**
 * Creates a store that shares tokens between the processes of one user on one machine: each token in a file that only the user can read,
 * replaced in one step, with a lock so that many processes that need the same token make one request. Tokens bound to a DPoP key are not
 * kept in it.
 *
 * @example
 * const first = createTokenClient({ org, clientId, key, scopes, cache: createFileTokenCache() })
 * const second = createTokenClient({ org, clientId, key, scopes, cache: createFileTokenCache() })
 * assert.equal((await first.token()).value, (await second.token()).value)
 */
export function createFileTokenCache(options: FileTokenCacheOptions = {}): TokenStore {
  const folder = options.folder ?? defaultFolder()
  const pathOf = (name: string) => join(folder, createHash('sha256').update(name).digest('hex'))
  let prepared: Promise<void> | undefined
  const prepare = () => {
    prepared ??= prepareFolder(folder).catch((error: unknown) => {
      prepared = undefined
      throw error
    })
    return prepared
  }
  return {
    find: (name) => readTokenFile(`${pathOf(name)}.json`),
    async save(name, token) {
      await prepare()
      await replaceFile(`${pathOf(name)}.json`, JSON.stringify(token))
    },
    async lock(name, signal) {
      await prepare()
      return takeFileLock(`${pathOf(name)}.lock`, signal)
    },
  }
}

function defaultFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env
  const system = process.platform === 'win32' ? LOCALAPPDATA : undefined
  return join(XDG_CACHE_HOME || system || join(homedir(), '.cache'), 'pkjwt', 'tokens')
}

async function prepareFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const { mode } = await stat(folder)
  // Others could put their own files there.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) await chmod(folder, 0o700)
  await clearOld(folder)
}

async function clearOld(folder: string): Promise<void> {
  const oldest = Date.now() - keepDays * 86_400_000
  for (const name of await readdir(folder)) {
    if (/^[0-9a-f]{64}\./.test(name)) await clearWhenOld(join(folder, name), oldest)
  }
}

async function clearWhenOld(path: string, oldest: number): Promise<void> {
  try {
    if ((await stat(path)).mtimeMs < oldest) await unlink(path)
  } catch (error) {
    // Another process was faster.
    if (!hasCode(error, 'ENOENT')) throw error
  }
}

async function readTokenFile(path: string): Promise<unknown> {
  const text = await findText(path)
  return text === undefined ? undefined : JSON.parse(text)
}

async function findText(path: string): Promise<string | undefined> {
  try {
    // A link could lead to a file of somebody else's making.
    const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
    try {
      const about = await file.stat()
      const isOurs = process.getuid === undefined || about.uid === process.getuid()
      return isOurs && about.size <= fileBytesMax ? await file.readFile('utf8') : undefined
    } finally {
      await file.close()
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/** Written beside it and moved over it: whoever reads sees the old one or the new one, and never half of it. */
async function replaceFile(path: string, text: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`
  const file = await open(aside, 'wx', 0o600)
  try {
    await file.writeFile(text)
  } finally {
    await file.close()
  }
  await rename(aside, path)
}
