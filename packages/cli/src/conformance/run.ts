import { checkAnswers } from './answers.js'
import { gradeBaits } from './bait.js'
import { type Graded, gradeCases } from './grade.js'
import { aheadBy, probe } from './probe.js'
import { runReplay } from './replay.js'
import type { CaseResult, Group } from './result.js'
import type { Subject } from './subject.js'
import type { Sender } from './wire/polite.js'

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
 * Grades a server: a right request first, then every case, one after the other, and the replays at the end. A server that refuses even
 * the right request, is no token endpoint, gives no answer or limits the rate ends the run with what is known so far.
 */
export async function runConformance(subject: Subject, { only, copies, sender }: RunOptions): Promise<Run> {
  const graded: Graded[] = []
  const replays: CaseResult[] = []
  const soFar = () => [
    ...(only === 'answers' ? [] : graded.map(({ result }) => result)),
    ...replays,
    ...(only === undefined || only === 'answers' ? checkAnswers(graded) : []),
  ]
  try {
    const aheadSeconds = await probe(subject, sender.send)
    const adjusted = aheadBy(subject, aheadSeconds)
    if (only !== 'replay') {
      const cases = only === 'answers' ? undefined : only
      await gradeCases(adjusted, { only: cases, sender, onGraded: (each) => graded.push(each) })
      if (cases === undefined || cases === 'signature') graded.push(...(await gradeBaits(adjusted, sender)))
    }
    if (only === undefined || only === 'replay')
      await runReplay(adjusted, { copies, sender, onResult: (result) => replays.push(result) })
    return { results: soFar() }
  } catch (stoppedBy) {
    return { results: soFar(), stoppedBy }
  }
}
