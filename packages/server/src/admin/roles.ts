import type { FastifyRequest } from 'fastify'
import { writeManagedRole } from 'pkjwt/protocol'
import type { Route } from '../routing/http.js'
import type { App, Role } from '../store/store.js'
import { targetOf } from './appChanges.js'
import { type Admin, noteChange, paramOf, readBody, requireApp, requireChange, send, settled } from './change.js'
import { adminRoles } from './permissions.js'
import { invalid, notFound } from './refusals.js'
import { texts } from './texts.js'

const kind = 'RoleAssignment'
const root = '/oauth2/v1/clients/:appId/roles'

/** `/oauth2/v1/clients/{id}/roles`: the admin roles of an app. */
export function roleRoutes(admin: Admin): Route[] {
  const write = (role: Role) => writeManagedRole(role, admin.context.addresses.issuer())
  return [
    {
      name: 'roles',
      path: root,
      async GET(request, reply) {
        await admin.administrators(request, 'readRoles')
        const { clientId } = await requireApp(request, admin)
        return send(reply, (await admin.context.store.listRoles(clientId)).map(write))
      },
      POST: async (request, reply) => send(reply, write(await addRole(request, admin))),
    },
    {
      name: 'roles',
      path: `${root}/:roleId`,
      async GET(request, reply) {
        await admin.administrators(request, 'readRoles')
        return send(reply, write(await requireRole(request, await requireApp(request, admin), admin)))
      },
      async DELETE(request, reply) {
        await removeRole(request, admin)
        return reply.code(204).send()
      },
    },
  ]
}

async function addRole(request: FastifyRequest, admin: Admin): Promise<Role> {
  const { administrator, app, edit } = await requireChange(request, 'changeRoles', admin)
  const { causesOf, roleBody } = await import('./bodies.js')
  const parsed = roleBody.safeParse(readBody(request))
  if (!parsed.success) throw invalid(kind, ...causesOf(parsed.error))
  const { type } = parsed.data
  if (!adminRoles.some((role) => role === type)) throw invalid(kind, texts.roleUnknown)
  const added = settled(await admin.context.store.addRole({ clientId: app.clientId, type }, edit), {
    id: app.clientId,
    kind: 'AppInstance',
  })
  if (added === 'exists') throw invalid(kind, texts.roleAssigned)
  await noteChange(
    request,
    { type: 'app.oauth2.client.privilege.grant', administrator, target: [targetOf(app), roleTarget(added)] },
    admin,
  )
  return added
}

async function removeRole(request: FastifyRequest, admin: Admin): Promise<void> {
  const { administrator, app, edit } = await requireChange(request, 'changeRoles', admin)
  const role = await requireRole(request, app, admin)
  settled(await admin.context.store.removeRole({ clientId: app.clientId, roleId: role.id }, edit), { id: role.id, kind })
  await noteChange(
    request,
    { type: 'app.oauth2.client.privilege.revoke', administrator, target: [targetOf(app), roleTarget(role)] },
    admin,
  )
}

async function requireRole(request: FastifyRequest, { clientId }: App, { context: { store } }: Admin): Promise<Role> {
  const id = paramOf(request, 'roleId')
  const role = (await store.listRoles(clientId)).find((each) => each.id === id)
  if (role === undefined) throw notFound(id, kind)
  return role
}

function roleTarget({ id, type }: Role) {
  return { id, type: kind, displayName: type }
}
