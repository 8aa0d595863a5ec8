import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SigningKey, writePrivateKey } from 'pkjwt/keys'
import { findCommand } from '../../packages/cli/src/commands.js'
import type { CaseResult } from '../../packages/cli/src/conformance/result.js'
import type { Io } from '../../packages/cli/src/io.js'
import { run } from '../../packages/cli/src/run.js'

/** What `pkjwt conformance … --json` came to. */
export interface Graded {
  readonly code: number
  readonly ok: boolean
  readonly cases: readonly CaseResult[]
  readonly error: { readonly code: string; readonly message: string } | undefined
}

export interface GradeOptions {
  readonly key: SigningKey
  readonly clientId?: string
  readonly scope?: string
  readonly flags?: readonly string[]
}

/** Runs `pkjwt conformance` from its source against endpoints, as a user would. */
export async function grade(
  endpoints: readonly string[],
  { key, clientId = 'app', scope, flags = [] }: GradeOptions,
): Promise<Graded> {
  await using folder = await makeFolder()
  const file = join(folder.path, 'key.jwk')
  await writeFile(file, JSON.stringify(await writePrivateKey(key, 'jwk')), { mode: 0o600 })
  const who = ['--client-id', clientId, '--key', file, '--scope', scope ?? 'okta.users.read']
  const { code, stdout } = await call(['conformance', ...endpoints, ...who, '--json', ...flags])
  const { ok, data, error } = JSON.parse(stdout)
  return { code, ok, cases: data?.cases ?? [], error }
}

/** One call of the command line in this process. */
export async function call(words: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const out = { stdout: '', stderr: '' }
  const stream = (name: 'stdout' | 'stderr') => ({
    isTerminal: false,
    columns: 100,
    write(text: string) {
      out[name] += text
    },
  })
  const io: Io = {
    env: {},
    stdin: { isTerminal: false, read: async () => new Uint8Array() },
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    clock: () => new Date(),
    ended: () => new Promise(() => undefined),
  }
  const code = await run(words, io, findCommand)
  return { code, ...out }
}

/** A folder of its own, gone afterwards. */
export async function makeFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'pkjwt-conformance-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** A bare server of this test on a free port. */
export async function startBareServer(
  listener: RequestListener,
): Promise<AsyncDisposable & { readonly url: string; readonly server: Server }> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    server,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** What each case came to: `id: verdict`, for those that are not right. */
export function wrongOf({ cases }: Pick<Graded, 'cases'>): readonly string[] {
  return cases.filter(({ verdict }) => verdict !== 'right').map(({ id, verdict, came }) => `${id}: ${verdict} (${came})`)
}
