import { createApiRegister } from 'pkjwt/client'
import type { PublicJwk, SigningKey } from 'pkjwt/keys'
import { useState } from 'preact/hooks'
import { holdGenerated } from '../../key/holding.js'
import { type Action, useAction } from '../../model/useLoaded.js'
import { useStore } from '../../model/useStore.js'
import { usePage } from '../../parts/context.js'
import type { RotateProps } from '../adminProps.js'
import type { AppKey } from '../keys/keyAge.js'
import { publicHalfOf, type Slot } from '../keys/slots.js'
import { probeUntilTaken } from './probing.js'
import { findRegistered, type RotationStep, rotationStepOf } from './rotation.js'

/** The replacement of one key: where it is, and what can be done next. */
export interface Rotation {
  readonly step: RotationStep | 'done'
  readonly slot: Slot
  readonly old: AppKey | undefined
  /** The next key, named as it is registered. */
  readonly next: PublicJwk | undefined
  readonly nextAtServer: AppKey | undefined
  readonly nextKey: SigningKey | undefined
  readonly action: Action
  /** How often the next key was tried. */
  readonly tries: number
  /** The app is the one that is signed in with. */
  readonly isOwn: boolean
  register(): Promise<void>
  tryNext(): Promise<void>
  markSwitched(): Promise<void>
  setOldStatus(status: 'ACTIVE' | 'INACTIVE'): Promise<void>
  removeOld(): Promise<void>
}

/** Keeps a replacement. What the server says of the keys decides where it is. */
export function useRotation({ view, administrator, app, keys, oldId, onChange }: RotateProps): Rotation {
  const { live } = usePage()
  const action = useAction()
  const [tries, setTries] = useState(0)
  const slot = view.slots.of(`${app.id} next`)
  const bench = useStore(slot.box.state, ({ box }) => (box.is === 'held' ? box.held : undefined))
  const facts = useStore(slot.facts)
  const nextKey = bench?.is === 'pair' ? bench.key : undefined
  // A public key alone cannot be tried, so it is none to go on with.
  const next = nextKey === undefined ? undefined : publicHalfOf(bench)
  const name = nextKey?.thumbprint
  const list = keys.value ?? []
  const old = list.find(({ id }) => id === oldId)
  const isOwn = administrator.clientId === app.id
  const register = createApiRegister(administrator.api, app.id)

  async function change(work: () => Promise<unknown>): Promise<void> {
    await action.run(work)
    await Promise.all([keys.reload(), onChange()])
  }

  return {
    step:
      keys.value === undefined
        ? 'make'
        : rotationStepOf({
            keys: list,
            oldId,
            next,
            isTaken: name !== undefined && facts.taken === name,
            isSwitched: name !== undefined && facts.switched === name,
          }),
    slot,
    old,
    next,
    nextAtServer: next === undefined ? undefined : findRegistered(list, next),
    nextKey,
    action,
    tries,
    isOwn,
    register: () => change(async () => next !== undefined && (await register.publish(next))),
    async tryNext() {
      if (nextKey === undefined || live === undefined) return
      const options = { server: live.server, clientId: app.id, onTry: setTries }
      await change(() => probeUntilTaken(nextKey, options).then(() => slot.facts.set({ taken: name })))
      setTries(0)
    },
    async markSwitched() {
      if (isOwn && nextKey !== undefined) {
        // From here on this page, too, signs with it.
        const held = await holdGenerated(nextKey)
        view.session.key.hold(held)
        administrator.adopt(held.signer)
      }
      slot.facts.set({ switched: name })
      await keys.reload()
    },
    setOldStatus: (status) => change(() => administrator.api.setKeyStatus(app.id, oldId, status)),
    removeOld: () => change(() => administrator.api.removeKey(app.id, oldId)),
  }
}
