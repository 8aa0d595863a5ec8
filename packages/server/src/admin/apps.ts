import type { FastifyReply, FastifyRequest } from 'fastify'
import { writeManagedApp } from 'pkjwt/protocol'
import { queryOf } from '../http/requests.js'
import type { Route } from '../routing/http.js'
import type { App, Status } from '../store/store.js'
import { type AppApi, createApp, deleteApp, replaceApp, setAppStatus, show } from './appChanges.js'
import { type Admin, linksOf, readPage, requireApp, send } from './change.js'
import { invalid } from './refusals.js'
import { texts } from './texts.js'

const api: AppApi = {
  operations: { create: 'changeApps', change: 'changeApps' },
  events: {
    create: 'application.lifecycle.create',
    update: 'application.lifecycle.update',
    delete: 'application.lifecycle.delete',
  },
  keeps: [],
  isInactive: (request) => new URLSearchParams(queryOf(request)).get('activate') === 'false',
  read: async (body) => (await import('./readApp.js')).readAppBody(body),
  refuse: (causes) => invalid('app', ...causes),
}

/** The most that one page holds. */
export const appsPerPageMax = 200

/** `/api/v1/apps`: service apps as Okta's Apps API has them. */
export function appRoutes(admin: Admin): Route[] {
  const org = () => admin.context.addresses.issuer()
  const write = ({ app, keys }: Awaited<ReturnType<typeof show>>) => writeManagedApp(app, keys, org())
  const setStatus = (status: Status) => async (request: FastifyRequest, reply: FastifyReply) => {
    await setAppStatus(request, status, admin)
    return send(reply, {})
  }
  return [
    {
      name: 'apps',
      path: '/api/v1/apps',
      GET: (request, reply) => listApps(request, reply, admin),
      POST: async (request, reply) => send(reply, write(await createApp(request, api, admin))),
    },
    {
      name: 'apps',
      path: '/api/v1/apps/:appId',
      async GET(request, reply) {
        await admin.administrators(request, 'readApps')
        return send(reply, write(await show(await requireApp(request, admin), admin)))
      },
      PUT: async (request, reply) => send(reply, write(await replaceApp(request, api, admin))),
      async DELETE(request, reply) {
        await deleteApp(request, api, admin)
        return reply.code(204).send()
      },
    },
    { name: 'apps', path: '/api/v1/apps/:appId/lifecycle/activate', POST: setStatus('ACTIVE') },
    { name: 'apps', path: '/api/v1/apps/:appId/lifecycle/deactivate', POST: setStatus('INACTIVE') },
  ]
}

async function listApps(request: FastifyRequest, reply: FastifyReply, admin: Admin) {
  await admin.administrators(request, 'readApps')
  const { limit, after, parameters } = readPage(request, appsPerPageMax)
  const apps = await admin.context.store.listApps({ limit, after })
  const org = admin.context.addresses.issuer()
  const shown = await Promise.all(apps.filter(choose(parameters)).map((app) => show(app, admin)))
  const next = apps.length === limit ? apps.at(-1)?.clientId : undefined
  reply.header('link', linksOf(`${org}/api/v1/apps`, parameters, next))
  return send(
    reply,
    shown.map(({ app, keys }) => writeManagedApp(app, keys, org)),
  )
}

/** `q` looks at the beginning of the name; `filter` knows the status. A page may then hold fewer than its limit. */
function choose(parameters: URLSearchParams): (app: App) => boolean {
  const q = parameters.get('q')?.toLowerCase() ?? ''
  const filter = parameters.get('filter') ?? ''
  const status = /^status eq "(ACTIVE|INACTIVE)"$/i.exec(filter)?.[1]?.toUpperCase()
  if (filter !== '' && status === undefined) throw invalid('filter', texts.filterUnknown)
  return (app) => app.clientName.toLowerCase().startsWith(q) && (status === undefined || app.status === status)
}
