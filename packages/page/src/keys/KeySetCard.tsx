import { useState } from 'preact/hooks'
import { Card } from '../parts/Card.js'
import { usePage } from '../parts/context.js'
import { Findings } from '../parts/Findings.js'
import { Icon } from '../parts/Icon.js'
import { SecretInput } from '../parts/SecretInput.js'
import { texts } from '../texts.js'
import { type KeyRow, type KeySetReport, reportKeySet } from './keySetReport.js'

const t = texts.keys

/** Looks at a key set that is registered, or going to be. */
export function KeySetCard() {
  const { say } = usePage()
  const [report, setReport] = useState<KeySetReport>({ is: 'empty' })
  async function look(input: string | Uint8Array): Promise<boolean> {
    const next = await reportKeySet(input)
    setReport(next)
    if (next.is === 'refused') say(next.message)
    // A set that holds private keys is not put back into the box either.
    return next.is === 'read' || (next.is === 'refused' && next.code === 'key_private')
  }
  const refused = report.is === 'refused' ? report : undefined
  const error =
    refused === undefined
      ? undefined
      : `${refused.message}. ${refused.code === 'key_private' ? t.setPrivate : (refused.hint ?? '')}`.trim()
  return (
    <Card title={t.setTitle} number={3}>
      <SecretInput
        label={t.set}
        hint={t.setHint}
        error={error}
        name="key-set"
        rows={3}
        onInput={look}
        onRefuse={(message) => setReport({ is: 'refused', code: 'other', message, hint: undefined })}
      />
      {report.is === 'read' ? <Report report={report} /> : null}
    </Card>
  )
}

function Report({ report }: { readonly report: Extract<KeySetReport, { is: 'read' }> }) {
  const { keys, rows, findings } = report
  const skipped = keys.skipped ?? []
  const isGood = findings.length === 0 && rows.every((row) => row.findings.length === 0)
  return (
    <div class="report" data-report>
      {isGood && skipped.length === 0 ? (
        <p class="all-good">
          <Icon name="good" />
          <span>{t.setGood(rows.length)}</span>
        </p>
      ) : null}
      {findings.length === 0 ? null : <Findings findings={findings} />}
      <ul class="key-list" aria-label={t.setKeys}>
        {rows.map((row, index) => (
          <Row key={`${row.key.thumbprint} ${index}`} row={row} />
        ))}
        {skipped.map(({ index, error }) => (
          <li key={index} class="note note-warning">
            <Icon name="warning" />
            <span>{error.message}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Row({ row: { key, findings } }: { readonly row: KeyRow }) {
  return (
    <li>
      <p class="key-line">
        <span>{texts.key.kind(key.kty, key.bits, key.crv)}</span>{' '}
        <span class="mono" dir="ltr">
          {key.kid ?? texts.key.noKid}
        </span>
      </p>
      {findings.length === 0 ? null : <Findings findings={findings} />}
    </li>
  )
}
