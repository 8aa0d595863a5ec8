import { open, readFile } from 'node:fs/promises'
import { isJsonObject, readJson } from 'pkjwt/encoding'
import { PkjwtError } from 'pkjwt/errors'
import { generateKey, readPrivateKey, type SigningKey, writePrivateKey } from 'pkjwt/keys'
import type { Context } from '../context.js'
import { createId } from '../store/ids.js'
import { permissions } from './permissions.js'

/** The setting that remembers which app was made; made once, it is not made again. */
const settingName = 'first_admin'

/**
 * Makes the app that a new server is administered with, and writes its private key into a file for this user alone. It does nothing
 * when some app is a Super Admin already, or when it was made before and taken away. Two processes that start at once make one app.
 *
 * @param file Where the key goes: a private JWK that says in `client_id` whose it is.
 * @returns its client id, when there is one to speak of
 * @throws {PkjwtError} `config_invalid` when the file is there and holds no key, or cannot be written
 */
export async function makeFirstAdmin(context: Context, file: string): Promise<string | undefined> {
  const { store, log } = context
  if (await store.hasActiveRole('SUPER_ADMIN')) return undefined
  const clientId = await store.createSetting(settingName, (await findClientId(file)) ?? createId('app'))
  if ((await store.findApp(clientId)) !== undefined || (await store.findDeletion(clientId)) !== undefined) return undefined
  const { kid, thumbprint, publicKey } = await ownKey(file, clientId)
  const created = await store.createApp(
    {
      clientId,
      clientName: 'First administrator',
      keys: [{ kid, thumbprint, jwk: publicKey.jwk }],
      grants: scopesOfAll().map((scope) => ({ scope, issuer: '', createdBy: 'first start' })),
      roles: [{ type: 'SUPER_ADMIN' }],
    },
    { now: Math.floor(context.clock().getTime() / 1000) },
  )
  if (typeof created === 'string') return undefined
  context.audit.note('application.lifecycle.create', {
    outcome: 'SUCCESS',
    clientId: 'first start',
    target: [{ id: clientId, type: 'AppInstance', displayName: created.clientName }],
  })
  log.warn(
    'first_admin',
    `Made the app ${clientId} with the role SUPER_ADMIN; its private key is in ${file}: keep it, or delete the app`,
  )
  return clientId
}

function scopesOfAll(): readonly string[] {
  return [...new Set(Object.values(permissions).flatMap(({ scopes }) => scopes))]
}

/** The key of the file. Whoever makes the file first decides; a start that was cut off goes on with what it left. */
async function ownKey(file: string, clientId: string): Promise<SigningKey> {
  const key = await generateKey({ alg: 'ES256' })
  try {
    const handle = await open(file, 'wx', 0o600)
    try {
      const jwk = { ...(await writePrivateKey(key, 'jwk')), client_id: clientId }
      await handle.writeFile(`${JSON.stringify(jwk, null, 2)}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
    return key
  } catch (cause) {
    if (!isTaken(cause)) throw unusable(file, 'it cannot be written', cause)
  }
  try {
    return await readPrivateKey(await readFile(file))
  } catch (cause) {
    throw unusable(file, 'it is there and holds no key', cause)
  }
}

/** Whose key is in the file already: a store that was made anew gets the administrator that everybody knows. */
async function findClientId(file: string): Promise<string | undefined> {
  try {
    const jwk = readJson(await readFile(file, 'utf8'))
    const clientId = isJsonObject(jwk) ? jwk['client_id'] : undefined
    return typeof clientId === 'string' && /^0oa\w{17}$/.test(clientId) ? clientId : undefined
  } catch {
    return undefined
  }
}

function isTaken(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
}

function unusable(file: string, state: string, cause: unknown): PkjwtError {
  return new PkjwtError('config_invalid', `Cannot use ${JSON.stringify(file)} for the key of the first administrator: ${state}`, {
    hint: 'Move it away, or give an admin token',
    cause,
  })
}
