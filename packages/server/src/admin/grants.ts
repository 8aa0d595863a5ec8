import type { FastifyRequest } from 'fastify'
import { oktaScopes } from 'pkjwt/profiles'
import { writeManagedGrant } from 'pkjwt/protocol'
import type { Route } from '../routing/http.js'
import type { App, Grant } from '../store/store.js'
import { targetOf } from './appChanges.js'
import { type Admin, noteChange, paramOf, readBody, requireApp, requireChange, send, settled } from './change.js'
import { invalid, notFound } from './refusals.js'
import { texts } from './texts.js'

const kind = 'OAuth2ScopeConsentGrant'
const root = '/api/v1/apps/:appId/grants'

export interface GrantRoutesOptions {
  /** Okta's setting "Public client app admins": the first grant makes the app a Super Admin. */
  readonly publicClientAppAdmins: boolean
}

/** `/api/v1/apps/{id}/grants`: the scopes of Okta's API that an app may ask for. */
export function grantRoutes(admin: Admin, options: GrantRoutesOptions): Route[] {
  const write = (grant: Grant) => writeManagedGrant(grant, admin.context.addresses.issuer())
  return [
    {
      name: 'grants',
      path: root,
      async GET(request, reply) {
        await admin.administrators(request, 'readGrants')
        const { clientId } = await requireApp(request, admin)
        return send(reply, (await admin.context.store.listGrants(clientId)).map(write))
      },
      // The reference documents 201; Okta's own tests of its SDK for .NET take nothing but 200.
      POST: async (request, reply) => send(reply, write(await addGrant(request, admin, options))),
    },
    {
      name: 'grants',
      path: `${root}/:grantId`,
      async GET(request, reply) {
        await admin.administrators(request, 'readGrants')
        return send(reply, write(await requireGrant(request, await requireApp(request, admin), admin)))
      },
      async DELETE(request, reply) {
        await removeGrant(request, admin)
        return reply.code(204).send()
      },
    },
  ]
}

async function addGrant(request: FastifyRequest, admin: Admin, options: GrantRoutesOptions): Promise<Grant> {
  const { administrator, app, edit } = await requireChange(request, 'changeGrants', admin)
  const { store } = admin.context
  const scope = await readScope(request, admin)
  const draft = { clientId: app.clientId, scope, issuer: '', createdBy: administrator.id }
  const added = settled(await store.addGrant(draft, edit), { id: app.clientId, kind: 'AppInstance' })
  if (added === 'exists') throw invalid(kind, texts.scopeGranted)
  if (options.publicClientAppAdmins) await store.addRole({ clientId: app.clientId, type: 'SUPER_ADMIN' }, { now: edit.now })
  await noteChange(
    request,
    { type: 'app.oauth2.admin.consent.grant', administrator, target: [targetOf(app), grantTarget(added)] },
    admin,
  )
  return added
}

async function readScope(request: FastifyRequest, { context }: Admin): Promise<string> {
  const { causesOf, grantBody } = await import('./bodies.js')
  const parsed = grantBody.safeParse(readBody(request))
  if (!parsed.success) throw invalid(kind, ...causesOf(parsed.error))
  const { scopeId, issuer } = parsed.data
  const issuers = context.addresses.urlsOfPath('').map((url) => url.replace(/\/$/, ''))
  if (!issuers.includes(issuer.replace(/\/$/, ''))) throw invalid(kind, texts.issuerUnknown)
  if (!oktaScopes.includes(scopeId) && !(await context.store.listGrantedScopes()).includes(scopeId))
    throw invalid(kind, texts.scopeUnknown)
  return scopeId
}

async function removeGrant(request: FastifyRequest, admin: Admin): Promise<void> {
  const { administrator, app, edit } = await requireChange(request, 'changeGrants', admin)
  const grant = await requireGrant(request, app, admin)
  settled(await admin.context.store.removeGrant({ clientId: app.clientId, grantId: grant.id }, edit), { id: grant.id, kind })
  await noteChange(
    request,
    { type: 'app.oauth2.admin.consent.revoke', administrator, target: [targetOf(app), grantTarget(grant)] },
    admin,
  )
}

async function requireGrant(request: FastifyRequest, { clientId }: App, { context: { store } }: Admin): Promise<Grant> {
  const id = paramOf(request, 'grantId')
  const grant = await store.findGrant(clientId, id)
  if (grant === undefined) throw notFound(id, kind)
  return grant
}

function grantTarget({ id, scope }: Grant) {
  return { id, type: kind, displayName: scope }
}
