import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** The built command line: what users run. */
export const bundle = fileURLToPath(new URL('../../packages/pkjwt/dist/cli.cjs', import.meta.url))

/** What came of one call. */
export interface Called {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface CallOptions {
  readonly cwd?: string | undefined
  readonly env?: Readonly<Record<string, string>> | undefined
  /** Default: stdin is empty. */
  readonly stdin?: string | undefined
}

/** A call that takes longer than this hangs. */
const timeoutMilliseconds = 20_000

/** Runs the built command line as a process of its own, with a clean environment. */
export function pkjwt(words: readonly string[], { cwd, env = {}, stdin = '' }: CallOptions = {}): Promise<Called> {
  if (!existsSync(bundle)) throw new Error('the command line is not built: npm run build')
  return new Promise((resolve, reject) => {
    const { PATH = '', SYSTEMROOT } = process.env
    const base = { PATH, HOME: cwd ?? tmpdir(), ...(SYSTEMROOT === undefined ? {} : { SYSTEMROOT }) }
    const child = spawn(process.execPath, [bundle, ...words], { cwd, env: { ...base, ...env }, timeout: timeoutMilliseconds })
    const out = { stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out.stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      out.stderr += text
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === null) reject(new Error(`pkjwt ${words.join(' ')} ended with ${signal}: ${out.stderr}`))
      else resolve({ code, ...out })
    })
    // A command that does not read its input closes it early.
    child.stdin.on('error', () => undefined)
    child.stdin.end(stdin)
  })
}

/** Runs another program, such as openssl. */
export async function command(name: string, words: readonly string[], cwd: string): Promise<string> {
  const { stdout } = await promisify(execFile)(name, words, { cwd })
  return stdout
}

/** A folder of its own, gone afterwards. */
export async function makeFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'pkjwt-cli-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** A server that runs. */
export interface RunningServer {
  readonly url: string
  readonly pid: number
  /** What it wrote to stderr so far. */
  stderr(): string
  /** Ends it as Ctrl-C does, and gives its exit code. */
  stop(signal?: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): Promise<number | null>
}

/** Another program than the built `pkjwt serve`, and its environment. */
export interface ServerProgram {
  readonly program: readonly [string, ...string[]]
  readonly env?: NodeJS.ProcessEnv
}

/** Runs `pkjwt serve`, or another program that does the same, until it says where it is. */
export async function startServer(
  words: readonly string[],
  cwd: string,
  { program: [program, ...first], env }: ServerProgram = { program: [process.execPath, bundle, 'serve'] },
): Promise<RunningServer> {
  const child = spawn(program, [...first, '--port', '0', ...words], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve))
  let stderr = ''
  const url = await new Promise<string>((resolve, reject) => {
    let stdout = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text
      const found = /https?:\/\/\S+/.exec(stdout)?.[0]
      if (found !== undefined && stdout.includes('\n')) resolve(found)
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text
    })
    void closed.then((code) => reject(new Error(`serve ended with ${code}: ${stderr}`)))
  })
  return {
    url,
    pid: child.pid ?? 0,
    stderr: () => stderr,
    stop(signal = 'SIGINT') {
      child.kill(signal)
      return closed
    },
  }
}
