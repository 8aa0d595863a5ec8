import { execFile } from 'node:child_process'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import { nodeFetch } from './nodeFetch.js'

let server: Server
afterEach(() => {
  server.close()
  server.closeAllConnections()
})

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/path?query=1`
}

/** Answers with what was asked. */
const echo: RequestListener = async (request: IncomingMessage, response) => {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  const { method, url, headers } = request
  response
    .writeHead(200, { 'content-type': 'application/json', 'x-two': ['a', 'b'] })
    .end(JSON.stringify({ method, url, headers, body }))
}

// The two are asked the same; what they send and what they give back must not differ in what callers look at.
describe.each([
  ['nodeFetch()', nodeFetch],
  ['fetch() of the runtime', globalThis.fetch],
])('%s', (_, fetch) => {
  test.each([
    ['a text', 'POST', 'a=1', 'text/plain;charset=UTF-8'],
    ['a form', 'POST', new URLSearchParams({ a: '1' }), 'application/x-www-form-urlencoded;charset=UTF-8'],
    ['bytes', 'PUT', new TextEncoder().encode('a=1'), undefined],
    ['a blob', 'POST', new Blob(['a=1'], { type: 'text/csv' }), 'text/csv'],
  ])('sends %s with its length and type', async (_name, method, body, type) => {
    const response = await fetch(await serve(echo), { method, body, headers: { 'x-mine': '1' } })
    const seen = await response.json()
    expect(seen).toMatchObject({ method, url: '/path?query=1', body: 'a=1', headers: { 'x-mine': '1', 'content-length': '3' } })
    expect(seen.headers['content-type']).toBe(type)
  })

  test('takes a Request', async () => {
    const response = await fetch(new Request(await serve(echo), { method: 'POST', body: 'a=1', headers: { 'x-mine': '1' } }))
    expect(await response.json()).toMatchObject({ method: 'POST', body: 'a=1', headers: { 'x-mine': '1' } })
  })

  test('gives status, headers and body', async () => {
    const response = await fetch(await serve(echo))
    expect(response).toMatchObject({ status: 200, ok: true, statusText: 'OK', redirected: false })
    expect(response.headers.get('X-Two')).toBe('a, b')
    expect(response.headers.get('x-none')).toBeNull()
    expect([...response.headers].map(([name]) => name)).toContain('content-type')
    expect(response.bodyUsed).toBe(false)
    await response.text()
    expect(response.bodyUsed).toBe(true)
  })

  test('gives the body as a stream, and a copy of the answer', async () => {
    const response = await fetch(await serve(echo))
    const copy = response.clone()
    const { value } = (await copy.body?.getReader().read()) ?? {}
    expect(new TextDecoder().decode(value)).toContain('"method":"GET"')
    expect(await response.json()).toMatchObject({ method: 'GET' })
  })

  test('gives no body for 204', async () => {
    const response = await fetch(await serve((_request, answer) => void answer.writeHead(204).end()))
    expect(response.body).toBeNull()
    expect(await response.text()).toBe('')
  })

  test('gives a redirect back when told so', async () => {
    const url = await serve((_request, answer) => void answer.writeHead(302, { location: '/other' }).end())
    const response = await fetch(url, { redirect: 'manual' })
    expect(response.status).toBe(302)
    expect(response.headers.get('location')).toBe('/other')
  })

  test('ends with its signal before the answer', async () => {
    const controller = new AbortController()
    const url = await serve(() => controller.abort(new Error('enough')))
    await expect(fetch(url, { signal: controller.signal })).rejects.toThrow('enough')
  })

  test('ends with its signal within the answer', async () => {
    const controller = new AbortController()
    const url = await serve((_request, answer) => void answer.writeHead(200).write('half'))
    const response = await fetch(url, { signal: controller.signal })
    controller.abort()
    await expect(response.text()).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('says so when the answer is cut', async () => {
    const url = await serve((_request, answer) => {
      answer.writeHead(200, { 'content-length': '100' }).write('half')
      setTimeout(() => answer.destroy(), 5)
    })
    const response = await fetch(url)
    await expect(response.text()).rejects.toThrow()
  })

  test('rejects when nobody listens', async () => {
    const url = await serve(echo)
    server.close()
    await expect(fetch(url)).rejects.toThrow()
  })
})

test('nodeFetch() loads no fetch: the file is read and used without the global one', async () => {
  const url = await serve(echo)
  const module = new URL('../../../../packages/pkjwt/src/node/nodeFetch.ts', import.meta.url)
  const { stdout } = await promisify(execFile)(process.execPath, [
    fileURLToPath(new URL('../../../../test/client/withoutFetch.mjs', import.meta.url)),
    fileURLToPath(module),
    url,
  ])
  expect(stdout).toBe('200')
})
