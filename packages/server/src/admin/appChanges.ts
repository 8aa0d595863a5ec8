import type { FastifyRequest } from 'fastify'
import type { Refused } from '../http/refused.js'
import type { AuditEventType } from '../log/events.js'
import type { App, AppKey, JsonObject, KeyRefusal, LastLive, Status } from '../store/store.js'
import { type Admin, noteChange, nowOf, type Permitted, readBody, requireChange, settled } from './change.js'
import { mayDo, type Operation } from './permissions.js'
import type { AppInput } from './readApp.js'
import { deleteForbidden, forbidden, keyTexts } from './refusals.js'
import { texts } from './texts.js'

/** One of the two APIs in which an app is created and replaced. */
export interface AppApi {
  readonly operations: { readonly create: Operation; readonly change: Operation }
  readonly events: Readonly<Record<'create' | 'update' | 'delete', AuditEventType>>
  /** Reads a body. @throws {Error} `BodyRefused` */
  readonly read: (body: JsonObject) => Promise<AppInput>
  /** Members of `settings` that its bodies cannot say, so that they stay. */
  readonly keeps: readonly string[]
  /** Whether the query asks for an app that is not active yet. */
  readonly isInactive?: (request: FastifyRequest) => boolean
  /** A refusal in its shape. */
  readonly refuse: (causes: readonly string[]) => Refused
}

/** An app with its keys, as both APIs show it. */
export interface Shown {
  readonly app: App
  readonly keys: readonly AppKey[]
}

/** Creates an app. */
export async function createApp(request: FastifyRequest, api: AppApi, admin: Admin): Promise<Shown> {
  const administrator = await admin.administrators(request, api.operations.create)
  const { store } = admin.context
  const input = await readInput(request, api, admin)
  const { clientId, network, ...draft } = input
  // An id that was granted scopes once keeps that mark: to bring it back with other keys is to change the keys of the app it was.
  const mayBringBack = mayDo(api.operations.create, { roles: administrator.roles, isProtected: true })
  if (clientId !== undefined && !mayBringBack && (await store.findDeletion(clientId)) !== undefined) throw forbidden()
  const status = api.isInactive?.(request) === true ? 'INACTIVE' : 'ACTIVE'
  const created = await store.createApp({ ...draft, clientId, status, network: network ?? undefined }, { now: nowOf(admin) })
  if (created === 'exists') throw api.refuse([texts.clientIdTaken])
  const app = requireTaken(created, api)
  if (app.everGranted && !mayBringBack) {
    // It was deleted between the two statements.
    await store.updateApp({ clientId: app.clientId, status: 'INACTIVE' }, { now: nowOf(admin) })
    await store.deleteApp(app.clientId, { now: nowOf(admin) })
    throw forbidden()
  }
  await noteChange(request, { type: api.events.create, administrator, target: [targetOf(app)] }, admin)
  return show(app, admin)
}

/** Puts an app in the place of what it was. */
export async function replaceApp(request: FastifyRequest, api: AppApi, admin: Admin): Promise<Shown> {
  const { administrator, app, edit } = await requireChange(request, api.operations.change, admin)
  const { clientId, network, keys, jwksUri, ...change } = await readInput(request, api, admin)
  if (clientId !== undefined && clientId !== app.clientId) throw api.refuse([texts.clientIdFixed])
  const source = jwksUri === undefined ? { keys, jwksUri: undefined } : { jwksUri }
  const kept = Object.entries(app.settings).filter(([name]) => api.keeps.includes(name))
  const settings = { ...change.settings, ...Object.fromEntries(kept) }
  const answer = await admin.context.store.updateApp(
    {
      ...change,
      ...source,
      settings,
      clientId: app.clientId,
      ...(network === undefined ? {} : { network: network ?? undefined }),
    },
    edit,
  )
  const replaced = requireTaken(settled(answer, { id: app.clientId, kind: 'AppInstance' }), api)
  await noteChange(request, { type: api.events.update, administrator, target: [targetOf(replaced)] }, admin)
  return show(replaced, admin)
}

/** Activates or deactivates an app. */
export async function setAppStatus(request: FastifyRequest, status: Status, admin: Admin): Promise<void> {
  const { administrator, app, edit } = await requireChange(request, 'changeApps', admin)
  if (app.status === status) return
  settled(await admin.context.store.updateApp({ clientId: app.clientId, status }, edit), {
    id: app.clientId,
    kind: 'AppInstance',
  })
  const type = `application.lifecycle.${status === 'ACTIVE' ? 'activate' : 'deactivate'}` as const
  await noteChange(request, { type, administrator, target: [targetOf(app)] }, admin)
}

/** Deletes an app that is inactive. */
export async function deleteApp(request: FastifyRequest, api: AppApi, admin: Admin): Promise<void> {
  const { administrator, app, edit } = await requireChange(request, api.operations.change, admin)
  await remove({ administrator, app, edit }, admin)
  await noteChange(request, { type: api.events.delete, administrator, target: [targetOf(app)] }, admin)
}

async function remove({ app, edit }: Permitted, { context: { store } }: Admin): Promise<void> {
  const answer = settled(await store.deleteApp(app.clientId, edit), { id: app.clientId, kind: 'AppInstance' })
  if (answer === 'active') throw deleteForbidden()
}

/** An app with its keys. */
export async function show(app: App, { context: { store } }: Admin): Promise<Shown> {
  return { app, keys: app.jwksUri === undefined ? await store.listKeys(app.clientId) : [] }
}

/** An app as the audit log names it. */
export function targetOf({ clientId, clientName }: App) {
  return { id: clientId, type: 'AppInstance', displayName: clientName }
}

async function readInput(request: FastifyRequest, { read, refuse }: AppApi, admin: Admin): Promise<AppInput> {
  const body = readBody(request)
  try {
    return await read(body)
  } catch (error) {
    const { BodyRefused } = await import('./readApp.js')
    if (!(error instanceof BodyRefused)) throw error
    if (error.isPrivate) warnOfPrivateKey(request, admin)
    throw refuse(error.causes)
  }
}

/** A private key that went over the wire is lost, and somebody has to hear of it. */
export function warnOfPrivateKey(request: FastifyRequest, { context: { log, audit } }: Admin): void {
  log.warn('private_key_sent', `A private key was sent to be registered (request ${request.id}): it must not be used any more`)
  audit.note('app.oauth2.client.key.private', {
    outcome: 'FAILURE',
    clientId: request.seen.clientId ?? '',
    requestId: request.id,
  })
}

function requireTaken(answer: App | KeyRefusal | LastLive, { refuse }: AppApi): App {
  if (typeof answer === 'object') return answer
  throw refuse([answer === 'last_live' ? texts.keyLastLive : keyTexts[answer]])
}
