import { connect, type Socket } from 'node:net'
import { type AuthorizationServer, createAuthorizationServer } from '@pkjwt/server'
import { generateKey, type SigningKey } from 'pkjwt/keys'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { makeCertificate } from './certificate.js'
import { ask, formType, seedApp } from './support.js'

// What a hostile or broken peer may take. Each test opens a connection of its own, and in the end none is left.

const clientId = '0oaPeers000000000000'
const limits = {
  headersSeconds: 0.4,
  requestSeconds: 0.6,
  idleSeconds: 0.4,
  stalledSeconds: 0.8,
  headersMax: 20,
  connectionsMax: 5,
} as const

let key: SigningKey
let server: AuthorizationServer
let url: string
const peers = new Set<Socket>()

beforeAll(async () => {
  key = await generateKey({ alg: 'ES256' })
  server = createAuthorizationServer({
    store: ':memory:',
    control: true,
    signingAlg: 'ES256',
    seed: { apps: [seedApp(clientId, key)] },
  })
  ;({ url } = await server.listen({ port: 0, limits }))
  await server.ready()
})

afterEach(async () => {
  // The peers of these tests never close their end: it is the server that lets go.
  await expect.poll(countOpen, { timeout: 4_000 }).toBe(0)
  for (const peer of peers) peer.destroy()
  peers.clear()
})

afterAll(() => server.close())

async function countOpen(): Promise<number> {
  const metrics = await (await server.fetch(`${url}/metrics`)).text()
  return Number(/^pkjwt_connections_open (\d+)$/m.exec(metrics)?.[1])
}

interface Peer {
  readonly socket: Socket
  /** What the server said until it closed its end. */
  readonly said: Promise<string>
}

/** A peer that sends a text and never closes its end of the connection. */
function openPeer(text: string, to = url): Peer {
  const socket = connect({ port: Number(new URL(to).port), host: '127.0.0.1', allowHalfOpen: true })
  peers.add(socket)
  socket.on('error', () => {})
  let heard = ''
  socket.setEncoding('latin1').on('data', (piece: string) => {
    heard += piece
  })
  socket.write(text)
  return {
    socket,
    said: new Promise((resolve) => {
      socket.once('end', () => resolve(heard))
      socket.once('close', () => resolve(heard))
    }),
  }
}

/** Sends a piece again and again until the server has had enough. */
async function drip({ socket, said }: Peer, piece: string): Promise<string> {
  const timer = setInterval(() => socket.writable && socket.write(piece), 30)
  try {
    return await said
  } finally {
    clearInterval(timer)
  }
}

const statusesOf = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))

const head = (words: readonly string[]) => `${['POST /oauth2/v1/token HTTP/1.1', 'host: x', ...words].join('\r\n')}\r\n`
const withBody = (length: number) => `${head([`content-type: ${formType}`, `content-length: ${length}`])}\r\n`

/** Another client gets its token. On a machine with other work, it too may once be slower than these limits. */
async function expectOthersServed(): Promise<void> {
  const statusOf = async () => {
    const response = await ask(url, { clientId, key, headers: { connection: 'close' } })
    await response.arrayBuffer()
    return response.status
  }
  await expect.poll(statusOf, { timeout: 4_000 }).toBe(200)
}

/** Refused with this status alone, in our shape, while another client gets its token. */
async function expectEnded(peer: Peer, status: number, ended = peer.said): Promise<void> {
  await expectOthersServed()
  const text = await ended
  expect(statusesOf(text)).toEqual([status])
  expect(text).toContain('cache-control: no-store')
  expect(text).toMatch(/connection: close/i)
  expect(text).toContain('{"error":"invalid_request","error_description":"Invalid request"}')
}

