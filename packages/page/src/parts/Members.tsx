import type { JsonObject } from 'pkjwt/jwt'
import { isWholeSeconds } from 'pkjwt/rules'
import { distance, epochSeconds, localDateTime } from '../model/time.js'
import { texts } from '../texts.js'

export interface JsonViewProps {
  readonly value: JsonObject
  readonly label: string
  /** For the few members of a header. */
  readonly oneLine?: boolean
}

/** A part of a token as JSON. */
export function JsonView({ value, label, oneLine = false }: JsonViewProps) {
  return (
    <figure aria-label={label}>
      <pre class="json mono" dir="ltr">
        {oneLine ? JSON.stringify(value, undefined, 1).replace(/\n\s*/g, ' ') : JSON.stringify(value, undefined, 2)}
      </pre>
    </figure>
  )
}

export interface MembersTableProps {
  readonly members: JsonObject
  readonly label: string
  readonly now: Date
}

/** The claims of a token with what they mean, and their dates in words. */
export function MembersTable({ members, label, now }: MembersTableProps) {
  return (
    <table class="members" aria-label={label}>
      <thead class="unseen">
        <tr>
          <th scope="col">{texts.common.claim}</th>
          <th scope="col">{texts.common.value}</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(members).map(([name, value]) => (
          <tr key={name}>
            <th scope="row" class="mono" dir="ltr">
              {name}
            </th>
            <td>
              <div class="member-value">
                <span class="mono" dir="ltr">
                  {typeof value === 'string' ? value : JSON.stringify(value)}
                </span>
                <Meaning name={name} value={value} now={now} />
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Meaning({ name, value, now }: { readonly name: string; readonly value: unknown; readonly now: Date }) {
  const words = isDate(name, value) ? dateWords(name, value, now) : texts.sign.meanings[name]
  return words === undefined ? null : <span class="meaning">{words}</span>
}

function isDate(name: string, value: unknown): value is number {
  // Beyond this a number of seconds is no date of any calendar.
  return texts.dates[name] !== undefined && isWholeSeconds(value) && value < 8.64e12
}

function dateWords(name: string, seconds: number, now: Date): string {
  const left = seconds - epochSeconds(now)
  const [past, future] = texts.dates[name] ?? ['', '']
  return `${left <= 0 ? past : future} ${distance(left)} · ${localDateTime(new Date(seconds * 1000))}`
}
