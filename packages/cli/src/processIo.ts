import { fstatSync, writeSync } from 'node:fs'
import { CliError } from './cliError.js'
import { type InStream, type Io, type OutStream, PipeClosed } from './io.js'

/** The process itself as the world around a command. */
export function createProcessIo(ended: Io['ended']): Io {
  return {
    env: process.env,
    stdin: processStdin(),
    stdout: processOut(1, () => process.stdout.columns),
    stderr: processOut(2, () => process.stderr.columns),
    clock: () => new Date(),
    ended,
  }
}

function processStdin(): InStream {
  let isRead = false
  return {
    get isTerminal() {
      return isTerminal(0)
    },
    async read(bytesMax) {
      if (isRead) throw readTwice()
      isRead = true
      const chunks: Uint8Array[] = []
      let length = 0
      for await (const chunk of process.stdin) {
        const bytes: Uint8Array = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
        length += bytes.length
        if (length > bytesMax) throw tooLong(bytesMax)
        chunks.push(bytes)
      }
      return new Uint8Array(Buffer.concat(chunks))
    },
  }
}

function readTwice(): CliError {
  return new CliError('flag_conflict', 'Cannot read two things from stdin: it can be read once', {
    hint: 'Name a file for one of them',
  })
}

function tooLong(bytesMax: number): CliError {
  return new CliError('input_too_long', `Cannot read stdin: it is longer than ${bytesMax} bytes`, {
    hint: 'Pipe in the one text that is meant',
  })
}

function processOut(descriptor: 1 | 2, columns: () => number | undefined): OutStream {
  return {
    get isTerminal() {
      return isTerminal(descriptor)
    },
    get columns() {
      return isTerminal(descriptor) ? columns() : undefined
    },
    write: (text) => writeWhole(descriptor, Buffer.from(text)),
  }
}

const waiting = new Int32Array(new SharedArrayBuffer(4))

/** Writes at once and to the end, so that the process may exit right after. Streams would load more than a signature costs. */
function writeWhole(descriptor: 1 | 2, bytes: Uint8Array): void {
  let written = 0
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'EPIPE') throw new PipeClosed()
      if (code !== 'EAGAIN') throw error
      // The reader made the pipe non-blocking and is slower than we are.
      Atomics.wait(waiting, 0, 0, 5)
    }
  }
}

/**
 * Whether a descriptor is a terminal. A pipe or a file is known without loading what handles terminals.
 *
 * The numbers are big ones because Node 20 keeps the small ones of the last call and takes them, in `realpathSync`, for those of the path that it
 * follows: after a pipe it follows no link, and of what is installed behind links (by pnpm, by `npm link`) finds nothing.
 */
function isTerminal(descriptor: 0 | 1 | 2): boolean {
  try {
    if (!fstatSync(descriptor, { bigint: true }).isCharacterDevice()) return false
  } catch {
    return false
  }
  return (descriptor === 0 ? process.stdin : descriptor === 1 ? process.stdout : process.stderr).isTTY === true
}