describe('a peer that takes its time', () => {
  it('and sends nothing is ended with 408', () => expectEnded(openPeer(''), 408))

  it('and sends a header line now and then is ended with 408', async () => {
    const peer = openPeer(head([]))
    await expectEnded(peer, 408, drip(peer, 'x-a: b\r\n'))
  })

  it('and never sends the body is ended with 408', () => expectEnded(openPeer(withBody(20)), 408))

  it('and sends a body drop by drop is ended with 408', async () => {
    const peer = openPeer(withBody(5_000))
    await expectEnded(peer, 408, drip(peer, 'a'))
  })

  it('and sends a chunked body drop by drop is ended with 408', async () => {
    const peer = openPeer(`${head([`content-type: ${formType}`, 'transfer-encoding: chunked'])}\r\n`)
    await expectEnded(peer, 408, drip(peer, '1\r\na\r\n'))
  })

  it('and asks nothing more after its answer is let go', async () => {
    const peer = openPeer('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n')
    expect(statusesOf(await peer.said)).toEqual([200])
  })

  it('and never reads its answers is let go', async () => {
    const peer = openPeer('GET /.well-known/openid-configuration HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(5_000))
    peer.socket.pause()
    await expectOthersServed()
    await expect.poll(countOpen, { timeout: 4_000 }).toBe(0)
  })
})

describe('a peer that sends too much', () => {
  it.each([
    [20, 200],
    [21, 431],
  ])('of headers: %i are answered with %i', async (count, status) => {
    const more = Array.from({ length: count - 2 }, (_, index) => `x-${index}: a`)
    const { said } = openPeer(`GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${more.join('\r\n')}\r\n\r\n`)
    expect(statusesOf(await said)).toEqual([status])
  })

  it('in one header is ended with 431', () => expectEnded(openPeer(head([`x-long: ${'x'.repeat(17_000)}`])), 431))

  it('in its request line is ended with 431', () =>
    expectEnded(openPeer(`GET /${'x'.repeat(17_000)} HTTP/1.1\r\nhost: x\r\n\r\n`), 431))

  it('as body, without saying how much, is refused with 413 before it is all there', async () => {
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`
    const peer = openPeer(`${head([`content-type: ${formType}`, 'transfer-encoding: chunked'])}\r\n${chunk.repeat(5)}`)
    expect(statusesOf(await peer.said)[0]).toBe(413)
  })
})

describe('a peer that sends junk', () => {
  it.each([
    ['that is no HTTP', 'hello\r\n\r\n'],
    ['that is the start of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['with two lengths', `${head(['content-length: 4', 'content-length: 5'])}\r\nabcd`],
    ['with a length and chunks', `${head(['content-length: 4', 'transfer-encoding: chunked'])}\r\n0\r\n\r\n`],
    ['with a line feed in a header', head(['x: a\nb'])],
  ])('%s is ended with 400', (_what, text) => expectEnded(openPeer(text), 400))

  it('behind a request gets the answer to that request first', async () => {
    await server.fetch(`${url}/_control/faults`, {
      method: 'POST',
      body: JSON.stringify({ kind: 'slow', endpoint: 'keys', milliseconds: 200 }),
    })
    const peer = openPeer('GET /oauth2/v1/keys HTTP/1.1\r\nhost: x\r\n\r\nJUNK JUNK\r\n\r\n')
    const text = await peer.said
    expect(statusesOf(text)).toEqual([200, 400])
    expect(text).toContain('"keys":[')
  })

  it('is answered once, however much of it comes', async () => {
    const peer = openPeer('hello\r\n\r\n')
    expect(statusesOf(await drip(peer, 'hello\r\n\r\n'))).toEqual([400])
  })
})

describe('a peer that closes its end', () => {
  it('after its request still gets the answer', async () => {
    const peer = openPeer('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n')
    peer.socket.end()
    expect(statusesOf(await peer.said)).toEqual([200])
  })

  it('in the middle of a request is let go', async () => {
    openPeer(withBody(100)).socket.end('abc')
    await expectOthersServed()
  })

  it('by force in the middle of a request is let go', async () => {
    const peer = openPeer(withBody(100))
    await new Promise((resolve) => peer.socket.once('connect', resolve))
    peer.socket.resetAndDestroy()
    await expectOthersServed()
  })
})

describe('one connection more than the server takes', () => {
  it('is closed unanswered and counted, and there is room again when others are gone', async () => {
    const held = Array.from({ length: limits.connectionsMax }, () => openPeer(head([])))
    await expect.poll(countOpen).toBe(limits.connectionsMax)
    expect(await openPeer('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n').said).toBe('')
    const metrics = await (await server.fetch(`${url}/metrics`)).text()
    expect(metrics).toContain('pkjwt_connections_refused_total 1')
    await Promise.all(held.map(({ said }) => said))
    await expect.poll(countOpen, { timeout: 4_000 }).toBe(0)
    await expectOthersServed()
  })
})

describe('a peer that does not finish the TLS handshake', () => {
  it('is let go', async () => {
    const other = createAuthorizationServer({ store: ':memory:' })
    const { url: secure } = await other.listen({ port: 0, tls: makeCertificate(), limits })
    expect(await openPeer('', secure).said).toBe('')
    expect(await openPeer('\x16\x03\x01\x02\x00', secure).said).toBe('')
    await other.close()
  })
})
