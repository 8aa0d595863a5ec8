import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import { listen, readBody } from './tokenServer.js'

/** What a proxy does to one answer in three. */
const mischiefs = [
  'drop the request',
  'drop the answer',
  'delay',
  'duplicate the request',
  'duplicate the answer',
  'truncate',
  'page',
] as const

type Mischief = (typeof mischiefs)[number]

/** A proxy that lies between client and server and spoils one answer of each three, in turn in seven ways. */
export interface BadProxy extends AsyncDisposable {
  readonly port: number
  readonly done: Record<Mischief, number>
}

export interface BadProxyOptions {
  /** Where it forwards to. */
  readonly port: number
  readonly delayMilliseconds: number
}

export async function startBadProxy({ port: target, delayMilliseconds }: BadProxyOptions): Promise<BadProxy> {
  const done: Record<Mischief, number> = {
    'drop the request': 0,
    'drop the answer': 0,
    delay: 0,
    'duplicate the request': 0,
    'duplicate the answer': 0,
    truncate: 0,
    page: 0,
  }
  let asked = 0
  // Each once in a round, in an order left to chance too.
  let left: Mischief[] = []
  let chosen = 0
  const server = createServer(async (incoming, outgoing) => {
    // Which of the three is left to chance: by a fixed rule one caller could be hit each time.
    if (asked % 3 === 0) chosen = asked + Math.floor(Math.random() * 3)
    if (asked === chosen && left.length === 0) left = shuffled(mischiefs)
    const mischief = asked === chosen ? left.pop() : undefined
    asked += 1
    if (mischief !== undefined) done[mischief] += 1
    try {
      await answer(incoming, outgoing, { mischief, target, delayMilliseconds })
    } catch {
      incoming.socket.destroy()
    }
  })
  const { port } = await listen(server)
  return {
    port,
    done,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function shuffled(all: readonly Mischief[]): Mischief[] {
  return all
    .map((mischief) => ({ mischief, at: Math.random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ mischief }) => mischief)
}

interface Spoiling {
  readonly mischief: Mischief | undefined
  readonly target: number
  readonly delayMilliseconds: number
}

async function answer(incoming: IncomingMessage, outgoing: ServerResponse, { mischief, target, delayMilliseconds }: Spoiling) {
  const body = Buffer.from(await readBody(incoming))
  if (mischief === 'drop the request') return incoming.socket.destroy()
  const first = await send(incoming, { body, target })
  // The second answer of a request that was sent twice is the one that arrives.
  const { status, headers, whole } = mischief === 'duplicate the request' ? await send(incoming, { body, target }) : first
  if (mischief === 'drop the answer') return incoming.socket.destroy()
  if (mischief === 'delay') await new Promise((resolve) => setTimeout(resolve, delayMilliseconds))
  if (mischief === 'page') return outgoing.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><p>Try later')
  const sent = mischief === 'duplicate the answer' ? Buffer.concat([whole, whole]) : whole
  outgoing.writeHead(status, { ...headers, 'content-length': sent.length })
  if (mischief !== 'truncate') return outgoing.end(sent)
  outgoing.write(sent.subarray(0, sent.length >> 1))
  return setTimeout(() => incoming.socket.destroy(), 1)
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly whole: Buffer
}

function send({ method, url, headers }: IncomingMessage, { body, target }: { body: Buffer; target: number }): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // The Host stays as it was: the server goes by its own address and not by this.
    forward({ port: target, host: '127.0.0.1', method, path: url, headers }, async (message) => {
      const whole = Buffer.from(await readBody(message))
      const { 'content-type': type = '', date = '' } = message.headers
      resolve({ status: message.statusCode ?? 502, headers: { 'content-type': type, date }, whole })
    })
      .on('error', reject)
      .end(body)
  })
}
