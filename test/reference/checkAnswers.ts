import { type Comparison, createComparison, type Exchange } from './exchange.js'
import { readOpenapi } from './openapi.js'

/** What answers requests: a server, or a part of one. */
interface Answering {
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>
}

/** The operations and statuses that were seen in this process: `readApp 200`. */
export const answersSeen = new Set<string>()

/**
 * The same server, each answer of which is compared with `/openapi.json`. An answer that is not there, or is otherwise there, fails the
 * test that asked for it.
 */
export function checkAnswers<Server extends Answering>(server: Server): Server {
  return {
    ...server,
    async fetch(input: string | URL | Request, init?: RequestInit) {
      const request = new Request(input, init)
      const sent = request.body === null ? '' : await request.clone().text()
      const response = await server.fetch(request)
      const { pathname: path } = new URL(request.url)
      await compareAnswer({
        method: request.method,
        path,
        requestType: request.headers.get('content-type') ?? '',
        requestBody: sent,
        status: response.status,
        headers: response.headers,
        body: await response.clone().text(),
      })
      return response
    },
  }
}

let comparison: Promise<(exchange: Exchange) => Comparison> | undefined

/**
 * Compares an answer with `/openapi.json`.
 * @throws {Error} when it is not there, or is otherwise there
 */
export async function compareAnswer(exchange: Exchange): Promise<void> {
  comparison ??= readOpenapi().then(createComparison)
  const { answer, faults } = (await comparison)(exchange)
  const { method, path } = exchange
  if (faults.length > 0) throw new Error(`/openapi.json does not have the answer to ${method} ${path}: ${faults.join('; ')}`)
  if (answer !== undefined) answersSeen.add(answer)
}
