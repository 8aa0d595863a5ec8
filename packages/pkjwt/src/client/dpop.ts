import type { Signer } from '../keys/key.js'
import { generateKey } from '../keys/privateKey.js'
import { createDpopProof } from '../protocol/dpopProof.js'

/** Whether and how tokens are bound to a key (RFC 9449). */
export type DpopOption = boolean | { readonly key: Signer }

/** Nonces of more servers than one client talks to. */
const noncesMax = 100

export interface ProofRequest {
  readonly method: string
  readonly url: string
  readonly accessToken?: string | undefined
  readonly now: Date
}

/** Proofs of possession by one client: its key, and what the servers said that proofs have to carry. */
export interface DpopSession {
  /** Whether token requests carry a proof. */
  isOn(): boolean
  /** Sends proofs from now on: the server demands them. False when the options forbid it. */
  demand(): boolean
  /** The thumbprint that tokens are bound to, once there is a key. */
  thumbprint(): string | undefined
  createProof(request: ProofRequest): Promise<string>
  /** Takes the nonce of an answer, whatever its status is. True when it is a new one. */
  learn(url: string, nonce: string | null | undefined): boolean
}

/**
 * @param option `true` sends proofs from the first request on, with an ES256 key of its own that leaves memory never; `false` never
 * sends one; `undefined` sends them as soon as the server demands it.
 */
export function createDpopSession(option: DpopOption | undefined): DpopSession {
  let isOn = option !== undefined && option !== false
  let key: Promise<Signer> | undefined
  let thumbprint = typeof option === 'object' ? option.key.publicKey.thumbprint : undefined
  // Nonces are the affair of one server each: RFC 9449 §8.2 forbids to mix them up.
  const nonces = new Map<string, string>()
  const readKey = async () => {
    const signer = typeof option === 'object' ? option.key : await generateKey({ alg: 'ES256', extractable: false })
    thumbprint = signer.publicKey.thumbprint
    return signer
  }
  return {
    isOn: () => isOn,
    demand() {
      if (option === false) return false
      isOn = true
      return true
    },
    thumbprint: () => thumbprint,
    async createProof(request) {
      key ??= readKey()
      return createDpopProof({ ...request, key: await key, nonce: nonces.get(new URL(request.url).origin) })
    },
    learn(url, nonce) {
      if (nonce === null || nonce === undefined || nonce === '' || nonce.length > 1000) return false
      const { origin } = new URL(url)
      const isNew = nonces.get(origin) !== nonce
      nonces.delete(origin)
      nonces.set(origin, nonce)
      const [oldest] = nonces.size > noncesMax ? nonces.keys() : []
      if (oldest !== undefined) nonces.delete(oldest)
      return isNew
    },
  }
}
