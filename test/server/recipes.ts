import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Runs node on something in this repository; what it wrote, and whether it ended well. */
export function runNode(args: readonly string[]): Promise<{ readonly ok: boolean; readonly output: string }> {
  // A runner that finds itself inside another one reports to that one instead of testing.
  const { NODE_TEST_CONTEXT: _node, VITEST: _vitest, VITEST_WORKER_ID: _worker, ...env } = process.env
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: root, env }, (error, stdout, stderr) => {
      resolve({ ok: error === null, output: `${stdout}${stderr}` })
    })
  })
}
