import type { Finding } from 'pkjwt/errors'
import type { EndpointName } from './endpoints.js'
import type { LogEventName } from './events.js'
import type { Metrics } from './metrics.js'

/** One line of the operational log. It never holds a key, a token or a passphrase. */
export interface LogLine {
  readonly time: string
  readonly level: 'info' | 'warn' | 'error'
  readonly event: LogEventName
  readonly requestId?: string
  readonly endpoint?: EndpointName
  /** The id of the broken rule: its chapter in docs/rules.md. */
  readonly rule?: string
  readonly member?: string
  /** The value seen, at most 200 characters, control characters escaped. */
  readonly found?: string
  readonly expected?: string
  readonly message?: string
  /** How many lines of this event and rule were left out since the last one. */
  readonly leftOut?: number
}

export interface Log {
  info(event: LogEventName, message: string): void
  warn(event: LogEventName, message: string): void
  /** Something that should not happen, with its cause. */
  error(event: LogEventName, error: unknown, requestId?: string): void
  /** A refused request. Sampled: whoever sends junk fills no disk. */
  refusal(refused: { readonly requestId: string; readonly endpoint: EndpointName; readonly finding: Finding }): void
}

export interface LogOptions {
  /** Where lines go. Default: nowhere. */
  readonly onLog?: ((line: LogLine) => void) | undefined
  readonly clock: () => Date
  readonly metrics: Metrics
}

/** Lines a second for each rule; what comes beyond is counted. */
const linesPerSecondMax = 10

const charactersMax = 200

/** Creates the operational log of a server. */
export function createLog({ onLog, clock, metrics }: LogOptions): Log {
  const samplers = new Map<string, { second: number; lines: number; leftOut: number }>()
  const write = (line: Omit<LogLine, 'time'>) => {
    if (onLog !== undefined) deliver(onLog, { time: clock().toISOString(), ...line })
  }
  const sample = (key: string): number | undefined => {
    const second = Math.floor(performance.now() / 1000)
    const sampler = samplers.get(key) ?? { second, lines: 0, leftOut: 0 }
    samplers.set(key, sampler)
    if (sampler.second !== second) Object.assign(sampler, { second, lines: 0 })
    if (++sampler.lines <= linesPerSecondMax) {
      const { leftOut } = sampler
      sampler.leftOut = 0
      return leftOut
    }
    sampler.leftOut++
    metrics.count('pkjwt_log_entries_dropped_total')
    return undefined
  }
  return {
    info: (event, message) => write({ level: 'info', event, message }),
    warn: (event, message) => write({ level: 'warn', event, message }),
    error(event, error, requestId) {
      const leftOut = sample(event)
      if (leftOut === undefined) return
      write({
        level: 'error',
        event,
        message: sentenceOf(error),
        ...(requestId === undefined ? {} : { requestId }),
        ...told(leftOut),
      })
    },
    refusal({ requestId, endpoint, finding }) {
      if (onLog === undefined) return
      const leftOut = sample(finding.id)
      if (leftOut === undefined) return
      write({ level: 'warn', event: 'refused', requestId, endpoint, rule: finding.id, ...safeFacts(finding), ...told(leftOut) })
    },
  }
}

function deliver(onLog: (line: LogLine) => void, line: LogLine): void {
  try {
    onLog(line)
  } catch {
    // A log that is full or gone must not refuse tokens.
  }
}

function told(leftOut: number): { readonly leftOut?: number } {
  return leftOut === 0 ? {} : { leftOut }
}

/** Members whose value is a key, a token or a credential. */
const secretMembers = new Set([
  'jwk',
  'x5c',
  'jku',
  'x5u',
  'signature',
  'client_assertion',
  'client_secret',
  'Authorization',
  'DPoP',
])

function safeFacts({ member, found, expected, message }: Finding): Pick<LogLine, 'member' | 'found' | 'expected' | 'message'> {
  const isSecret = member !== undefined && secretMembers.has(member)
  return {
    ...(member === undefined ? {} : { member: safeText(member) }),
    ...(found === undefined || isSecret ? {} : { found: safeText(found) }),
    ...(expected === undefined ? {} : { expected: safeText(expected) }),
    message: safeText(message),
  }
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is no error was thrown'
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : ''
  return safeText(`${error.name}: ${error.message}${cause}`)
}

/** Cuts out whatever looks like a token or a key, and shortens the rest. */
function safeText(text: string): string {
  const cut = text
    .replace(/[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, '[token]')
    .replace(/[A-Za-z0-9+/_=-]{65,}/g, '[long value]')
    .replace(/"(d|p|q|dp|dq|qi|k)":"[^"]*"/g, '"$1":"[secret]"')
  return cut.length > charactersMax ? `${cut.slice(0, charactersMax - 1)}…` : cut
}
