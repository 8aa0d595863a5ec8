import { useState } from 'preact/hooks'
import { ago, localDateTime } from '../../model/time.js'
import { Badge } from '../../parts/Badge.js'
import { Card } from '../../parts/Card.js'
import { Choice, Select } from '../../parts/Choice.js'
import { TextField } from '../../parts/Field.js'
import { texts } from '../../texts.js'
import { Failure } from '../Failure.js'
import type { Administrator } from '../session.js'
import type { LogEntry, LogKind } from './logEntry.js'
import { type LogSince, useLog } from './useLog.js'

const t = texts.admin.log

const kinds = ['all', 'tokens', 'refusals', 'apps', 'keys', 'grants'] as const satisfies readonly LogKind[]
const sinces = ['all', 'hour', 'day', 'week'] as const satisfies readonly LogSince[]

/** The audit log of the server. */
export function LogCard({ administrator: { api } }: { readonly administrator: Administrator }) {
  const [kind, setKind] = useState<LogKind>('all')
  const [since, setSince] = useState<LogSince>('all')
  const [words, setWords] = useState('')
  const log = useLog(api, { kind, since })
  const wanted = words.trim().toLowerCase()
  const shown = log.entries.filter((entry) => wordsOf(entry).includes(wanted))
  const now = new Date()
  return (
    <Card
      title={t.title}
      aside={
        <button type="button" class="button button-plain" onClick={() => void log.loaded.reload()}>
          {t.reload}
        </button>
      }
    >
      <div class="log-filters">
        <Choice label={t.kind} options={kinds.map((each) => [each, t.kinds[each]])} value={kind} onValue={setKind} />
        <Select label={t.since} options={sinces.map((each) => [each, t.sinces[each]])} value={since} onValue={setSince} />
        <TextField label={t.words} name="log-words" value={words} hint={t.wordsHint} onText={setWords} />
      </div>
      <Failure error={log.loaded.failure} whoMay={t.whoMay} />
      {log.loaded.value === undefined && log.loaded.isBusy ? <p class="busy">{t.loading}</p> : null}
      {log.loaded.value !== undefined && shown.length === 0 ? (
        <p class="quiet">{log.entries.length === 0 ? t.none : t.noMatch}</p>
      ) : null}
      <ul class="log" aria-label={t.title}>
        {shown.map((entry) => (
          <Entry key={entry.id} entry={entry} now={now} />
        ))}
      </ul>
      <Failure error={log.older.failure} whoMay={t.whoMay} />
      {log.hasOlder ? (
        <div class="buttons">
          <button type="button" class="button button-plain" onClick={() => void log.loadOlder()}>
            {t.older}
          </button>
        </div>
      ) : null}
    </Card>
  )
}

function wordsOf({ type, wire }: LogEntry): string {
  return `${eventName(type)} ${JSON.stringify(wire)}`.toLowerCase()
}

function eventName(type: string): string {
  return t.events[type] ?? type
}

function Entry({ entry, now }: { readonly entry: LogEntry; readonly now: Date }) {
  const [isOpen, setOpen] = useState(false)
  const { at, type, actor, isFailure, reason, targets, scopes, wire } = entry
  return (
    <li class="log-entry">
      <p class="log-event">
        <strong>{eventName(type)}</strong>
        {isFailure ? <Badge tone="bad">{t.failure}</Badge> : null}
      </p>
      <p class="log-time">
        {at === undefined ? '' : <time dateTime={at.toISOString()}>{`${localDateTime(at)} · ${ago(at, now)}`}</time>}
      </p>
      <p class="log-what mono" dir="ltr">
        {[actor, ...(targets.length === 0 ? [scopes.join(' ')] : targets)].filter((part) => part !== '').join(' → ')}
        {reason === undefined ? '' : ` (${reason})`}
      </p>
      <button
        type="button"
        class="button button-small"
        aria-expanded={isOpen}
        aria-label={t.detailOf(eventName(type))}
        onClick={() => setOpen(!isOpen)}
      >
        {t.detail}
      </button>
      {isOpen ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached from the keyboard
        <section class="code code-wrap" tabIndex={0} aria-label={t.detailOf(eventName(type))}>
          <pre class="mono" dir="ltr">
            {JSON.stringify(wire, undefined, 2)}
          </pre>
        </section>
      ) : null}
    </li>
  )
}
