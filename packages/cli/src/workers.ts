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

/** One that ends so soon after its start may end again: it is started again later each time, so that it cannot keep the machine busy. */
const earlyMilliseconds = 10_000
const pauseMillisecondsMin = 250
const pauseMillisecondsMax = 30_000

/** How many workers there are, and how many there should be. */
export interface WorkerCount {
  readonly ready: number
  readonly wanted: number
}

/** Whether this process is one of several, started by `startWorkers`. */
export function isWorker(): boolean {
  return cluster.isWorker
}

/** Tells the process that started this worker that it is ready. */
export function reportReady(url: string): void {
  process.send?.({ url })
}

/** In a worker: how many there are, as the process that started them told it last. */
export function watchWorkers(): () => WorkerCount | undefined {
  let count: WorkerCount | undefined
  process.on('message', (message: unknown) => {
    count = readCount(message) ?? count
  })
  return () => count
}

/**
 * Starts this program again, several times, with the same words. The first one is awaited alone: it makes tables, keys and apps where
 * there are none, and finds what is wrong with the settings.
 *
 * @returns the exit code of one that could not start, and said why
 */
export async function startWorkers({ count, onLoss }: WorkersOptions): Promise<Workers | number> {
  const workers = new Set<Worker>()
  const ready = new Set<Worker>()
  let isServing = false
  let isStopping = false
  const tellAll = () => {
    const told: WorkerCount = { ready: ready.size, wanted: count }
    // One that is about to end cannot be told any more.
    for (const worker of ready) worker.send(told, () => {})
  }
  const start = (early = 0) => {
    const worker = cluster.fork()
    const startedAt = performance.now()
    workers.add(worker)
    worker.once('message', () => {
      ready.add(worker)
      tellAll()
    })
    worker.once('exit', (code, signal) => {
      workers.delete(worker)
      ready.delete(worker)
      if (isStopping || !isServing) return
      const again = performance.now() - startedAt < earlyMilliseconds ? early + 1 : 0
      const pause = pauseAfter(again)
      onLoss(`A worker ended with ${signal ?? code}; another one takes its place${pause === 0 ? '' : ` in ${pause / 1000} s`}`)
      tellAll()
      setTimeout(() => isStopping || start(again), pause)
    })
    return worker
  }
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

function pauseAfter(early: number): number {
  return early === 0 ? 0 : Math.min(pauseMillisecondsMin * 2 ** (early - 1), pauseMillisecondsMax)
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

function readCount(message: unknown): WorkerCount | undefined {
  if (typeof message !== 'object' || message === null || !('ready' in message) || !('wanted' in message)) return undefined
  return { ready: Number(message.ready), wanted: Number(message.wanted) }
}

async function endWorker(worker: Worker): Promise<void> {
  const ended = new Promise((resolve) => worker.once('exit', resolve))
  worker.process.kill('SIGTERM' satisfies EndSignal)
  await ended
}
