import cluster, { type Worker } from 'node:cluster'
import { exit } from './exitCodes.js'
import type { EndSignal } from './io.js'

/** Processes that share one port. */
export interface Workers {
  /** What the first of them said when it was ready. */
  readonly url: string
  /** Ends all of them in order, each after answering what it accepted. */
  stop(): Promise<void>
}

export interface WorkersOptions {
  readonly count: number
  /** Called when one ended by itself; another one takes its place. */
  readonly onLoss: (what: string) => void
}

/** So that a worker that cannot start is not started without end. */
const pauseMilliseconds = 1_000

/** Whether this process is one of several, started by `startWorkers`. */
export function isWorker(): boolean {
  return cluster.isWorker
}

/** Tells the process that started this worker that it is ready. */
export function reportReady(url: string): void {
  process.send?.({ url })
}

/**
 * Starts this program again, several times, with the same words. The first one is awaited alone: it makes tables, keys and apps where
 * there are none, and finds what is wrong with the settings.
 *
 * @returns the exit code of one that could not start, and said why
 */
export async function startWorkers({ count, onLoss }: WorkersOptions): Promise<Workers | number> {
  const workers = new Set<Worker>()
  let isStopping = false
  const start = () => {
    const worker = cluster.fork()
    workers.add(worker)
    worker.once('exit', (code, signal) => {
      workers.delete(worker)
      if (isStopping || !isServing) return
      onLoss(`A worker ended with ${signal ?? code}; another one takes its place`)
      setTimeout(() => isStopping || start(), pauseMilliseconds)
    })
    return worker
  }
  let isServing = false
  const stop = async () => {
    isStopping = true
    await Promise.all([...workers].map(endWorker))
  }
  const url = await readyUrl(start())
  if (typeof url === 'number') return url
  const others = await Promise.all(Array.from({ length: count - 1 }, () => readyUrl(start())))
  const failed = others.find((other) => typeof other === 'number')
  if (typeof failed === 'number') {
    await stop()
    return failed
  }
  isServing = true
  return { url, stop }
}

/** Its URL when it is ready, or its exit code. */
function readyUrl(worker: Worker): Promise<string | number> {
  return new Promise((resolve) => {
    worker.once('message', (message: unknown) => resolve(readUrl(message)))
    worker.once('exit', (code: number | null) => resolve(code ?? exit.bug))
  })
}

function readUrl(message: unknown): string {
  return typeof message === 'object' && message !== null && 'url' in message ? String(message.url) : ''
}

async function endWorker(worker: Worker): Promise<void> {
  const ended = new Promise((resolve) => worker.once('exit', resolve))
  worker.process.kill('SIGTERM' satisfies EndSignal)
  await ended
}
