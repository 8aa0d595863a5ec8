import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Reporter } from 'vitest/node'

/**
 * Gives a run of tests a folder for all that is temporary, and takes it away in the end. A test that leaves something of its own there fails
 * the run; what browsers and compilers leave goes without a word.
 */
export function temporaryFolder(env: NodeJS.ProcessEnv = process.env): Reporter {
  let folder: string | undefined
  return {
    onInit() {
      folder = mkdtempSync(join(tmpdir(), 'pkjwt-tests-'))
      // PostgreSQL runs as somebody else, who has to get through.
      chmodSync(folder, 0o755)
      env['TMPDIR'] = folder
    },
    onTestRunStart() {
      // While tests are watched, one run follows the other.
      if (folder !== undefined) mkdirSync(folder, { recursive: true })
    },
    onTestRunEnd() {
      if (folder === undefined) return
      const left = readdirSync(folder).filter((name) => name.startsWith('pkjwt-'))
      rmSync(folder, { recursive: true, force: true })
      for (const name of left) console.error(`left in the temporary folder, which fails the run: ${name}`)
      if (left.length > 0) process.exitCode = 1
    },
  }
}
