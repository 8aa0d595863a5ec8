import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'

export const root = resolve(import.meta.dirname, '../..')

/** The folders of the packages that are published, under `packages/`. */
export const published = ['pkjwt', 'server', 'page'] as const

/** What a manifest says, as far as tests look at it. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string
  readonly bin?: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

export const readManifest = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

/** A tarball as npm makes it, and where it is. */
export interface Tarball {
  readonly name: string
  readonly version: string
  readonly path: string
  readonly size: number
  readonly files: readonly string[]
}

/** Packs each published package into a folder, as `npm publish` would. */
export async function packAll(destination: string): Promise<readonly Tarball[]> {
  const workspaces = published.flatMap((name) => ['--workspace', `packages/${name}`])
  const { stdout } = await promisify(execFile)('npm', ['pack', '--json', '--pack-destination', destination, ...workspaces], {
    cwd: root,
  })
  const packed: readonly PackedJson[] = JSON.parse(stdout)
  return packed.map(({ name, version, filename, size, files }) => ({
    name,
    version,
    path: join(destination, filename),
    size,
    files: files.map(({ path }) => path),
  }))
}

interface PackedJson {
  readonly name: string
  readonly version: string
  readonly filename: string
  readonly size: number
  readonly files: readonly { readonly path: string }[]
}

/** A project of somebody who uses the packages, in a folder that knows nothing of this repository. */
export interface Project extends Disposable {
  readonly folder: string
  write(name: string, lines: readonly string[]): void
  /** Runs a program in the folder. It does not fail: what came of it is the answer. */
  run(program: string, words: readonly string[]): Promise<Ran>
}

/** What came of one run. */
export interface Ran {
  readonly code: number | string | undefined
  readonly stdout: string
  readonly stderr: string
}

/**
 * Makes an empty project and installs into it.
 *
 * @param dependencies What its `package.json` asks for: the path of a tarball, or the path of a folder to link.
 * @param flags More for `npm install`. Without `--offline` it may ask the registry.
 */
export async function installProject(
  dependencies: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
): Promise<Project> {
  const folder = mkdtempSync(join(tmpdir(), 'pkjwt-packed-'))
  const project: Project = {
    folder,
    write(name, lines) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), `${lines.join('\n')}\n`)
    },
    run: (program, words) => run(program, words, folder),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
  const files = Object.fromEntries(Object.entries(dependencies).map(([name, path]) => [name, `file:${path}`]))
  project.write('package.json', [JSON.stringify({ name: 'user', private: true, dependencies: files })])
  const { code, stderr } = await project.run('npm', ['install', '--no-audit', '--no-fund', ...flags])
  if (code === 0) return project
  project[Symbol.dispose]()
  throw new Error(`npm install ended with ${code}: ${stderr}`)
}

/** The environment of somebody's shell: npm, npx and vitest, which run this, each tell their children things about this repository. */
export const shellEnvironment: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|VITEST|INIT_CWD$|MODE$|TEST$|NODE_(ENV|OPTIONS|PATH)$)/.test(name)),
)

function run(program: string, words: readonly string[], cwd: string): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(program, words, { cwd, env: shellEnvironment, timeout: 300_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : (error.code ?? error.signal ?? undefined), stdout, stderr })
    })
  })
}
