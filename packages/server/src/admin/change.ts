import type { FastifyReply, FastifyRequest } from 'fastify'
import { parseJsonObject } from 'pkjwt/encoding'
import { oktaRefusals } from 'pkjwt/profiles'
import type { Context } from '../context.js'
import { Refused } from '../http/refused.js'
import { bodyOf, queryOf } from '../http/requests.js'
import type { AuditEventType } from '../log/events.js'
import type { Handler, Route } from '../routing/http.js'
import { isStorableText } from '../store/row.js'
import type { Absent, App, Conflict, Edit, JsonObject } from '../store/store.js'
import type { Administrator, RequireAdministrator } from './administrator.js'
import { isProtected, mayDo, type Operation } from './permissions.js'
import { changedMeanwhile, forbidden, invalid, isChangedMeanwhile, notFound } from './refusals.js'
import { texts } from './texts.js'

/** What the routes of the management API work with. */
export interface Admin {
  readonly context: Context
  readonly administrators: RequireAdministrator
}

/** One part of the path, such as `appId`. */
export function paramOf({ params }: FastifyRequest, name: string): string {
  const value = typeof params === 'object' && params !== null ? Object.entries(params).find(([key]) => key === name)?.[1] : ''
  return typeof value === 'string' ? value : ''
}

/**
 * Reads a body of JSON.
 * @throws {Refused} E0000021 when it says that it is something else, E0000003 when it is not well-formed
 */
export function readBody(request: FastifyRequest): JsonObject {
  const type = request.headers['content-type'] ?? ''
  if (!/^application\/(?:[\w.+-]+\+)?json(?:\s*;|$)/i.test(type)) throw new Refused(oktaRefusals.mediaTypeUnknown)
  try {
    return parseJsonObject(bodyOf(request))
  } catch {
    throw new Refused(oktaRefusals.badRequest)
  }
}

/**
 * Finds the app that the path names.
 * @throws {Refused} E0000007
 */
export async function requireApp(request: FastifyRequest, { context }: Admin): Promise<App> {
  const id = paramOf(request, 'appId')
  const app = await context.store.findApp(id)
  if (app === undefined) throw notFound(id, 'AppInstance')
  return app
}

/** A change that is permitted, with what the store wants to know of it. */
export interface Permitted {
  readonly administrator: Administrator
  readonly app: App
  readonly edit: Edit
}

/**
 * Lets a change of an app pass when the caller may do it. Of somebody who may change only apps without grants, the change holds only as
 * long as the app is the one that was looked at: who grants it a scope in between is not overtaken.
 *
 * @throws {Refused} as the guard does; E0000006 when the app is protected
 */
export async function requireChange(request: FastifyRequest, operation: Operation, admin: Admin): Promise<Permitted> {
  const administrator = await admin.administrators(request, operation)
  const app = await requireApp(request, admin)
  const held = await admin.context.store.listRoles(app.clientId)
  const may = (isProtected: boolean) => mayDo(operation, { roles: administrator.roles, isProtected })
  if (may(true)) return { administrator, app, edit: { now: nowOf(admin) } }
  if (
    !may(
      isProtected(
        app,
        held.map(({ type }) => type),
      ),
    )
  )
    throw forbidden()
  return { administrator, app, edit: { now: nowOf(admin), ifVersion: app.version } }
}

/** Decisions that somebody else overtook are taken anew so often; then the caller hears of it. */
const decisionsMax = 10

/** A route whose changes are decided again when the app was changed between decision and change. */
export function decideAgain(route: Route): Route {
  const repeated =
    (handler: Handler): Handler =>
    async (request, reply) => {
      for (let decisions = 1; ; decisions += 1) {
        try {
          return await handler(request, reply)
        } catch (error) {
          if (!isChangedMeanwhile(error) || decisions === decisionsMax) throw error
        }
      }
    }
  const { POST, PUT, DELETE } = route
  return {
    ...route,
    ...(POST === undefined ? {} : { POST: repeated(POST) }),
    ...(PUT === undefined ? {} : { PUT: repeated(PUT) }),
    ...(DELETE === undefined ? {} : { DELETE: repeated(DELETE) }),
  }
}

/** The present time as the store wants it. */
export function nowOf({ context }: Admin): number {
  return Math.floor(context.clock().getTime() / 1000)
}

/** Takes what the store answered for a change: a conflict or an absence is refused. */
export function settled<Answer>(
  answer: Answer | Conflict | Absent,
  { id, kind }: { readonly id: string; readonly kind: string },
): Answer {
  if (answer === 'conflict') throw changedMeanwhile()
  if (answer === 'absent') throw notFound(id, kind)
  return answer
}

/** What is written to the audit log about a change. */
export interface Change {
  readonly type: AuditEventType
  readonly administrator: Administrator
  readonly target: readonly { readonly id: string; readonly type: string; readonly displayName?: string | undefined }[]
}

/** A name is chosen by a caller, and an entry that is too long for the log would be lost, with those that it is written with. */
const nameCharactersMax = 255

/** Writes a change to the audit log, and waits until it is there: who was told of a change finds it. */
export async function noteChange(
  request: FastifyRequest,
  { type, administrator, target }: Change,
  { context }: Admin,
): Promise<void> {
  const named = target.map(({ displayName, ...each }) => ({ ...each, displayName: displayName?.slice(0, nameCharactersMax) }))
  context.audit.note(type, { outcome: 'SUCCESS', clientId: administrator.id, requestId: request.id, target: named })
  await context.audit.settled()
}

/** Sends JSON. */
export function send(reply: FastifyReply, body: unknown, status = 200): FastifyReply {
  return reply.code(status).type('application/json').send(JSON.stringify(body))
}

/**
 * A page of a list as Okta's API asks for it. A limit that cannot be used falls back to the most.
 * @throws {Refused} E0000001 for a cursor that no list gave
 */
export function readPage(request: FastifyRequest, limitMax: number) {
  const parameters = new URLSearchParams(queryOf(request))
  const limit = Number(parameters.get('limit') ?? limitMax)
  const isUsable = Number.isInteger(limit) && limit > 0 && limit <= limitMax
  const after = parameters.get('after') ?? undefined
  if (after !== undefined && !isStorableText(after)) throw invalid('after', texts.cursorUnknown)
  return { limit: isUsable ? limit : limitMax, after, parameters }
}

/** The header `link` of a page: itself, and the next one when there may be more. */
export function linksOf(url: string, parameters: URLSearchParams, next: string | undefined): readonly string[] {
  const self = new URLSearchParams(parameters)
  const links = [`<${url}${self.size === 0 ? '' : `?${self}`}>; rel="self"`]
  if (next === undefined) return links
  self.set('after', next)
  return [...links, `<${url}?${self}>; rel="next"`]
}
