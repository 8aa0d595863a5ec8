import type { FastifyReply, FastifyRequest } from 'fastify'
import { readJson } from 'pkjwt/encoding'
import { PkjwtError } from 'pkjwt/errors'
import { oktaRefusals } from 'pkjwt/profiles'
import { isLoopback } from 'pkjwt/protocol'
import { Refused } from '../http/refused.js'
import { bodyOf } from '../http/requests.js'
import { type Faults, readFault } from '../rehearsal/faults.js'
import type { Ledger } from '../rehearsal/ledger.js'
import type { Handler, Route } from '../routing/http.js'

export interface ControlOptions {
  readonly faults: Faults
  readonly ledger: Ledger
}

/**
 * For tests in other languages: faults to plant, and the ledger of requests. It is there only when asked for, and only for callers on
 * this machine.
 */
export function controlRoutes({ faults, ledger }: ControlOptions): Route[] {
  const plant: Handler = (request, reply) => {
    requireLocal(request)
    faults.add(readPlanted(bodyOf(request)))
    return sendJson(reply.code(201), { faults: faults.list() })
  }
  const list: Handler = (request, reply) => {
    requireLocal(request)
    return sendJson(reply, { faults: faults.list() })
  }
  const clear: Handler = (request, reply) => {
    requireLocal(request)
    faults.clear()
    return reply.code(204).send()
  }
  const requests: Handler = (request, reply) => {
    requireLocal(request)
    return sendJson(reply, { requests: ledger.entries })
  }
  const forget: Handler = (request, reply) => {
    requireLocal(request)
    ledger.clear()
    return reply.code(204).send()
  }
  return [
    { name: 'control', path: '/_control/faults', GET: list, POST: plant, DELETE: clear, isUnlimited: true },
    { name: 'control', path: '/_control/requests', GET: requests, DELETE: forget, isUnlimited: true },
  ]
}

function requireLocal({ ip }: FastifyRequest): void {
  const address = ip.replace(/^::ffff:/i, '')
  if (!isLoopback(address.includes(':') ? `[${address}]` : address)) throw new Refused(oktaRefusals.notFound)
}

function readPlanted(body: Uint8Array) {
  try {
    return readFault(readJson(body))
  } catch (error) {
    const cause = error instanceof PkjwtError ? error.message : 'the body is no JSON'
    throw new Refused(oktaRefusals.badRequest, { causes: [cause] })
  }
}

function sendJson(reply: FastifyReply, body: unknown): FastifyReply {
  return reply.type('application/json').send(JSON.stringify(body))
}
