import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey } from 'pkjwt/keys'
import { createAssertion } from 'pkjwt/protocol'
import { expect } from 'vitest'
import type { ServerProcess } from './child.js'
import { ask, readAnswer, seedApp } from './support.js'

/** Where a disk is full. */
export interface FullDisk {
  fill(): Promise<void> | void
  makeRoom(): Promise<void> | void
}

export const clientId = '0oaFull0000000000000'
export const fullKey = await generateKey({ alg: 'ES256' })
export const fullSettings = { signingAlg: 'ES256', seed: { apps: [seedApp(clientId, fullKey)] } }

/** A server on a disk that fills up: 503, no token, a clear line in its log; and all is well once there is room, without a restart. */
export async function expectSurvives(server: ServerProcess, disk: FullDisk): Promise<void> {
  const sign = () => createAssertion({ clientId, audience: `${server.url}/oauth2/v1/token`, key: fullKey })
  const statusWith = async (assertion: string) => {
    const response = await ask(server.url, { clientId, key: fullKey, assertion })
    await response.arrayBuffer()
    return response.status
  }
  const statusOf = async (path: string) => {
    const response = await fetch(`${server.url}${path}`)
    await response.arrayBuffer()
    return response.status
  }
  const used = await sign()
  expect(await statusWith(used)).toBe(200)
  await disk.fill()
  // Here and there a page that is there already takes some more.
  let refusals = 0
  for (let asked = 0; refusals < 30 && asked < 2_000; asked++)
    refusals = (await statusWith(await sign())) === 503 ? refusals + 1 : 0
  expect(refusals).toBe(30)

  const refused = await ask(server.url, { clientId, key: fullKey })
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
  expect(await readAnswer(refused)).toMatchObject({ error: 'temporarily_unavailable' })
  const assertions = await Promise.all(Array.from({ length: 20 }, sign))
  expect(new Set(await Promise.all(assertions.map(statusWith)))).toEqual(new Set([503]))
  expect([await statusOf('/health/ready'), await statusOf('/health/live')]).toEqual([503, 200])
  const lines = server.log.map((line) => JSON.parse(line)).filter(({ event }) => event === 'store_unavailable')
  expect(lines[0]).toMatchObject({ level: 'error', message: expect.stringMatching(/^StoreError: Cannot write to the store/) })

  await disk.makeRoom()
  await expect.poll(() => statusOf('/health/ready'), { timeout: 10_000 }).toBe(200)
  expect(await statusWith(await sign())).toBe(200)
  expect(await statusWith(used)).toBe(401)
  // Of those that were refused meanwhile, none was given a token, and none is given two.
  const after = await Promise.all(assertions.map(statusWith))
  const again = await Promise.all(assertions.map(statusWith))
  for (const [index, status] of after.entries()) expect([status, again[index]]).not.toEqual([200, 200])
}

/** No file of these processes may grow beyond so many bytes: writes fail as on a full disk, and nobody has to be root. */
export function limitFiles(processes: readonly number[], bytes: number | 'unlimited'): void {
  for (const pid of processes) {
    // Whoever a process belongs to may limit it; root may not everywhere. One that ended meanwhile needs no limit.
    const owner = statSync(`/proc/${pid}`, { throwIfNoEntry: false })
    if (owner === undefined) continue
    try {
      execFileSync('prlimit', [`--pid=${pid}`, `--fsize=${bytes}:`], { uid: owner.uid, gid: owner.gid, stdio: 'pipe' })
    } catch (error) {
      if (existsSync(`/proc/${pid}`)) throw error
    }
  }
}

/** A disk of its own, in memory; only root can have one. */
export interface SmallDisk extends Disposable, FullDisk {
  readonly folder: string
}

export const canMount = process.getuid?.() === 0 && mountsHere()

export function openSmallDisk(megabytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'pkjwt-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=777`, 'none', folder])
  const filler = join(folder, 'filler')
  return {
    folder,
    fill() {
      for (let bytes = megabytes * 1024 * 1024; bytes >= 4096; bytes /= 2) {
        // Whatever still fits.
        for (let more = true; more; ) more = append(filler, bytes)
      }
    },
    makeRoom: () => rmSync(filler),
    [Symbol.dispose]() {
      execFileSync('umount', ['--lazy', folder])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function append(file: string, bytes: number): boolean {
  const before = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  try {
    writeFileSync(file, Buffer.alloc(bytes), { flag: 'a' })
    return true
  } catch {
    return statSync(file).size > before
  }
}

/** A container may forbid it to root too. */
function mountsHere(): boolean {
  try {
    openSmallDisk(1)[Symbol.dispose]()
    return true
  } catch {
    return false
  }
}
