import type { PublicJwk, SigningKey } from 'pkjwt/keys'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { HeldLine } from '../../key/HeldLine.js'
import { KeyStates } from '../../key/KeyStates.js'
import { useAction } from '../../model/useLoaded.js'
import { useStore } from '../../model/useStore.js'
import { Card } from '../../parts/Card.js'
import { Choice } from '../../parts/Choice.js'
import { usePage } from '../../parts/context.js'
import { TextField } from '../../parts/Field.js'
import { Icon } from '../../parts/Icon.js'
import { moveFocus } from '../../parts/keepFocus.js'
import { texts } from '../../texts.js'
import type { AdminProps } from '../adminProps.js'
import { Failure } from '../Failure.js'
import { KeyKind } from '../keys/KeyKind.js'
import { saveKeyFile } from '../keys/keyFile.js'
import { kindDefault, makeKey } from '../keys/makeKey.js'
import { publicHalfOf, type Slot } from '../keys/slots.js'

const t = texts.admin.create

export interface NewAppProps extends AdminProps {
  readonly onCreated: () => Promise<void>
}

/** Makes a service app, with a key that is made here or one that exists. */
export function NewAppCard({ view, administrator: { api }, onCreated }: NewAppProps) {
  const { say } = usePage()
  const form = useId()
  const action = useAction()
  const [label, setLabel] = useState('')
  const [way, setWay] = useState<'make' | 'give'>('make')
  const [kind, setKind] = useState(kindDefault)
  const [missing, setMissing] = useState<'name' | 'key'>()
  const slot = view.slots.of('new')
  const name = label.trim()

  /** @param made The private half, when it was made here. */
  async function create(jwk: PublicJwk, made?: SigningKey): Promise<void> {
    const { id } = await api.createApp({ label: name, keys: [jwk] })
    const saved = made === undefined ? '' : ` ${t.savedAs(await keep(made, id, view.slots.of(`${id} made`)))}`
    say(`${t.created(name)}${saved}`)
    slot.box.forget()
    await onCreated()
    view.place.set({ appId: id })
  }
  function submit(): void {
    const given = publicHalfOf(slot.box.held())
    if (name === '') setMissing('name')
    else if (way === 'make') void action.run(() => makeKey(kind).then((key) => create(key.publicKey.jwk, key)))
    else if (given === undefined) setMissing('key')
    else void action.run(() => create(given))
  }

  const card = useRef<HTMLDivElement>(null)
  useEffect(() => moveFocus(card.current?.querySelector('input')), [])
  return (
    <div ref={card}>
      <Card title={t.title}>
        <form
          id={form}
          onSubmit={(event) => {
            event.preventDefault()
            submit()
          }}
        >
          <TextField
            label={t.name}
            name="app-name"
            value={label}
            hint={t.nameHint}
            error={missing === 'name' ? t.nameMissing : undefined}
            onText={(text) => {
              setMissing(undefined)
              setLabel(text)
            }}
          />
        </form>
        <Choice
          label={t.key}
          options={[
            ['make', t.keyWays.make],
            ['give', t.keyWays.give],
          ]}
          value={way}
          onValue={setWay}
        />
        {way === 'give' ? (
          <GivenKey slot={slot} isMissing={missing === 'key'} />
        ) : (
          <>
            <KeyKind kind={kind} onKind={setKind} />
            <p class="note">{t.makeHint}</p>
          </>
        )}
        <Failure error={action.failure} whoMay={texts.admin.apps.whoMayCreate} />
        <div class="buttons">
          <button type="submit" form={form} class="button button-main">
            {t.submit}
          </button>
          <button type="button" class="button button-quiet" onClick={() => view.place.set({ appId: undefined })}>
            {t.cancel}
          </button>
        </div>
      </Card>
    </div>
  )
}

/** Saves the key that was made, and holds it so that it can be saved again. */
async function keep(key: SigningKey, clientId: string, slot: Slot): Promise<string> {
  slot.box.hold({ is: 'pair', key, origin: 'generated' })
  return saveKeyFile(key, clientId)
}

function GivenKey({ slot, isMissing }: { readonly slot: Slot; readonly isMissing: boolean }) {
  const bench = useStore(slot.box.state, ({ box }) => (box.is === 'held' ? box.held : undefined))
  const publicKey = bench?.is === 'pair' ? bench.key.publicKey : bench?.keys.keys[0]
  if (publicKey === undefined) {
    return (
      <>
        <KeyStates box={slot.box} label={t.give} hint={t.giveHint} name="app-key" onInput={(input) => slot.box.read(input)} />
        {isMissing ? (
          <p class="note note-error">
            <Icon name="error" />
            <span>{t.keyMissing}</span>
          </p>
        ) : null}
      </>
    )
  }
  return (
    <HeldLine
      signer={{ publicKey, kid: publicHalfOf(bench)?.kid }}
      note={bench?.is === 'pair' ? texts.admin.slot.given : texts.admin.slot.givenPublic}
      onReplace={() => slot.box.forget()}
    />
  )
}
