import { open, readFile } from 'node:fs/promises'
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
 * @param file Where the key goes: a private JWK.
 * @returns its client id, when there is one to speak of
 * @throws {PkjwtError} `config_invalid` when the file is there and holds no key, or cannot be written
 */
export async function makeFirstAdmin(context: Context, file: string): Promise<string | undefined> {
  const { store, log } = context
  if (await store.hasActiveRole('SUPER_ADMIN')) return undefined
  const clientId = await store.createSetting(settingName, createId('app'))
  if ((await store.findApp(clientId)) !== undefined || (await store.findDeletion(clientId)) !== undefined) return undefined
  const { kid, thumbprint, publicKey } = await ownKey(file)
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
async function ownKey(file: string): Promise<SigningKey> {
  const key = await generateKey({ alg: 'ES256' })
  try {
    const handle = await open(file, 'wx', 0o600)
    try {
      await handle.writeFile(`${JSON.stringify(await writePrivateKey(key, 'jwk'), null, 2)}\n`)
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

function isTaken(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
}

function unusable(file: string, state: string, cause: unknown): PkjwtError {
  return new PkjwtError('config_invalid', `Cannot use ${JSON.stringify(file)} for the key of the first administrator: ${state}`, {
    hint: 'Move it away, or give an admin token',
    cause,
  })
}
