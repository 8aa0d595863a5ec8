import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Store } from '../store/store.js'

/** The nonces that a proof may carry (RFC 9449 §8): derived from a secret of the store and the clock, so that none is kept. */
export interface Nonces {
  now(): Promise<{ readonly current: string; readonly accepts: (nonce: unknown) => boolean }>
  /** Makes every nonce given so far stale; for tests of clients. */
  forget(): void
}

export interface NoncesOptions {
  readonly store: Store
  readonly clock: () => Date
}

/** Okta gives a new nonce every day and takes one for three. */
const daySeconds = 86_400
const daysAccepted = 3

const settingName = 'dpop_nonce_secret'

/** Creates the nonces of a server; every process on the same store gives and takes the same ones. */
export function createNonces({ store, clock }: NoncesOptions): Nonces {
  let secret: Promise<string> | undefined
  let generation = 0
  const readSecret = () => {
    secret ??= store.createSetting(settingName, randomBytes(32).toString('base64url'))
    secret.catch(() => {
      secret = undefined
    })
    return secret
  }
  return {
    async now() {
      const key = await readSecret()
      const day = Math.floor(clock().getTime() / 1000 / daySeconds)
      const accepted = Array.from({ length: daysAccepted }, (_, age) => deriveNonce(key, day - age, generation))
      return {
        current: accepted[0] ?? '',
        accepts: (nonce) => typeof nonce === 'string' && accepted.some((candidate) => isSame(candidate, nonce)),
      }
    },
    forget() {
      generation++
    },
  }
}

function deriveNonce(secret: string, day: number, generation: number): string {
  return createHmac('sha256', secret).update(`dpop-nonce ${day} ${generation}`).digest().subarray(0, 24).toString('base64url')
}

function isSame(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}
