import { randomUUID } from 'node:crypto'
import { open, readFile, rename, stat, unlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

/** Nobody holds a lock for so long: whoever did has been killed on another machine, or its number went to another process. */
const heldSecondsMax = 90

/** So long a lock may be empty while its holder writes its name. */
const unsignedSecondsMax = 2

const pollMillisecondsMin = 10
const pollMillisecondsMax = 40

interface Holder {
  readonly id: string
  readonly pid: number
  readonly host: string
}

/**
 * Takes the lock that a file stands for, waiting until it is free. The lock of a process that was killed counts as free: the file names its
 * holder, and a holder that is gone holds nothing.
 *
 * It saves work and nothing more: in the moment in which two processes clear away the same dead lock, both may go on.
 *
 * @returns A function that releases it.
 */
export async function takeFileLock(path: string, signal: AbortSignal): Promise<() => Promise<void>> {
  const mine: Holder = { id: randomUUID(), pid: process.pid, host: hostname() }
  for (;;) {
    signal.throwIfAborted()
    if (await tryToTake(path, mine)) return () => release(path, mine)
    if (await isAbandoned(path)) await clearAway(path)
    else await sleep(pollMillisecondsMin + Math.random() * (pollMillisecondsMax - pollMillisecondsMin), undefined, { signal })
  }
}

async function tryToTake(path: string, mine: Holder): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(JSON.stringify(mine))
    } finally {
      await file.close()
    }
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  const [holder, ageSeconds] = await Promise.all([findHolder(path), findAge(path)])
  if (ageSeconds === undefined) return false
  if (holder === undefined) return ageSeconds > unsignedSecondsMax
  return ageSeconds > heldSecondsMax || (holder.host === hostname() && !isAlive(holder.pid))
}

function isAlive(pid: number): boolean {
  try {
    // Signal 0 asks and does nothing.
    process.kill(pid, 0)
    return true
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
}

/** Moved before it is deleted, so that of several who clear it away one does. */
async function clearAway(path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`
  try {
    await rename(path, aside)
    await unlink(aside)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
  }
}

async function release(path: string, { id }: Holder): Promise<void> {
  if ((await findHolder(path))?.id !== id) return
  await unlink(path).catch((error: unknown) => {
    if (!hasCode(error, 'ENOENT')) throw error
  })
}

async function findHolder(path: string): Promise<Holder | undefined> {
  try {
    return readHolder(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return undefined
  }
}

function readHolder(value: unknown): Holder | undefined {
  if (typeof value !== 'object' || value === null || !('id' in value) || !('pid' in value) || !('host' in value)) return undefined
  const { id, pid, host } = value
  return typeof id === 'string' && typeof pid === 'number' && pid > 0 && typeof host === 'string' ? { id, pid, host } : undefined
}

async function findAge(path: string): Promise<number | undefined> {
  try {
    return (Date.now() - (await stat(path)).mtimeMs) / 1000
  } catch {
    return undefined
  }
}

/** Whether an error of the system has this code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
