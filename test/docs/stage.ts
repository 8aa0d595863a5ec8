import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { bundle, makeFolder } from '../cli/world.js'
import { startOrganisation } from './organisation.js'
import { type Page, root } from './page.js'
import { writePrograms } from './programs.js'
import { startVendor } from './vendors.js'

/** What came of a block. */
export interface Ran {
  readonly exit: number
  /** What the reader sees in the terminal: both outputs. */
  readonly output: string
  /** The calls of programs that are not run here, such as docker: each with its words. */
  readonly calls: readonly (readonly string[])[]
}

/** The surroundings in which a page is followed: a folder, and a server that stands for the organisation. */
export interface Stage extends AsyncDisposable {
  /** Where the reader is: a block of the shell may go elsewhere. */
  folder(): string
  /** Puts what is there in the place of the names that pages use: hosts, ports, and the length of an overlap. */
  substitute(text: string): string
  /** Runs a script of the shell. `rehearsed`: no program is run, and each call is noted. */
  shell(script: string, options?: { readonly rehearsed?: boolean }): Promise<Ran>
}

/** How long a block may take on a busy machine. */
const millisecondsMax = 45_000

/** Sets the stage of a page. Its folder holds the keys of the app and of the administrator, unless the page begins in an empty one. */
export async function setStage({ stage: words }: Page): Promise<Stage> {
  const folder = await makeFolder()
  const vendor = await startVendor(words, folder.path)
  const server = await startOrganisation(folder.path, { isEmpty: words.includes('empty') })
  const port = String(await freePort())
  // Reader's programs find the packages as if they were installed here.
  symlinkSync(`${root}node_modules`, join(folder.path, 'node_modules'))
  const programs = join(folder.path, '.programs')
  mkdirSync(programs)
  writePrograms(programs)
  const env = {
    HOME: folder.path,
    TMPDIR: folder.path,
    PATH: programs,
    PROGRAMS: programs,
    BUNDLE: bundle,
    PORT: port,
    LC_ALL: 'C.UTF-8',
  }
  const groups: number[] = []
  return {
    folder: () => findText(join(programs, 'folder'))?.trim() ?? folder.path,
    substitute: (text) =>
      vendor
        .substitute(text)
        .replaceAll(/(?:https:\/\/)?\bexample\.okta\.com\b/g, server.url)
        .replaceAll(/https:\/\/\w+\.example\.com\b/g, server.url)
        .replaceAll(/\b(127\.0\.0\.1|localhost):8080\b/g, `$1:${port}`)
        .replaceAll(/overlapSeconds: \d+/g, 'overlapSeconds: 1')
        // What serves here goes to the background by itself, once it is ready.
        .replaceAll(/^(pkjwt serve .*?) &( +#.*)?$/gm, '$1'),
    async shell(script, { rehearsed = false } = {}) {
      writeFileSync(join(programs, 'calls'), '')
      const child = spawn('/bin/bash', ['-c', wrap(script)], {
        cwd: folder.path,
        env: { ...env, ...(rehearsed ? { REHEARSED: '1' } : {}) },
        stdio: 'ignore',
        detached: true,
      })
      if (child.pid !== undefined) groups.push(child.pid)
      const exit = await new Promise<number>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('it does not end')), millisecondsMax)
        child.on('error', reject)
        child.on('exit', () => clearTimeout(timer))
        child.on('exit', (code, signal) => (code === null ? reject(new Error(`it ended with ${signal}`)) : resolve(code)))
      })
      const calls = (findText(join(programs, 'calls')) ?? '').split('\0\n').slice(0, -1)
      const output = findText(join(programs, 'output')) ?? ''
      return { exit, output, calls: calls.map((call) => call.split('\0')) }
    },
    async [Symbol.asyncDispose]() {
      for (const group of groups) end(-group)
      // An agent leaves the group of the shell that started it.
      const agent = /SSH_AGENT_PID="(\d+)"/.exec(findText(join(programs, 'exported')) ?? '')?.[1]
      if (agent !== undefined) end(Number(agent))
      await vendor.close()
      await server.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** Output goes to a file, so that what runs on in the background holds nobody up; what was exported is there for the next block. */
function wrap(script: string): string {
  return [
    'exec >"$PROGRAMS/output" 2>&1',
    'if [ -e "$PROGRAMS/exported" ]; then . "$PROGRAMS/exported"; cd "$PWD"; PATH="$PROGRAMS:$PATH"; fi',
    `trap 'export -p >"$PROGRAMS/exported"; pwd >"$PROGRAMS/folder"' EXIT`,
    // Whatever is called and not on the stage is noted in a rehearsal, and missing otherwise.
    'if [ -n "$REHEARSED" ]; then PATH="$PROGRAMS/rehearsal"; command_not_found_handle() { "$PROGRAMS/rehearsal/note" "$@"; }; fi',
    'set -euo pipefail',
    script,
  ].join('\n')
}

function findText(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}

function end(processOrGroup: number): void {
  try {
    process.kill(processOrGroup, 'SIGKILL')
  } catch {
    // Nothing of it is left.
  }
}
