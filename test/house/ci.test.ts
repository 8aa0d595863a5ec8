import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

// The script of the build server, with an npm that does what the test says.

const script = resolve(import.meta.dirname, '../../.ci/run')

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pkjwt-ci-'))
  for (const name of ['openssl', 'ssh-agent']) program(name, '')
})
afterAll(() => rmSync(folder, { recursive: true }))

function program(name: string, body: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`)
  chmodSync(join(folder, name), 0o755)
}

/** Runs it, with so many seconds for the whole. */
function run(secondsMax: number): Promise<{ readonly code: unknown; readonly stdout: string; readonly stderr: string }> {
  const env = { PATH: `${folder}:${process.env['PATH']}`, PKJWT_CI_SECONDS_MAX: String(secondsMax) }
  return new Promise((done) => {
    execFile('bash', [script], { env }, (error, stdout, stderr) =>
      done({ code: error === null ? 0 : error.code, stdout, stderr }),
    )
  })
}

const isAlive = (pid: number) => {
  // A process that ended and that nobody waited for is dead enough.
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

test('all steps are run, in order', async () => {
  program('npm', 'echo "npm did $*"')
  const { code, stdout } = await run(60)
  expect(code).toBe(0)
  expect(stdout.match(/npm did .*/g)).toEqual(['npm did ci', 'npm did test', 'npm did run demo'])
})

test('a step that fails ends the run with its code', async () => {
  program('npm', '[ "$1" = ci ] || exit 3')
  const { code, stderr } = await run(60)
  expect({ code, stderr }).toEqual({ code: 3, stderr: '' })
})

test('a step that hangs is named, and ended with what it started', async () => {
  program('npm', `[ "$1" = ci ] && exit 0\nsleep 300 &\necho $! > ${folder}/pid\nwait`)
  const { code, stderr } = await run(1)
  expect(code).toBe(124)
  expect(stderr).toContain('"npm test" was still running after 1 seconds')
  expect(isAlive(Number(readFileSync(join(folder, 'pid'), 'utf8')))).toBe(false)
})
