import { exit } from './exitCodes.js'
import { type EndSignal, PipeClosed } from './io.js'
import { createProcessIo } from './processIo.js'
import { type FindCommand, reportFault, run } from './run.js'

/** Runs a command line as the whole process. This is the only place that exits. */
export async function runProcess(words: readonly string[], find: FindCommand): Promise<void> {
  const signals = listenForSignals()
  const io = createProcessIo(signals.ended)
  process.on('uncaughtException', (error) => void exitWith(() => reportFault(error, words, io)))
  await exitWith(() => run(words, io, find))
}

async function exitWith(report: () => Promise<number>): Promise<void> {
  try {
    process.exit(await report())
  } catch (error) {
    process.exit(error instanceof PipeClosed ? exit.pipeClosed : exit.bug)
  }
}

/** A command that waits for a signal ends by itself; all others, and one that is asked twice, are just ended. */
function listenForSignals(): { ended(): Promise<EndSignal> } {
  let end: ((signal: EndSignal) => void) | undefined
  const onSignal = (signal: EndSignal) => {
    if (end === undefined) process.exit(exit.interrupted)
    end(signal)
    end = undefined
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return {
    ended: () =>
      new Promise((resolve) => {
        end = resolve
      }),
  }
}
