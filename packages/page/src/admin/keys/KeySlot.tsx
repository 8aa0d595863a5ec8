import { useState } from 'preact/hooks'
import { HeldLine } from '../../key/HeldLine.js'
import { KeyStates } from '../../key/KeyStates.js'
import type { KeyBox } from '../../key/keyBox.js'
import type { Bench } from '../../keys/workshop.js'
import { useStore } from '../../model/useStore.js'
import { usePage } from '../../parts/context.js'
import { Icon } from '../../parts/Icon.js'
import { texts } from '../../texts.js'
import { KeyKind } from './KeyKind.js'
import { keyFileName, saveKeyFile } from './keyFile.js'
import { type Kind, makeKey } from './makeKey.js'
import { publicHalfOf, type Slot, thumbprintOf } from './slots.js'

const t = texts.admin.slot

export interface KeySlotProps {
  readonly slot: Slot
  readonly clientId: string
  /** Only a private key will do: it has to sign. */
  readonly mustSign?: boolean
  readonly kind: Kind
}

/** A key for an app: made here and saved at once, or given. */
export function KeySlot({ slot, clientId, mustSign = false, kind: kindAtFirst }: KeySlotProps) {
  const { say } = usePage()
  const box = useStore(slot.box.state, (state) => state.box)
  const [kind, setKind] = useState(kindAtFirst)
  async function make(): Promise<void> {
    await slot.box.make(async () => ({ is: 'pair', key: await makeKey(kind), origin: 'generated' }))
    const made = slot.box.held()
    if (made?.is !== 'pair') return
    const file = await saveKeyFile(made.key, clientId)
    slot.facts.set({ saved: made.key.thumbprint })
    say(t.saved(file))
  }
  if (box.is === 'held' && !(mustSign && box.held.is === 'public'))
    return <HeldKey box={slot.box} bench={box.held} clientId={clientId} />
  return (
    <>
      <KeyKind kind={kind} onKind={setKind} />
      <div class="buttons">
        <button type="button" class="button button-main" disabled={box.is === 'reading'} onClick={() => void make()}>
          {t.make}
        </button>
        {box.is === 'reading' ? <span class="busy">{texts.keys.busy}</span> : null}
      </div>
      <p class="or">{t.or}</p>
      {box.is === 'held' ? (
        <p class="note note-error">
          <Icon name="error" />
          <span>{t.wantsPrivate}</span>
        </p>
      ) : null}
      <KeyStates
        box={slot.box}
        label={mustSign ? t.givePrivate : t.give}
        hint={mustSign ? t.givePrivateHint : t.giveHint}
        name="app-key"
        onInput={(input) => give(slot, input)}
      />
    </>
  )
}

/** A key that was given is in a file already. */
async function give(slot: Slot, input: string | Uint8Array): Promise<boolean> {
  const isHeld = await slot.box.read(input)
  if (isHeld) slot.facts.set({ saved: thumbprintOf(slot.box.held()) })
  return isHeld
}

interface HeldKeyProps {
  readonly box: KeyBox<Bench>
  readonly bench: Bench
  readonly clientId: string
}

/** A key of an app that lies here; one that was made here can be saved again. */
function HeldKey({ box, bench, clientId }: HeldKeyProps) {
  const { say } = usePage()
  const publicKey = bench.is === 'pair' ? bench.key.publicKey : bench.keys.keys[0]
  const pair = bench.is === 'pair' ? bench : undefined
  if (publicKey === undefined) return null
  const made = pair?.origin === 'generated' ? t.saved(keyFileName(pair.key, clientId)) : t.given
  const registered = publicHalfOf(bench)?.kid ?? ''
  return (
    <>
      <HeldLine
        signer={{ publicKey, kid: registered }}
        note={pair === undefined ? t.givenPublic : made}
        replaceLabel={t.other}
        onReplace={() => box.forget()}
      >
        {pair?.origin === 'generated' ? (
          <button
            type="button"
            class="button button-plain"
            onClick={() => void saveKeyFile(pair.key, clientId).then((file) => say(t.saved(file)))}
          >
            {t.saveAgain}
          </button>
        ) : null}
      </HeldLine>
      {publicKey.kid === undefined ? (
        <p class="note note-warning">
          <Icon name="warning" />
          <span>{t.named(registered)}</span>
        </p>
      ) : null}
    </>
  )
}
