import type { FastifyInstance, InjectOptions } from 'fastify'

/** Headers about a connection, which there is none of. */
const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding'])

const bodiless = new Set([101, 204, 205, 304])

/** Answers a request without a socket: the same routes, rules and limits as over HTTP. */
export async function answerInProcess(http: FastifyInstance, request: Request): Promise<Response> {
  const url = new URL(request.url)
  const payload = request.body === null ? undefined : Buffer.from(await request.arrayBuffer())
  const answer = await http.inject({
    method: readMethod(request.method),
    url: `${url.pathname}${url.search}`,
    headers: { host: url.host, ...Object.fromEntries(request.headers) },
    ...(payload === undefined ? {} : { payload }),
  })
  const headers = new Headers()
  for (const [name, value] of Object.entries(answer.headers)) {
    if (hopByHop.has(name)) continue
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) headers.append(name, String(one))
  }
  const body = bodiless.has(answer.statusCode) ? null : new Uint8Array(answer.rawPayload)
  return new Response(body, { status: answer.statusCode, headers })
}

const methods = ['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT', 'OPTIONS'] as const

function readMethod(name: string): NonNullable<InjectOptions['method']> {
  const method = methods.find((candidate) => candidate === name.toUpperCase())
  if (method === undefined) throw new TypeError(`Cannot send the method ${JSON.stringify(name.slice(0, 20))} in process`)
  return method
}
