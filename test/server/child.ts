import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const root = new URL('../../', import.meta.url)
const path = (name: string) => fileURLToPath(new URL(name, root))
const libraryRooms = ['encoding', 'containers', 'keys', 'jwt', 'rules', 'profiles', 'protocol', 'client', 'node']

const alias = {
  '#crypto': path('packages/pkjwt/src/keys/crypto.node.ts'),
  '@pkjwt/server': path('packages/server/src/index.ts'),
  'pkjwt/errors': path('packages/pkjwt/src/errors.ts'),
  ...Object.fromEntries(libraryRooms.map((room) => [`pkjwt/${room}`, path(`packages/pkjwt/src/${room}/index.ts`)])),
  pkjwt: path('packages/pkjwt/src/index.ts'),
}

/** A script of this project, bundled from source so that another process can run it without a build before. */
export interface Bundle extends Disposable {
  readonly file: string
}

/** Bundles a TypeScript file of the tests or benches; what is installed stays outside. */
export async function bundleScript(input: string): Promise<Bundle> {
  const folder = path(`node_modules/.cache/pkjwt-test/${process.pid}-${Date.now()}`)
  mkdirSync(`${folder}/bin`, { recursive: true })
  cpSync(path('packages/server/src/store/migrations'), `${folder}/migrations`, { recursive: true })
  const file = `${folder}/bin/main.mjs`
  const build = await rolldown({
    input: path(input),
    platform: 'node',
    external: [/^node:/, 'fastify', 'zod', 'libsql', 'pg', 'light-my-request'],
    resolve: { alias },
    tsconfig: false,
  })
  await build.write({ format: 'esm', file, codeSplitting: false })
  await build.close()
  return { file, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}

/** A server in a process of its own. */
export interface ServerProcess {
  readonly url: string
  readonly child: ChildProcess
  /** Everything that it wrote to its log so far. */
  readonly log: readonly string[]
  /** Ends it as an operator does, and gives its exit code. */
  stop(): Promise<number | null>
  /** Ends it as a power cut does. */
  kill(): Promise<void>
}

/**
 * Starts a server process and waits for its address.
 *
 * @param through A program that starts it and becomes it, with its words.
 */
export async function startServerProcess(
  bundle: Bundle,
  settings: Readonly<Record<string, unknown>>,
  through: readonly string[] = [],
): Promise<ServerProcess> {
  const [program = process.execPath, ...words] = [...through, process.execPath, bundle.file]
  const child = spawn(program, words, {
    env: { ...process.env, PKJWT_CHILD: JSON.stringify(settings) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const log: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => log.push(line))
  const exited = once(child, 'exit')
  const url = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([line]) => String(line)),
    exited.then(() => Promise.reject(new Error(`the server process ended: ${log.join('\n')}`))),
  ])
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await exited
    return child.exitCode
  }
  return { url, child, log, stop: () => end('SIGTERM'), kill: async () => void (await end('SIGKILL')) }
}
