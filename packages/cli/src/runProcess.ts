import { exit } from './exitCodes.js'
import { type EndSignal, PipeClosed } from './io.js'
import { createProcessIo } from './processIo.js'
import { type FindCommand, run } from './run.js'

/** Runs a command line as the whole process. This is the only place that exits. */
export async function runProcess(words: readonly string[], find: FindCommand): Promise<void> {
  let isAwaited = false
  const ending = new Promise<EndSignal>((resolve) => {
    const end = (signal: EndSignal) => (isAwaited ? resolve(signal) : process.exit(exit.interrupted))
    process.on('SIGINT', end)
    process.on('SIGTERM', end)
  })
  const io = createProcessIo(() => {
    isAwaited = true
    return ending
  })
  const codeOf = (error: unknown) => (error instanceof PipeClosed ? exit.pipeClosed : exit.bug)
  process.on('uncaughtException', (error) => process.exit(codeOf(error)))
  try {
    process.exit(await run(words, io, find))
  } catch (error) {
    process.exit(codeOf(error))
  }
}
