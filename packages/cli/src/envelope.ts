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

/** Writes the envelope as JSON. Absent members are left out, in a fixed order. */
export function writeEnvelope({ ok, command, data, findings, error }: Envelope): string {
  return `${JSON.stringify({ ok, command, data, findings, error }, null, 2)}\n`
}
