import { readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateKey, type SigningKey } from 'pkjwt/keys'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, seedApp } from '../server/support.js'
import { makeFolder, type RunningServer, startServer } from './world.js'

const clientId = '0oaWorkers0000000000'
let folder: Awaited<ReturnType<typeof makeFolder>>
let key: SigningKey

beforeAll(async () => {
  folder = await makeFolder()
  key = await generateKey({ alg: 'ES256' })
  await writeFile(join(folder.path, 'seed.json'), JSON.stringify({ apps: [seedApp(clientId, key)] }))
})

afterAll(() => folder[Symbol.asyncDispose]())

const start = () => startServer(['--workers', '2', '--seed', 'seed.json', '--store', 'kept.db'], folder.path)

function workersOf({ pid }: RunningServer): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return children.split(' ').filter(Boolean).map(Number)
}

/** A connection that was handed to a worker in the moment of its death is never answered. */
const fetchWithin: typeof fetch = (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(3_000) })

async function readinessOf({ url }: RunningServer): Promise<unknown> {
  try {
    const response = await fetchWithin(`${url}/health/ready`, { headers: { connection: 'close' } })
    return { code: response.status, ...(await response.json()) }
  } catch (error) {
    return error
  }
}

const whole = { code: 200, status: 'ok', workers: { ready: 2, wanted: 2 } }
const degraded = { code: 200, status: 'degraded', workers: { ready: 1, wanted: 2 } }
const patient = { timeout: 20_000 } as const

/** Kills a worker, and gives how many tokens were asked for in vain until there are two again. */
async function killOne(server: RunningServer): Promise<number> {
  const [victim = 0] = workersOf(server)
  process.kill(victim, 'SIGKILL')
  let refused = 0
  await expect
    .poll(async () => {
      const status = await statusOfToken(server)
      refused += status === 200 ? 0 : 1
      return workersOf(server).length === 2 && !workersOf(server).includes(victim) && (await readinessOf(server))
    }, patient)
    .toEqual(whole)
  return refused
}

async function statusOfToken({ url }: RunningServer): Promise<number> {
  try {
    const response = await ask(url, { clientId, key, headers: { connection: 'close' } }, fetchWithin)
    await response.arrayBuffer()
    return response.status
  } catch {
    return 0
  }
}

// Which processes there are is read as Linux tells it.
describe.runIf(process.platform === 'linux')('pkjwt serve --workers 2', () => {
  it('replaces a worker that was killed; the others go on meanwhile, and it says so', { timeout: 60_000 }, async () => {
    const server = await start()
    await expect.poll(() => readinessOf(server), patient).toEqual(whole)
    // A request on its way to the one that was killed is lost with it; those that come later are not.
    expect(await killOne(server)).toBeLessThanOrEqual(1)
    expect(server.stderr()).toMatch(/A worker ended with SIGKILL; another one takes its place/)
    expect(await killOne(server)).toBeLessThanOrEqual(1)
    expect(await server.stop('SIGTERM')).toBe(0)
  })

  it('waits longer each time for one that cannot start, says so, and recovers when it can', { timeout: 90_000 }, async () => {
    const server = await start()
    await expect.poll(() => readinessOf(server), patient).toEqual(whole)
    await rename(join(folder.path, 'seed.json'), join(folder.path, 'away.json'))
    process.kill(workersOf(server)[0] ?? 0, 'SIGKILL')
    await expect.poll(() => pausesOf(server), patient).toEqual(expect.arrayContaining([0.25, 0.5, 1, 2]))
    expect(pausesOf(server).length).toBeLessThan(7)
    expect(server.stderr()).toContain('there is no file "seed.json"')
    expect(await readinessOf(server)).toEqual(degraded)
    expect(await statusOfToken(server)).toBe(200)
    await rename(join(folder.path, 'away.json'), join(folder.path, 'seed.json'))
    await expect.poll(() => readinessOf(server), patient).toEqual(whole)
    expect(await server.stop('SIGTERM')).toBe(0)
  })

  it('leaves no worker behind when it is killed itself', { timeout: 60_000 }, async () => {
    const server = await start()
    const workers = workersOf(server)
    expect(workers).toHaveLength(2)
    await server.stop('SIGKILL')
    const isAlive = (pid: number) => {
      try {
        return process.kill(pid, 0)
      } catch {
        return false
      }
    }
    await expect.poll(() => workers.filter(isAlive), patient).toEqual([])
  })
})

/** The pauses that it announced, in seconds. */
function pausesOf(server: RunningServer): number[] {
  return [...server.stderr().matchAll(/takes its place in ([\d.]+) s/g)].map(([, seconds]) => Number(seconds))
}
