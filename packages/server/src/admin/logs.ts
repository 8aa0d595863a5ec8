import type { FastifyReply, FastifyRequest } from 'fastify'
import { isJsonObject, readJson } from 'pkjwt/encoding'
import { PkjwtError } from 'pkjwt/errors'
import { writeTime } from 'pkjwt/protocol'
import type { Route } from '../routing/http.js'
import type { LogEntry, LogFilter } from '../store/store.js'
import { type Admin, linksOf, readPage, send } from './change.js'
import { invalid } from './refusals.js'
import { texts } from './texts.js'

/** The most that one page holds. */
export const entriesPerPageMax = 1000

/** `/api/v1/logs`: the audit log as Okta's System Log API spells it. */
export function logRoutes(admin: Admin): Route[] {
  const GET = async (request: FastifyRequest, reply: FastifyReply) => {
    await admin.administrators(request, 'readLogs')
    const { context } = admin
    await context.audit.settled()
    const { limit, after, parameters } = readPage(request, entriesPerPageMax)
    const entries = await listEntries({ ...readFilter(parameters), limit, after }, admin)
    const next = entries.length === limit ? entries.at(-1)?.cursor : undefined
    reply.header('link', linksOf(`${context.addresses.issuer()}/api/v1/logs`, parameters, next))
    return send(reply, entries.map(writeEntry))
  }
  return [{ name: 'logs', path: '/api/v1/logs', GET }]
}

async function listEntries(filter: LogFilter, { context: { store } }: Admin): Promise<readonly LogEntry[]> {
  try {
    return await store.listLog(filter)
  } catch (error) {
    if (error instanceof PkjwtError && error.code === 'option_invalid') throw invalid('after', texts.cursorUnknown)
    throw error
  }
}

function readFilter(parameters: URLSearchParams): LogFilter {
  const sortOrder = parameters.get('sortOrder') ?? 'ASCENDING'
  if (!/^(ASCENDING|DESCENDING)$/i.test(sortOrder)) throw invalid('sortOrder', 'sortOrder: has to be ASCENDING or DESCENDING')
  return {
    since: readTime(parameters, 'since'),
    until: readTime(parameters, 'until'),
    types: readTypes(parameters.get('filter')),
    order: /^D/i.test(sortOrder) ? 'descending' : 'ascending',
  }
}

function readTime(parameters: URLSearchParams, name: string): number | undefined {
  const given = parameters.get(name)
  if (given === null) return undefined
  const milliseconds = /^\d{4}-\d\d-\d\d/.test(given) ? Date.parse(given) : Number.NaN
  if (Number.isNaN(milliseconds)) throw invalid(name, `${name}: is not a time such as 2026-01-31T12:00:00Z`)
  return Math.ceil(milliseconds / 1000)
}

/** Of Okta's filter language: `eventType eq "…"`, several of them with `or`. */
function readTypes(filter: string | null): readonly string[] | undefined {
  if (filter === null || filter === '') return undefined
  const terms = filter.split(/ +or +/i).map((term) => /^eventType eq "([\w.]{1,200})"$/i.exec(term.trim())?.[1])
  const types = terms.flatMap((type) => (type === undefined ? [] : [type]))
  if (types.length < terms.length) throw invalid('filter', texts.filterUnknown)
  return types
}

function writeEntry(entry: LogEntry) {
  const detail = readDetail(entry.text)
  const { outcome, clientId, target, requestId, reason, ...rest } = detail
  const id = typeof clientId === 'string' ? clientId : 'unknown'
  return {
    uuid: entry.hash.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    published: writeTime(entry.time),
    eventType: entry.type,
    version: '0',
    severity: outcome === 'FAILURE' ? 'WARN' : 'INFO',
    displayMessage: entry.type,
    actor: { id, type: 'PublicClientApp', alternateId: id, displayName: id },
    outcome: { result: outcome ?? 'SUCCESS', reason: reason ?? null },
    target: target ?? [],
    transaction: { type: 'WEB', id: requestId ?? null, detail: {} },
    debugContext: { debugData: { ...rest, instance: entry.instance, seq: entry.seq, hash: entry.hash } },
  }
}

function readDetail(text: string): Readonly<Record<string, unknown>> {
  const detail = readJson(text)
  return isJsonObject(detail) ? detail : {}
}
