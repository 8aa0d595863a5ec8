import type { FastifyReply, FastifyRequest } from 'fastify'
import { writeManagedKey } from 'pkjwt/protocol'
import type { Route } from '../routing/http.js'
import type { App, AppKey, KeyDraft, Status } from '../store/store.js'
import { targetOf, warnOfPrivateKey } from './appChanges.js'
import { type Admin, noteChange, paramOf, readBody, requireApp, requireChange, send, settled } from './change.js'
import { KeyRefused, readKeyDraft } from './keys.js'
import { invalid, keyTexts, notFound } from './refusals.js'
import { texts } from './texts.js'

const kind = 'JsonWebKey'
const root = '/api/v1/apps/:appId/credentials/jwks'

/** `/api/v1/apps/{id}/credentials/jwks`: the keys of an app and their life. */
export function appKeyRoutes(admin: Admin): Route[] {
  const write = (key: AppKey) => writeManagedKey(key, admin.context.addresses.issuer())
  const setStatus = (status: Status) => async (request: FastifyRequest, reply: FastifyReply) =>
    send(reply, write(await setKeyStatus(request, status, admin)))
  return [
    {
      name: 'keys_of_apps',
      path: root,
      async GET(request, reply) {
        await admin.administrators(request, 'readApps')
        const { clientId } = await requireApp(request, admin)
        return send(reply, { keys: (await admin.context.store.listKeys(clientId)).map(write) })
      },
      POST: async (request, reply) => send(reply, write(await addKey(request, admin)), 201),
    },
    {
      name: 'keys_of_apps',
      path: `${root}/:keyId`,
      async GET(request, reply) {
        await admin.administrators(request, 'readApps')
        return send(reply, write(await requireKey(request, await requireApp(request, admin), admin)))
      },
      async DELETE(request, reply) {
        await removeKey(request, admin)
        return reply.code(204).send()
      },
    },
    { name: 'keys_of_apps', path: `${root}/:keyId/lifecycle/activate`, POST: setStatus('ACTIVE') },
    { name: 'keys_of_apps', path: `${root}/:keyId/lifecycle/deactivate`, POST: setStatus('INACTIVE') },
  ]
}

async function addKey(request: FastifyRequest, admin: Admin): Promise<AppKey> {
  const { administrator, app, edit } = await requireChange(request, 'changeApps', admin)
  const draft = await readDraft(request, admin)
  if (app.jwksUri !== undefined) throw invalid(kind, texts.keysElsewhere)
  const added = settled(await admin.context.store.addKey({ ...draft, clientId: app.clientId }, edit), {
    id: app.clientId,
    kind: 'AppInstance',
  })
  if (typeof added === 'string') throw invalid(kind, keyTexts[added])
  await noteChange(
    request,
    { type: 'app.oauth2.client.key.create', administrator, target: [targetOf(app), keyTarget(added)] },
    admin,
  )
  return added
}

async function setKeyStatus(request: FastifyRequest, status: Status, admin: Admin): Promise<AppKey> {
  const { administrator, app, edit } = await requireChange(request, 'changeApps', admin)
  const key = await requireKey(request, app, admin)
  if (key.status === status) return key
  if (status === 'INACTIVE' && key.use === 'enc') throw invalid(kind, texts.keyEncryptionDeactivate)
  const changed = settled(await admin.context.store.setKeyStatus({ clientId: app.clientId, keyId: key.id, status }, edit), {
    id: key.id,
    kind,
  })
  if (changed === 'last_live') throw invalid(kind, texts.keyLastLive)
  if (changed === 'encryption_key_active') throw invalid(kind, texts.encryptionKeyActive)
  const type = `app.oauth2.client.key.${status === 'ACTIVE' ? 'activate' : 'deactivate'}` as const
  await noteChange(request, { type, administrator, target: [targetOf(app), keyTarget(changed)] }, admin)
  return changed
}

async function removeKey(request: FastifyRequest, admin: Admin): Promise<void> {
  const { administrator, app, edit } = await requireChange(request, 'changeApps', admin)
  const key = await requireKey(request, app, admin)
  const removed = settled(await admin.context.store.removeKey({ clientId: app.clientId, keyId: key.id }, edit), {
    id: key.id,
    kind,
  })
  if (removed === 'active') throw invalid(kind, texts.keyActive)
  await noteChange(
    request,
    { type: 'app.oauth2.client.key.delete', administrator, target: [targetOf(app), keyTarget(key)] },
    admin,
  )
}

async function requireKey(request: FastifyRequest, { clientId }: App, { context: { store } }: Admin): Promise<AppKey> {
  const id = paramOf(request, 'keyId')
  const key = await store.findKey(clientId, id)
  if (key === undefined) throw notFound(id, kind)
  return key
}

async function readDraft(request: FastifyRequest, admin: Admin): Promise<KeyDraft> {
  const body = readBody(request)
  try {
    return await readKeyDraft(body)
  } catch (error) {
    if (!(error instanceof KeyRefused)) throw error
    if (error.isPrivate) warnOfPrivateKey(request, admin)
    throw invalid(kind, error.message)
  }
}

function keyTarget({ id, kid }: AppKey) {
  return { id, type: kind, displayName: kid }
}
