import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import type { SqliteDriver } from './driver.js'

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url))

/** Makes one JavaScript file of the child and the store, so that a process of its own can run them. */
export async function bundleChild(folder: string): Promise<string> {
  const bundle = await rolldown({
    input: here('./child.testing.ts'),
    platform: 'node',
    resolve: { alias: { 'pkjwt/errors': here('../../../../pkjwt/src/errors.ts') } },
    // The .sql files and libsql are looked for beside the source.
    transform: { define: { 'import.meta.url': JSON.stringify(new URL('./migrate.ts', import.meta.url).href) } },
  })
  const file = join(folder, 'child.mjs')
  await bundle.write({ file, format: 'esm', codeSplitting: false })
  await bundle.close()
  return file
}

export interface Child {
  readonly process: ChildProcess
  /** Resolves with all lines of stdout when the process has ended; rejects with its stderr when it failed by itself. */
  readonly lines: Promise<readonly string[]>
}

export function startChild(file: string, what: 'race' | 'load', { path, driver }: { path: string; driver: SqliteDriver }): Child {
  const child = spawn(process.execPath, [file, what, path, driver], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)]
  const lines = new Promise<readonly string[]>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0 || signal === 'SIGKILL') resolve(stdout().split('\n').slice(0, -1))
      else reject(new Error(`the child ended with ${code ?? signal}: ${stderr()}`))
    })
  })
  return { process: child, lines }
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk) => {
    text += chunk
  })
  return () => text
}
