import type { FastifyReply, FastifyRequest } from 'fastify'
import { writeManagedClient } from 'pkjwt/protocol'
import type { Route } from '../routing/http.js'
import { type AppApi, createApp, deleteApp, replaceApp, show } from './appChanges.js'
import { type Admin, linksOf, readPage, requireApp, send } from './change.js'
import { invalidMetadata } from './refusals.js'

const api: AppApi = {
  operations: { create: 'registerClients', change: 'changeClients' },
  events: {
    create: 'app.oauth2.client.lifecycle.create',
    update: 'app.oauth2.client.lifecycle.update',
    delete: 'app.oauth2.client.lifecycle.delete',
  },
  keeps: ['accessibility', 'visibility', 'features', 'profile', 'consent_method', 'issuer_mode'],
  read: async (body) => (await import('./readApp.js')).readClientBody(body),
  refuse: (causes) => invalidMetadata(causes.join(' ')),
}

/** The most that one page holds. */
export const clientsPerPageMax = 200

/** `/oauth2/v1/clients`: the same apps as clients (RFC 7591, RFC 7592). */
export function clientRoutes(admin: Admin): Route[] {
  const write = ({ app, keys }: Awaited<ReturnType<typeof show>>) => writeManagedClient(app, keys)
  return [
    {
      name: 'clients',
      path: '/oauth2/v1/clients',
      GET: (request, reply) => listClients(request, reply, admin),
      POST: async (request, reply) => send(reply, write(await createApp(request, api, admin)), 201),
    },
    {
      name: 'clients',
      path: '/oauth2/v1/clients/:appId',
      async GET(request, reply) {
        await admin.administrators(request, 'readClients')
        return send(reply, write(await show(await requireApp(request, admin), admin)))
      },
      PUT: async (request, reply) => send(reply, write(await replaceApp(request, api, admin))),
      async DELETE(request, reply) {
        await deleteApp(request, api, admin)
        return reply.code(204).send()
      },
    },
  ]
}

async function listClients(request: FastifyRequest, reply: FastifyReply, admin: Admin) {
  await admin.administrators(request, 'readClients')
  const { limit, after, parameters } = readPage(request, clientsPerPageMax)
  const apps = await admin.context.store.listApps({ limit, after })
  const org = admin.context.addresses.issuer()
  const shown = await Promise.all(apps.map((app) => show(app, admin)))
  const next = apps.length === limit ? apps.at(-1)?.clientId : undefined
  reply.header('link', linksOf(`${org}/oauth2/v1/clients`, parameters, next))
  return send(
    reply,
    shown.map(({ app, keys }) => writeManagedClient(app, keys)),
  )
}
