import { randomUUID } from 'node:crypto'
import type { Stats } from 'node:fs'
import { type FileHandle, open, readFile, realpath, rename, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { KeyHome } from '../client/keyHome.js'
import type { JwksHome } from '../client/keyRegister.js'
import { readJson } from '../encoding/json.js'
import { KeyError, PkjwtError } from '../errors.js'
import { hasCode, takeFileLock } from './fileLock.js'

/**
 * A private key in a file, as a JWK. Given to a token client as its `key`, it is read anew for each token, so that a key that was replaced is
 * picked up without a restart, and `client.rotateKey()` knows where to put the next one.
 *
 * @param path The file. While the key is being replaced there is another one beside it, `….rotation`, with the next private key.
 * @example
 * const rotating = createTokenClient({ org, clientId, key: createKeyFile('private-key.jwk'), scopes: ['okta.apps.manage'] })
 * const { previousKid } = await rotating.rotateKey({ overlapSeconds: 0 })
 * assert.equal(previousKid, key.kid)
 */
export function createKeyFile(path: string): KeyHome {
  const planPath = `${path}.rotation`
  return {
    readKey: () => readKeyFile(path),
    async replaceKey(jwk) {
      await replaceFile(path, `${JSON.stringify(jwk, null, 2)}\n`, 0o600)
    },
    readPlan: () => findText(planPath),
    async savePlan(plan) {
      if (plan === undefined) await removeFile(planPath)
      else await replaceFile(planPath, plan, 0o600)
    },
    async lock(signal) {
      try {
        return await takeFileLock(`${path}.lock`, signal)
      } catch (cause) {
        throw signal.aborted ? cause : unwritable(path, cause)
      }
    },
  }
}

/**
 * The set of public keys in a file that a web server publishes.
 *
 * @example
 * const file = createJwksFile('jwks.json')
 * await file.write({ keys: [jwk] })
 * assert.deepEqual(await file.read(), { keys: [jwk] })
 */
export function createJwksFile(path: string): JwksHome {
  return {
    async read() {
      const text = await findText(path)
      return text === undefined || text.trim() === '' ? undefined : readJson(text, { what: 'the set of keys' })
    },
    write: (set) => replaceFile(path, `${JSON.stringify(set, null, 2)}\n`, 0o644),
  }
}

async function readKeyFile(path: string): Promise<string> {
  const text = await findText(path)
  if (text === undefined) {
    throw new KeyError('key_file_missing', `Cannot read the key from ${quote(path)}: there is no such file`, {
      hint: 'Check its name and the folder',
    })
  }
  if (text.trimStart().startsWith('{')) return text
  throw new PkjwtError('option_invalid', `Cannot use ${quote(path)} as a key that is replaced: it is no JWK`, {
    hint: 'Other forms hold no "kid", without which two keys cannot be told apart: pkjwt key convert --format jwk',
  })
}

async function findText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return undefined
    throw new PkjwtError('file_unreadable', `Cannot read ${quote(path)}: ${systemCode(cause)}`, {
      hint: 'Run it as the user who owns the file',
      cause,
    })
  }
}

/** On the disk before it gets its name, and its name on the disk before anything rests on it. Links, owner and mode stay as they are. */
async function replaceFile(path: string, text: string, modeOfNew: number): Promise<void> {
  const target = await realpath(path).catch(() => path)
  const before = await stat(target).catch(() => undefined)
  const aside = `${target}.${randomUUID()}`
  try {
    const file = await open(aside, 'wx', before === undefined ? modeOfNew : before.mode & 0o777)
    try {
      // Whoever reads the file must be able to read the next one too.
      if (before !== undefined) await keepOwner(file, before)
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(aside, target)
  } catch (cause) {
    await unlink(aside).catch(() => undefined)
    throw unwritable(path, cause)
  }
  await syncFolder(dirname(target))
}

async function keepOwner(file: FileHandle, { uid, gid }: Stats): Promise<void> {
  const now = await file.stat()
  if (now.uid !== uid || now.gid !== gid) await file.chown(uid, gid)
}

async function removeFile(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (cause) {
    if (!hasCode(cause, 'ENOENT')) throw unwritable(path, cause)
  }
  await syncFolder(dirname(path))
}

/** A system that cannot flush a folder keeps names by other means. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined)
  try {
    await folder?.sync()
  } catch {
    // Not on Windows.
  } finally {
    await folder?.close()
  }
}

function unwritable(path: string, cause: unknown): PkjwtError {
  return new PkjwtError('file_unwritable', `Cannot replace ${quote(path)}: ${systemCode(cause)}`, {
    hint: 'Run it as the user who owns the file, where that user may make files',
    cause,
  })
}

function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? `the system says ${error.code}`
    : 'it failed'
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 200))
}
