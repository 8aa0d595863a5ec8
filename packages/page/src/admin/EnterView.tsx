import { useRef, useState } from 'preact/hooks'
import { HeldLine } from '../key/HeldLine.js'
import type { KeyInput } from '../key/input.js'
import { KeyStates } from '../key/KeyStates.js'
import { useStore } from '../model/useStore.js'
import { Card } from '../parts/Card.js'
import { Choice } from '../parts/Choice.js'
import { Columns } from '../parts/Columns.js'
import { usePage } from '../parts/context.js'
import { TextField } from '../parts/Field.js'
import { useKeepFocus } from '../parts/keepFocus.js'
import { texts } from '../texts.js'
import type { AdminView } from './adminView.js'
import { clientIdIn } from './clientIdIn.js'
import { Failure } from './Failure.js'

const t = texts.admin.enter

/** Nobody administers yet: takes an admin key, or the bootstrap token. */
export function EnterView({ view }: { readonly view: AdminView }) {
  const [way, setWay] = useState<'key' | 'token'>('key')
  const card = useRef<HTMLDivElement>(null)
  useKeepFocus(card, 'h2')
  const failure = useStore(view.session.state, (state) => state.failure)
  return (
    <Columns
      results={
        <Card title={t.aboutTitle}>
          <ul class="plain-list">
            {t.about.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
          <p class="explanation">{t.aboutApi}</p>
        </Card>
      }
    >
      <div ref={card}>
        <Card title={t.title}>
          <Choice
            label={t.how}
            options={[
              ['key', t.ways.key],
              ['token', t.ways.token],
            ]}
            value={way}
            onValue={(next) => {
              view.session.close()
              setWay(next)
            }}
          />
          {way === 'key' ? <WithKey view={view} /> : <WithToken view={view} />}
          <Failure error={failure} whoMay={t.whoMayEnter} />
          <p class="promise">{t.promise}</p>
        </Card>
      </div>
    </Columns>
  )
}

function WithKey({ view: { session } }: { readonly view: AdminView }) {
  const { say } = usePage()
  const box = useStore(session.key.state, (state) => state.box)
  const [clientId, setClientId] = useState('')
  async function read(input: KeyInput): Promise<boolean> {
    const isHeld = await session.key.read(input)
    const told = clientIdIn(input)
    if (told !== undefined) setClientId(told)
    if (isHeld) say(texts.key.read)
    return isHeld
  }
  async function enter(): Promise<void> {
    if (await session.openWithKey(clientId.trim())) say(t.opened)
  }
  return (
    <>
      {box.is === 'held' ? (
        <HeldLine
          signer={box.held.signer}
          note={texts.key.held}
          replaceLabel={texts.admin.slot.other}
          onReplace={() => session.key.forget()}
        />
      ) : (
        <KeyStates box={session.key} label={t.key} hint={t.keyHint} name="admin-key" onInput={read} />
      )}
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void enter()
        }}
      >
        <TextField label={t.clientId} name="admin-client-id" mono value={clientId} hint={t.clientIdHint} onText={setClientId} />
        <Submit session={session} isReady={box.is === 'held' && clientId.trim() !== ''} />
      </form>
    </>
  )
}

function WithToken({ view: { session } }: { readonly view: AdminView }) {
  const { say } = usePage()
  const [token, setToken] = useState('')
  async function enter(): Promise<void> {
    if (await session.openWithToken(token.trim())) say(t.opened)
  }
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        void enter()
      }}
    >
      <TextField label={t.token} name="admin-token" type="password" value={token} hint={t.tokenHint} onText={setToken} />
      <Submit session={session} isReady={token.trim() !== ''} />
    </form>
  )
}

function Submit({ session, isReady }: { readonly session: AdminView['session']; readonly isReady: boolean }) {
  const isBusy = useStore(session.state, (state) => state.isBusy)
  return (
    <div class="buttons">
      <button type="submit" class="button button-main" disabled={!isReady}>
        {t.open}
      </button>
      {isBusy ? <span class="busy">{t.busy}</span> : null}
    </div>
  )
}
