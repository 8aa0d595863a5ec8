import type { JsonObject } from 'pkjwt/jwt'
import { parseJwt, signJwt } from 'pkjwt/jwt'
import type { SigningKey } from 'pkjwt/keys'
import { createStore, type Store } from '../model/store.js'
import { signedPartOf } from './claims.js'
import { type Draft, draftOf } from './draft.js'
import { emptyForm, type SignForm } from './form.js'

/** An assertion that was signed, read back from its own bytes. */
export interface SignedAssertion {
  readonly token: string
  readonly header: JsonObject
  readonly claims: JsonObject
  /** Sentences about what was put right in a payload. */
  readonly notes: readonly string[]
  readonly signedAt: Date
  /** Undefined when it was signed in spite of an unusable `exp`. */
  readonly expiresAt: Date | undefined
  /** How many were signed before it here. */
  readonly number: number
}

/** Where signing stands. */
export interface SigningState {
  readonly draft: Draft
  readonly signed: SignedAssertion | undefined
  /** The form or the key is no longer what was signed. */
  readonly stale: boolean
  /** What the last attempt failed with. */
  readonly failure: string | undefined
  /** Sign anew whenever the assertion runs out. */
  readonly autoRefresh: boolean
}

/** The mode Sign: a form, and the assertion that follows from it. */
export interface Signing {
  readonly form: Store<SignForm>
  readonly state: Store<SigningState>
  /** Signs now. With `anyway`, also what the rules refuse. */
  sign(options?: { readonly anyway?: boolean }): Promise<boolean>
  /** Reads the form again: the time has moved on, or the key is another. */
  refresh(): void
}

/** Signing waits this long for the next keystroke. */
const pauseMilliseconds = 150

/** Creates the mode Sign. An assertion appears by itself as soon as the form allows it, and never changes without saying so. */
export function createSigning(keyNow: () => SigningKey | undefined): Signing {
  const form = createStore<SignForm>(emptyForm)
  const draft = draftOf(emptyForm, undefined, new Date())
  const state = createStore<SigningState>({ draft, signed: undefined, stale: false, failure: undefined, autoRefresh: false })
  let signedFor = ''
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0

  const wantedNow = () => `${keyNow()?.alg} ${keyNow()?.thumbprint} ${signedPartOf(form.get())}`

  function refresh(): void {
    const next = draftOf(form.get(), keyNow(), new Date())
    const { signed } = state.get()
    const changed = wantedNow() !== signedFor
    state.set({ draft: next, stale: signed !== undefined && changed })
    clearTimeout(timer)
    if (next.ready && changed) timer = setTimeout(() => void sign(), pauseMilliseconds)
  }

  async function sign({ anyway = false } = {}): Promise<boolean> {
    clearTimeout(timer)
    const [key, now, turn] = [keyNow(), new Date(), ++asked]
    const next = draftOf(form.get(), key, now)
    state.set({ draft: next })
    if (key === undefined || next.assertion === undefined || !(next.ready || anyway)) return false
    const part = wantedNow()
    try {
      const token = await signJwt(next.assertion.header, next.assertion.claims, key)
      // A later call overtook this one: its assertion is the one to show.
      if (turn !== asked) return false
      signedFor = part
      state.set({
        signed: readBack(token, next, { now, before: state.get().signed }),
        stale: wantedNow() !== part,
        failure: undefined,
      })
      return true
    } catch (error) {
      state.set({ failure: error instanceof Error ? error.message : String(error) })
      return false
    }
  }

  form.subscribe(refresh)
  return { form, state, sign, refresh }
}

/** What is shown comes from the signed bytes, so that nothing else than what was signed can be shown. */
function readBack(
  token: string,
  { assertion }: Draft,
  { now, before }: { readonly now: Date; readonly before: SignedAssertion | undefined },
): SignedAssertion {
  const { header, claims } = parseJwt(token)
  const { exp } = claims
  return {
    token,
    header,
    claims,
    notes: assertion?.notes ?? [],
    signedAt: now,
    expiresAt: typeof exp === 'number' && Math.abs(exp) < 8.64e12 ? new Date(exp * 1000) : undefined,
    number: (before?.number ?? 0) + 1,
  }
}
