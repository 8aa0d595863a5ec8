import type { Finding } from 'pkjwt/errors'
import type { ColourChoice } from './colour.js'
import type { Outcome } from './command.js'
import { type EnvelopeError, writeEnvelope } from './envelope.js'
import { exit, findExitCode } from './exitCodes.js'
import { type Io, PipeClosed } from './io.js'
import type { Talk } from './talk.js'

/** How everything is said, whatever the command is. */
export interface Manners {
  readonly json: boolean
  readonly debug: boolean
  readonly colour: ColourChoice
  readonly talk: Talk
}

/** Where a report goes, and of what. */
export interface Reporting {
  readonly name: string
  readonly io: Io
  readonly manners: Manners
}

/** Writes what a command gave back. */
export function reportOutcome(outcome: Outcome, { name, io, manners }: Reporting): number {
  const { ok = true, text, data, findings, error, exitCode = ok ? exit.done : exit.no } = outcome
  if (outcome.isWritten) return exitCode
  if (manners.json) io.stdout.write(writeEnvelope({ ok, command: name, data, findings, error }))
  else if (text !== undefined && text !== '') io.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
  if (!manners.json && error !== undefined) manners.talk.error(error.message, error.hint)
  return exitCode
}

/** Writes whatever was thrown. What nobody threw on purpose is our own fault, and says so without a stack. */
export async function reportError(thrown: unknown, { name, io, manners }: Reporting): Promise<number> {
  if (thrown instanceof PipeClosed) throw thrown
  const { talk, json, debug } = manners
  const { error, exitCode, findings = [] } = findKnownError(thrown) ?? describeFault(thrown)
  if (debug && thrown instanceof Error) talk.print(`${writeStack(thrown)}\n`)
  if (json) {
    io.stdout.write(writeEnvelope({ ok: false, command: name, findings: findings.length > 0 ? findings : undefined, error }))
    return exitCode
  }
  if (findings.length > 0) {
    const { writeFindings } = await import('./cold.js')
    talk.print(`${writeFindings(findings, { paint: talk.paint, columns: io.stderr.columns })}\n`)
  }
  talk.error(error.message, error.hint)
  return exitCode
}

/** An error as it is reported. */
export interface DescribedError {
  readonly error: EnvelopeError
  readonly exitCode: number
  readonly findings?: readonly Finding[] | undefined
}

/** What is known of an error. Errors are told by their code, not by their class: those of an installed `@pkjwt/server` are of another copy of it. */
export function findKnownError(thrown: unknown): DescribedError | undefined {
  if (!(thrown instanceof Error)) return undefined
  const { code, hint, findings }: Error & { code?: unknown; hint?: unknown; findings?: unknown } = thrown
  const exitCode = typeof code === 'string' ? findExitCode(code) : undefined
  if (typeof code !== 'string' || exitCode === undefined) return undefined
  const error = { code, message: thrown.message, hint: typeof hint === 'string' ? hint : undefined }
  return { error, exitCode, findings: Array.isArray(findings) ? findings : undefined }
}

function describeFault(thrown: unknown): DescribedError {
  // Its own words may quote anything, so that only its kind is told.
  const kind = thrown instanceof Error ? thrown.name : typeof thrown
  const error = {
    code: 'internal',
    message: `Cannot go on: there is a fault in pkjwt itself (${kind})`,
    hint: 'Run it again with --debug, and report what it says after taking out what is yours',
  }
  return { error, exitCode: exit.bug }
}

function writeStack(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${writeStack(error.cause)}` : ''
  return `${error.stack ?? error.message}${cause}`
}
