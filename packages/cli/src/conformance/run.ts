import type { Sender } from './polite.js'
import { probe } from './probe.js'
import { runReplay } from './replay.js'
import type { CaseResult, Group } from './result.js'
import type { Subject } from './subject.js'

export interface RunOptions {
  /** Run this group alone. */
  readonly only?: Group | undefined
  readonly copies: number
  readonly sender: Sender
}

/** What a run came to. */
export interface Run {
  readonly results: readonly CaseResult[]
  /** Why it ended early. */
  readonly stoppedBy?: unknown
}

/**
 * Grades a server: a right request first, then every case, one after the other, and the replays at the end.
 *
 * @throws {RefusedError} when the server refuses even the right request
 * @throws {UnavailableError} when it is no token endpoint, or gives no answer
 */
export async function runConformance(subject: Subject, { only, copies, sender }: RunOptions): Promise<Run> {
  const aheadSeconds = await probe(subject, sender.send)
  const adjusted = { ...subject, clock: () => new Date(subject.clock().getTime() + aheadSeconds * 1000) }
  const results: CaseResult[] = []
  try {
    if (only === undefined || only === 'replay') results.push(...(await runReplay(adjusted, { copies, sender })))
    return { results }
  } catch (stoppedBy) {
    return { results, stoppedBy }
  }
}
