import { writeTokenRequest } from 'pkjwt/protocol'
import { useEffect, useState } from 'preact/hooks'
import { epochSeconds } from '../model/time.js'
import { useStore } from '../model/useStore.js'
import { saveText } from '../parts/actions.js'
import { Card } from '../parts/Card.js'
import { Choice, Switch } from '../parts/Choice.js'
import { CopyButton } from '../parts/CopyButton.js'
import { usePage } from '../parts/context.js'
import { JsonView, MembersTable } from '../parts/Members.js'
import { TokenText } from '../parts/TokenText.js'
import { texts } from '../texts.js'
import { AssertionStatus } from './AssertionStatus.js'
import { fieldNames } from './fieldNames.js'
import type { SignedAssertion } from './signing.js'

const t = texts.sign

/** The assertion, from the signed bytes, with everything that one wants to do with it. */
export function AssertionCard() {
  const { signing } = usePage()
  const signed = useStore(signing.state, (state) => state.signed)
  const stale = useStore(signing.state, (state) => state.stale)
  const expired = useExpired(signed)
  return (
    <Card title={t.assertionTitle} aside={<AssertionStatus expired={expired} />}>
      {signed === undefined ? <Nothing /> : <TokenText token={signed.token} label={t.tokenLabel} faded={stale || expired} />}
      <Actions signed={signed} expired={expired} />
      {signed === undefined ? null : <Decoded signed={signed} />}
    </Card>
  )
}

/** Whether the assertion has run out; drawn again only when that changes. */
function useExpired(signed: SignedAssertion | undefined): boolean {
  const { signing, say } = usePage()
  const [expired, setExpired] = useState(false)
  useEffect(() => {
    const look = () => {
      const end = signed?.expiresAt
      const isOver = end !== undefined && end.getTime() <= Date.now()
      setExpired(isOver)
      if (!isOver) return
      clearInterval(timer)
      if (signing.state.get().autoRefresh) void signing.sign()
      else say(t.spoken.expired)
    }
    const timer = setInterval(look, 1000)
    look()
    return () => clearInterval(timer)
  }, [signed])
  return expired
}

/** Says what is still needed, each a way to its field. */
function Nothing() {
  const { signing } = usePage()
  const missing = useStore(signing.state, (state) => state.draft.missing)
  const provider = useStore(signing.form, (form) => form.provider)
  return (
    <div class="nothing">
      <p class="nothing-title">{t.emptyTitle}</p>
      {missing.length === 0 ? null : (
        <>
          <p>{t.emptyText}</p>
          <ul>
            {missing.map((each) => (
              <li key={each}>
                <button type="button" class="link" onClick={() => focusField(fieldNames(each, provider))}>
                  {each === 'domain' && provider === 'other' ? t.missing.endpoint : t.missing[each]}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

function focusField(name: string): void {
  document.querySelector<HTMLElement>(`[name="${name}"]`)?.focus()
}

function Actions({ signed, expired }: { readonly signed: SignedAssertion | undefined; readonly expired: boolean }) {
  const { signing, say } = usePage()
  const autoRefresh = useStore(signing.state, (state) => state.autoRefresh)
  const draft = useStore(signing.state, (state) => state.draft)
  const scopes = useStore(signing.form, (form) => form.scopes)
  const provider = useStore(signing.form, (form) => form.provider)
  const [refused, setRefused] = useState(false)
  const stale = useStore(signing.state, (state) => state.stale)
  // What one wants to do next stands out: first to sign, then to copy.
  const isFresh = signed !== undefined && !stale && !expired
  const canForce = refused && !draft.ready && draft.missing.length === 0 && draft.assertion !== undefined
  useEffect(() => {
    if (draft.ready) setRefused(false)
  }, [draft.ready])

  async function generate(): Promise<void> {
    if (await signing.sign()) return
    const [first] = signing.state.get().draft.missing
    if (first !== undefined) focusField(fieldNames(first, provider))
    else setRefused(true)
    say(t.spoken.refused)
  }
  const form = signed === undefined ? undefined : writeTokenRequest({ assertion: signed.token, scopes })
  return (
    <>
      <div class="buttons">
        <button type="button" id="generate" class={`button button-${isFresh ? 'plain' : 'main'}`} onClick={() => void generate()}>
          {expired ? t.generateAgain : t.generate}
        </button>
        {canForce ? (
          <button type="button" class="button button-plain" onClick={() => void signing.sign({ anyway: true })}>
            {t.signAnyway}
          </button>
        ) : null}
        <CopyButton id="copy-assertion" text={signed?.token} kind={isFresh ? 'main' : 'plain'} />
        <CopyButton text={form} label={t.copyForm} />
        <button
          type="button"
          class="button button-plain"
          disabled={signed === undefined}
          onClick={() => signed !== undefined && saveText('assertion.jwt', `${signed.token}\n`)}
        >
          {texts.common.download}
        </button>
      </div>
      <Switch label={t.autoRefresh} checked={autoRefresh} onChecked={(checked) => signing.state.set({ autoRefresh: checked })} />
    </>
  )
}

/** Header and claims as they were signed. */
function Decoded({ signed }: { readonly signed: SignedAssertion }) {
  const [view, setView] = useState<'table' | 'json'>('table')
  return (
    <div class="decoded" data-decoded={epochSeconds(signed.signedAt)}>
      <div class="decoded-head">
        <h3>{t.decoded}</h3>
        <Choice
          label={t.claimsAs}
          hideLabel
          options={[
            ['table', texts.common.table],
            ['json', texts.common.json],
          ]}
          value={view}
          onValue={setView}
        />
      </div>
      <h4 class="part-name part-header">{texts.common.header}</h4>
      <JsonView value={signed.header} label={texts.common.header} oneLine={view === 'table'} />
      <h4 class="part-name part-payload">{texts.common.claims}</h4>
      {view === 'json' ? (
        <JsonView value={signed.claims} label={texts.common.claims} />
      ) : (
        <MembersTable members={signed.claims} label={texts.common.claims} now={signed.signedAt} />
      )}
    </div>
  )
}
