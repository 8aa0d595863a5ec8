import { inputBytesMax } from 'pkjwt/containers'
import { KeyError, type KeyErrorCode, PkjwtError } from 'pkjwt/errors'
import { createStore, type Store } from '../model/store.js'
import { type Candidate, candidatesOf } from './holding.js'
import type { KeyInput, ReadOptions } from './input.js'

/** Where a box that takes a key stands. The text itself is in none of these. */
export type KeyBoxState<Held> =
  | { readonly is: 'empty' }
  | { readonly is: 'reading' }
  | { readonly is: 'held'; readonly held: Held }
  | { readonly is: 'locked'; readonly wrong: boolean; readonly message: string }
  | { readonly is: 'several'; readonly candidates: readonly Candidate[] }
  | { readonly is: 'refused'; readonly code: KeyErrorCode | 'other'; readonly message: string; readonly hint: string | undefined }

/** A box that takes a key and keeps what was made of it. */
export interface KeyBox<Held> {
  readonly state: Store<{ readonly box: KeyBoxState<Held> }>
  held(): Held | undefined
  /** @returns Whether the key is held now; its text may then be forgotten everywhere else as well. */
  read(input: KeyInput): Promise<boolean>
  unlock(passphrase: string): Promise<boolean>
  choose(kid: string): Promise<boolean>
  /** Holds what takes a while to make. */
  make(make: () => Promise<Held>): Promise<boolean>
  hold(held: Held): void
  forget(): void
}

/** No key is larger; a longer text is not even put into the box. */
export const keyCharactersMax = inputBytesMax

/**
 * Creates an empty box. What waits for a passphrase is kept here, out of reach of the document, and dropped as soon as it is read.
 *
 * @param readKey Makes of a text what is kept, and throws the library's errors.
 */
export function createKeyBox<Held>(readKey: (input: KeyInput, options: ReadOptions) => Promise<Held>): KeyBox<Held> {
  const state = createStore<{ box: KeyBoxState<Held> }>({ box: { is: 'empty' } })
  let waiting: { readonly input: KeyInput; readonly options: ReadOptions } | undefined
  let turn = 0

  function show(box: KeyBoxState<Held>): void {
    turn += 1
    state.set({ box })
  }

  async function attempt(work: () => Promise<Held>, input?: KeyInput, options: ReadOptions = {}): Promise<boolean> {
    show({ is: 'reading' })
    const mine = turn
    // Lets the browser paint "reading" before a long computation.
    await new Promise((resolve) => setTimeout(resolve))
    const box = await boxAfter(work, input)
    if (mine !== turn) return false
    waiting = input !== undefined && (box.is === 'locked' || box.is === 'several') ? { input, options } : undefined
    show(box)
    return box.is === 'held'
  }

  function again(options: ReadOptions): Promise<boolean> {
    if (waiting === undefined) return Promise.resolve(false)
    const { input } = waiting
    const all = { ...waiting.options, ...options }
    return attempt(() => readKey(input, all), input, all)
  }

  return {
    state,
    held() {
      const { box } = state.get()
      return box.is === 'held' ? box.held : undefined
    },
    read: (input) => attempt(() => readKey(input, {}), input),
    unlock: (passphrase) => again({ passphrase }),
    choose: (kid) => again({ kid }),
    make: (make) => attempt(make),
    hold(held) {
      waiting = undefined
      show({ is: 'held', held })
    },
    forget() {
      waiting = undefined
      show({ is: 'empty' })
    },
  }
}

async function boxAfter<Held>(work: () => Promise<Held>, input: KeyInput | undefined): Promise<KeyBoxState<Held>> {
  try {
    return { is: 'held', held: await work() }
  } catch (error) {
    if (!(error instanceof PkjwtError)) throw error
    const { code, message, hint } = error
    if (code === 'key_encrypted' || code === 'key_passphrase_wrong') {
      return { is: 'locked', wrong: code === 'key_passphrase_wrong', message }
    }
    const candidates = code === 'key_ambiguous' && input !== undefined ? candidatesOf(input) : []
    if (candidates.length > 0) return { is: 'several', candidates }
    return { is: 'refused', code: error instanceof KeyError ? error.code : 'other', message, hint }
  }
}
