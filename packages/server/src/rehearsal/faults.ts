import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { PkjwtError } from 'pkjwt/errors'
import { oktaRefusals } from 'pkjwt/profiles'
import { Refused } from '../http/refused.js'
import { StoreError } from '../store/storeError.js'
import type { Nonces } from '../tokens/nonces.js'
import type { SigningKeys } from '../tokens/signingKeys.js'
import { readClaimed } from './claimed.js'

/** What can be made to go wrong. */
export const faultKinds = [
  /** 429 with `Retry-After` and Okta's three headers. */
  'rate-limited',
  /** 500 `server_error`. */
  'failed',
  /** 503 `temporarily_unavailable`, as when the store is away. */
  'unavailable',
  /** The right answer, late by `milliseconds`. */
  'slow',
  /** 200 with HTML in place of JSON. */
  'malformed',
  /** 200 with an empty body. */
  'empty',
  /** Every DPoP nonce given so far is stale. */
  'nonce-rotated',
  /** The server signs with a new key from now on. */
  'key-rotated',
] as const

/** A kind of fault. */
export type FaultKind = (typeof faultKinds)[number]

/** Where something can go wrong, by the names in metrics. */
export const faultEndpoints = [
  'token',
  'introspect',
  'revoke',
  'keys',
  'metadata',
  'users',
  'apps',
  'keys_of_apps',
  'clients',
  'grants',
  'roles',
  'logs',
] as const

/** Something that goes wrong on purpose. */
export interface Fault {
  readonly kind: FaultKind
  /** Only for the app of this id. Default: for all. */
  readonly clientId?: string | undefined
  /** Which endpoint. Default `token`. */
  readonly endpoint?: (typeof faultEndpoints)[number] | undefined
  /** How often. Default 1; `Infinity` until it is removed. */
  readonly times?: number | undefined
  /** For `slow`. Default 1000. */
  readonly milliseconds?: number | undefined
  /** For `rate-limited`. Default 1. */
  readonly retryAfterSeconds?: number | undefined
  /** At the token endpoint, whether the assertion is used up before it goes wrong, as when a server fails in the middle. Default false. */
  readonly isLate?: boolean | undefined
}

/** Faults on purpose, for tests of clients. */
export interface Faults {
  /** @returns A function that takes the fault away. */
  add(fault: Fault): () => void
  list(): readonly Fault[]
  clear(): void
}

/** The other side of the faults, for endpoints. */
export interface FaultPoint {
  /** Goes wrong when a fault says so. @returns whether it answered already */
  pass(request: FastifyRequest, reply: FastifyReply, moment: 'early' | 'late'): Promise<boolean>
}

interface Planted {
  readonly fault: Fault
  left: number
}

/** Creates an empty list of faults. */
export function createFaults(parts: {
  readonly nonces: Nonces
  readonly signingKeys: SigningKeys
  readonly clock: () => Date
}): Faults & FaultPoint {
  const planted = new Set<Planted>()
  const take = (request: FastifyRequest, moment: 'early' | 'late'): Fault | undefined => {
    if (planted.size === 0) return undefined
    const { endpoint } = request.seen
    const { clientId } = readClaimed(request)
    for (const one of planted) {
      const { fault } = one
      const fits = (fault.endpoint ?? 'token') === endpoint && (fault.clientId === undefined || fault.clientId === clientId)
      if (!fits || (fault.isLate === true) !== (moment === 'late')) continue
      if (--one.left <= 0) planted.delete(one)
      return fault
    }
    return undefined
  }
  return {
    add(fault) {
      const one = { fault, left: fault.times ?? 1 }
      planted.add(one)
      return () => planted.delete(one)
    },
    list: () => [...planted].map(({ fault }) => fault),
    clear: () => planted.clear(),
    async pass(request, reply, moment) {
      const fault = take(request, moment)
      return fault !== undefined && (await goWrong(fault, reply, parts))
    },
  }
}

async function goWrong(
  fault: Fault,
  reply: FastifyReply,
  { nonces, signingKeys, clock }: { readonly nonces: Nonces; readonly signingKeys: SigningKeys; readonly clock: () => Date },
): Promise<boolean> {
  switch (fault.kind) {
    case 'rate-limited':
      throw new Refused(oktaRefusals.rateLimited, { headers: limitedHeaders(fault, clock) })
    case 'failed':
      throw new Refused(oktaRefusals.failed)
    case 'unavailable':
      throw new StoreError('Cannot reach the store: a fault was asked for')
    case 'slow':
      await pause(fault.milliseconds ?? 1000)
      return false
    case 'malformed':
      await reply.type('text/html').send('<!doctype html><title>Welcome</title>')
      return true
    case 'empty':
      await reply.send('')
      return true
    case 'nonce-rotated':
      nonces.forget()
      return false
    case 'key-rotated':
      await signingKeys.rotate({ aheadSeconds: 0 })
      return false
  }
}

function limitedHeaders({ retryAfterSeconds = 1 }: Fault, clock: () => Date): Record<string, string> {
  return {
    'retry-after': String(retryAfterSeconds),
    'x-rate-limit-limit': '1',
    'x-rate-limit-remaining': '0',
    'x-rate-limit-reset': String(Math.floor(clock().getTime() / 1000) + retryAfterSeconds),
  }
}

/**
 * Reads a fault that came as JSON.
 * @throws {PkjwtError} `option_invalid`
 */
export function readFault(value: unknown): Fault {
  const members = typeof value === 'object' && value !== null ? new Map<string, unknown>(Object.entries(value)) : undefined
  const kind = faultKinds.find((candidate) => candidate === members?.get('kind'))
  if (members === undefined || kind === undefined) throw invalidFault(`"kind" must be one of ${faultKinds.join(', ')}`)
  const [clientId, endpoint] = [members.get('clientId'), members.get('endpoint')]
  const known = faultEndpoints.find((name) => name === endpoint)
  if (endpoint !== undefined && known === undefined) throw invalidFault('"endpoint" is none that can go wrong')
  if (clientId !== undefined && typeof clientId !== 'string') throw invalidFault('"clientId" must be a string')
  return {
    kind,
    clientId,
    endpoint: known,
    times: numberOf(members, 'times'),
    milliseconds: numberOf(members, 'milliseconds'),
    retryAfterSeconds: numberOf(members, 'retryAfterSeconds'),
    isLate: members.get('isLate') === true,
  }
}

function numberOf(members: ReadonlyMap<string, unknown>, name: string): number | undefined {
  const value = members.get(name)
  if (value === undefined) return undefined
  if (typeof value !== 'number' || !(value >= 0)) throw invalidFault(`"${name}" must be a number`)
  return value
}

function invalidFault(state: string): PkjwtError {
  return new PkjwtError('option_invalid', `Cannot plant the fault: ${state}`)
}
