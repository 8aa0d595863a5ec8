import type { JsonObject } from 'pkjwt/jwt'
import { isWholeSeconds } from 'pkjwt/rules'
import { distance, epochSeconds, localDateTime } from '../model/time.js'
import { texts } from '../texts.js'

const dates: ReadonlySet<string> = new Set(['exp', 'iat', 'nbf', 'auth_time', 'updated_at'])

/** A part of a token as JSON. */
export function JsonView({ value, label }: { readonly value: JsonObject; readonly label: string }) {
  return (
    <figure aria-label={label}>
      <pre class="json mono" dir="ltr">
        {JSON.stringify(value, undefined, 2)}
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
      <thead>
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
              <span class="mono" dir="ltr">
                {typeof value === 'string' ? value : JSON.stringify(value)}
              </span>
              <Meaning name={name} value={value} now={now} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Meaning({ name, value, now }: { readonly name: string; readonly value: unknown; readonly now: Date }) {
  const date = dates.has(name) && isWholeSeconds(value) && value < 8.64e12 ? new Date(value * 1000) : undefined
  const words = [
    ...(date === undefined ? [] : [localDateTime(date), distance(epochSeconds(date) - epochSeconds(now))]),
    ...(texts.sign.meanings[name] === undefined ? [] : [texts.sign.meanings[name]]),
  ]
  return words.length === 0 ? null : <span class="meaning">{words.join(' · ')}</span>
}
