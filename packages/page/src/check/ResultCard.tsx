import { useEffect, useState } from 'preact/hooks'
import { useStore } from '../model/useStore.js'
import { Card } from '../parts/Card.js'
import { Choice } from '../parts/Choice.js'
import { usePage } from '../parts/context.js'
import { Findings } from '../parts/Findings.js'
import { Icon } from '../parts/Icon.js'
import { JsonView, MembersTable } from '../parts/Members.js'
import { formOfToken } from '../sign/claims.js'
import { texts } from '../texts.js'
import { KeyLine } from './CheckKeysCard.js'
import type { CheckResult } from './check.js'

const t = texts.check

/** Kind and verdict first, then what is in it, then what was found. */
export function ResultCard() {
  const { checking, say } = usePage()
  const { result, withSignKey } = useStore(checking.outcome)
  const verdict = result === undefined ? undefined : t.verdicts[result.verdict]
  useEffect(() => {
    if (verdict !== undefined) say(verdict.join(': '))
  }, [verdict])
  if (result === undefined) {
    return (
      <Card title={t.resultTitle}>
        <div class="nothing">
          <p class="nothing-title">{t.empty}</p>
          <ul class="plain-list">
            {t.emptyExamples.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </div>
      </Card>
    )
  }
  return (
    <Card title={t.resultTitle} aside={<Kind result={result} />}>
      <Verdict result={result} withSignKey={withSignKey} />
      <Contents result={result} />
      <FindingsOf result={result} />
      <NotChecked result={result} />
    </Card>
  )
}

function Kind({ result }: { readonly result: CheckResult }) {
  const { kind, tokenKind } = result
  const isToken = kind === 'token' || tokenKind !== undefined
  const words =
    kind === 'request' ? t.kinds.request : isToken && tokenKind !== 'no token' ? capital(tokenKind ?? '') : t.kinds[kind]
  return (
    <p class="kind" data-kind={kind}>
      {words}
    </p>
  )
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

function countOf({ diagnosis: { findings } }: CheckResult): string {
  const of = (severity: string) => findings.filter((each) => each.severity === severity).length
  return findings.some(({ id }) => id === 'token-kind') ? '' : texts.findings.count(of('error'), of('warning'))
}

const icons = {
  good: 'good',
  'good-but': 'warning',
  bad: 'error',
  'not-verified': 'info',
  explained: 'info',
  unreadable: 'error',
} as const

function Verdict({ result, withSignKey }: { readonly result: CheckResult; readonly withSignKey: boolean }) {
  const { verdict, signedBy, ownKeys } = result
  const [title, sentence] = t.verdicts[verdict] ?? ['', '']
  const count = countOf(result)
  return (
    <div class={`verdict verdict-${verdict}`} data-verdict={verdict}>
      <Icon name={icons[verdict]} />
      <div class="verdict-words">
        <p class="verdict-title">{title}</p>
        <p>
          {sentence} {count === '' ? null : <strong>{count}.</strong>}
        </p>
        {signedBy === undefined ? null : (
          <div class="signed-by">
            {t.signedBy} {withSignKey ? t.fromSignKey : t.fromGiven}:
            <ul class="key-list">
              <KeyLine value={signedBy} />
            </ul>
          </div>
        )}
        {ownKeys.length === 0 ? null : <p data-own-keys>{t.ownKeys(ownKeys.join(', '))}</p>}
      </div>
    </div>
  )
}

/** Header and claims of the token that was found. */
function Contents({ result: { token } }: { readonly result: CheckResult }) {
  const page = usePage()
  const [view, setView] = useState<'table' | 'json'>('table')
  if (token?.header === undefined || token.claims === undefined) return null
  const { header, claims } = token
  function edit(): void {
    page.signing.form.set(formOfToken(page.signing.form.get(), header ?? {}, claims ?? {}))
    page.show('sign')
  }
  return (
    <div class="decoded">
      <div class="decoded-head">
        <h3 class="part-name part-header">{texts.common.header}</h3>
        <button type="button" class="button button-plain" onClick={edit}>
          {t.editInSign}
        </button>
      </div>
      <JsonView value={header} label={texts.common.header} oneLine={view === 'table'} />
      <div class="decoded-head">
        <h3 class="part-name part-payload">{texts.common.claims}</h3>
        <Choice
          label={texts.sign.claimsAs}
          hideLabel
          options={[
            ['table', texts.common.table],
            ['json', texts.common.json],
          ]}
          value={view}
          onValue={setView}
        />
      </div>
      {view === 'json' ? (
        <JsonView value={claims} label={texts.common.claims} />
      ) : (
        <MembersTable members={claims} label={texts.common.claims} now={new Date()} />
      )}
    </div>
  )
}

/** Of a token of another kind only its kind counts; what the rules for assertions say of it is kept for those who ask. */
function FindingsOf({ result: { diagnosis } }: { readonly result: CheckResult }) {
  const { findings } = diagnosis
  const isOther = findings.some(({ id }) => id === 'token-kind')
  const first = isOther ? findings.filter(({ id }) => id === 'token-kind') : findings
  const rest = isOther ? findings.filter(({ id }) => id !== 'token-kind') : []
  return (
    <>
      <h3>{t.findings}</h3>
      {first.length === 0 ? (
        <p class="all-good">
          <Icon name="good" />
          <span>{t.noFindings}</span>
        </p>
      ) : (
        <Findings findings={first} />
      )}
      {rest.length === 0 ? null : (
        <details>
          <summary>{t.otherKind}</summary>
          <Findings findings={rest} />
        </details>
      )}
    </>
  )
}

function NotChecked({ result: { diagnosis } }: { readonly result: CheckResult }) {
  if (diagnosis.notChecked.length === 0) return null
  return (
    <details class="not-checked">
      <summary>{t.notChecked}</summary>
      <ul class="plain-list">
        {diagnosis.notChecked.map(({ what }) => (
          <li key={what}>
            {what}. <span class="meaning-inline">{t.notCheckedAdd[what] ?? t.notCheckedAnswer}</span>
          </li>
        ))}
      </ul>
    </details>
  )
}
