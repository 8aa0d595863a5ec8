import { isJsonObject } from '../encoding/json.js'
import { managementPaths, unusableAnswer, type WireObject } from './management.js'

/** Which part of the audit log is wanted. */
export interface LogQuery {
  /** Only events of these types, such as `app.oauth2.token.grant`. Default all. */
  readonly types?: readonly string[] | undefined
  readonly since?: Date | undefined
  readonly until?: Date | undefined
  /** Default `ascending`: the oldest first. */
  readonly order?: 'ascending' | 'descending' | undefined
  /** How many at most. Default as the server sees fit. */
  readonly limit?: number | undefined
  /** Where the page before this one ended. */
  readonly after?: string | undefined
}

/** One page of the audit log. */
export interface LogPage {
  /** As the server wrote them. */
  readonly entries: readonly WireObject[]
  /** What the next page is asked for with; undefined at the end. */
  readonly next: string | undefined
}

/**
 * Writes the path that asks for a part of the log.
 *
 * @example
 * assert.equal(writeLogPath({ order: 'descending', limit: 1 }), '/api/v1/logs?sortOrder=DESCENDING&limit=1')
 */
export function writeLogPath({ types = [], since, until, order, limit, after }: LogQuery): string {
  const wanted: readonly (readonly [string, string | undefined])[] = [
    ['filter', types.length === 0 ? undefined : types.map((type) => `eventType eq "${type}"`).join(' or ')],
    ['since', since?.toISOString()],
    ['until', until?.toISOString()],
    ['sortOrder', order?.toUpperCase()],
    ['limit', limit?.toString()],
    ['after', after],
  ]
  const query = new URLSearchParams(wanted.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))).toString()
  return query === '' ? managementPaths.logs : `${managementPaths.logs}?${query}`
}

/**
 * Reads a page of the log.
 *
 * @param nextPath The path of the page after it, as the header `link` tells it.
 * @throws {UnavailableError} `server_answer_invalid`
 * @example
 * const { entries, next } = readLogPage([{ eventType: 'app.oauth2.token.grant' }], '/api/v1/logs?after=7')
 * assert.equal(entries.length, 1)
 * assert.equal(next, '7')
 */
export function readLogPage(body: unknown, nextPath: string | undefined): LogPage {
  if (!Array.isArray(body) || !body.every(isJsonObject)) throw unusableAnswer('it is no list of log entries')
  const after = nextPath === undefined ? undefined : new URLSearchParams(nextPath.replace(/^[^?]*/, '')).get('after')
  return { entries: body, next: after ?? undefined }
}
