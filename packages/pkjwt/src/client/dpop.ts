import type { Signer } from '../keys/key.js'
import { generateKey } from '../keys/privateKey.js'
import { createDpopProof } from '../protocol/dpopProof.js'

/** Whether and how tokens are bound to a key (RFC 9449). */
export type DpopOption = boolean | { readonly key: Signer }

/** Nonces of more servers than one client talks to. */
const noncesMax = 100

const nonceCharactersMax = 1000

export interface ProofRequest {
  readonly method: string
  readonly url: string
  readonly accessToken?: string | undefined
  readonly now: Date
}

/** The proofs of one client: its key, and what the servers said that proofs have to carry. */
export interface DpopSession {
  readonly option: DpopOption | undefined
  /** Whether token requests carry a proof. */
  isOn: boolean
  key: Promise<Signer> | undefined
  /** By origin: nonces are the affair of one server each, and RFC 9449 §8.2 forbids to mix them up. */
  nonces: Map<string, string> | undefined
}

/**
 * @param option `true` sends proofs from the first request on, with an ES256 key of its own that never leaves memory; `false` never
 * sends one; `undefined` sends them as soon as the server demands it.
 */
export function createDpopSession(option: DpopOption | undefined): DpopSession {
  return { option, isOn: option !== undefined && option !== false, key: undefined, nonces: undefined }
}

/** Sends proofs from now on: the server demands them. False when the options forbid it. */
export function demandProofs(session: DpopSession): boolean {
  session.isOn = session.option !== false
  return session.isOn
}

/** Creates the proof for one request. */
export async function createProof(session: DpopSession, request: ProofRequest): Promise<string> {
  session.key ??= readKey(session.option)
  const nonce = session.nonces?.get(new URL(request.url).origin)
  return createDpopProof({ ...request, key: await session.key, nonce })
}

async function readKey(option: DpopOption | undefined): Promise<Signer> {
  return typeof option === 'object' ? option.key : generateKey({ alg: 'ES256', extractable: false })
}

/** Takes the nonce of an answer, whatever its status is. True when it is a new one. */
export function learnNonce(session: DpopSession, url: string, nonce: string | null | undefined): boolean {
  if (nonce === null || nonce === undefined || nonce === '' || nonce.length > nonceCharactersMax) return false
  const { origin } = new URL(url)
  session.nonces ??= new Map()
  const { nonces } = session
  const isNew = nonces.get(origin) !== nonce
  nonces.delete(origin)
  nonces.set(origin, nonce)
  const [oldest] = nonces.size > noncesMax ? nonces.keys() : []
  if (oldest !== undefined) nonces.delete(oldest)
  return isNew
}
