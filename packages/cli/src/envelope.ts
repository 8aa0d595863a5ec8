import type { Finding } from 'pkjwt/errors'

/** What went wrong, for programs. */
export interface EnvelopeError {
  readonly code: string
  readonly message: string
  readonly hint?: string | undefined
}

/** What every command prints with `--json`, once, whatever happens. */
export interface Envelope {
  readonly ok: boolean
  readonly command: string
  readonly data?: unknown
  readonly findings?: readonly Finding[] | undefined
  readonly error?: EnvelopeError | undefined
}

/** What JSON may hold as it is and a terminal may obey. */
const unseen = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

/** Writes the envelope as JSON. Absent members are left out, in a fixed order; what is not seen is escaped. */
export function writeEnvelope({ ok, command, data, findings, error }: Envelope): string {
  const json = JSON.stringify({ ok, command, data, findings, error }, null, 2)
  return `${json.replace(unseen, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`
}
