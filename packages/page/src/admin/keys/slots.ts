import type { PublicJwk } from 'pkjwt/keys'
import { createKeyBox, type KeyBox } from '../../key/keyBox.js'
import { type Bench, readBench } from '../../keys/workshop.js'
import { createStore, type Store } from '../../model/store.js'

/** What is known of the key in a slot, by its thumbprint: another key in it knows nothing of this. */
export interface SlotFacts {
  readonly saved: string | undefined
  readonly taken: string | undefined
  readonly switched: string | undefined
}

/** A place for a key that is going to be an app's: made here, or given. It is kept while one looks at something else. */
export interface Slot {
  readonly box: KeyBox<Bench>
  readonly facts: Store<SlotFacts>
}

/** The slots: one for each app, and one for an app that is still to be made. */
export interface Slots {
  of(appId: string): Slot
  /** @returns Whether a private key was in one of them. */
  forget(): boolean
}

const noFacts: SlotFacts = { saved: undefined, taken: undefined, switched: undefined }

/** Creates the slots, all empty. */
export function createSlots(): Slots {
  const slots = new Map<string, Slot>()
  return {
    of(appId) {
      const slot = slots.get(appId) ?? { box: createKeyBox(readBench), facts: createStore<SlotFacts>(noFacts) }
      slots.set(appId, slot)
      return slot
    },
    forget() {
      const held = [...slots.values()].filter(({ box }) => box.state.get().box.is !== 'empty')
      for (const { box, facts } of held) {
        box.forget()
        facts.set(noFacts)
      }
      return held.length > 0
    },
  }
}

/** The public half of what lies in a slot, named as it will be registered; a key without a name gets its thumbprint. */
export function publicHalfOf(bench: Bench | undefined): PublicJwk | undefined {
  const key = bench?.is === 'pair' ? bench.key.publicKey : bench?.keys.keys[0]
  return key === undefined ? undefined : { ...key.jwk, kid: key.kid ?? key.thumbprint }
}

/** The name of what lies in a slot. */
export function thumbprintOf(bench: Bench | undefined): string | undefined {
  return bench?.is === 'pair' ? bench.key.thumbprint : bench?.keys.keys[0]?.thumbprint
}
