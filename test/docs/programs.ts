import { accessSync, constants, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Programs of the system that pages may run. Whatever is not listed here is "not found", so that no page runs it unseen. */
const real = [
  ...['bash', 'cat', 'chmod', 'cp', 'curl', 'date', 'env', 'grep', 'head', 'ls', 'mkdir', 'mktemp', 'mv', 'openssl', 'rm', 'sed'],
  ...['sleep', 'ssh-add', 'ssh-agent', 'ssh-keygen', 'tail', 'test', 'touch', 'tr', 'wc'],
]

/** Those of them that a machine may lack. */
const optional = ['curl', 'openssl', 'ssh-add', 'ssh-agent', 'ssh-keygen']

/** Programs that act on the world outside: each call is noted and looked at, and nothing else happens. */
const standIns = ['aws', 'az', 'docker', 'gcloud', 'gh', 'git', 'kubectl', 'npm', 'yarn', 'pnpm']

/** The programs that a page names and this machine lacks. */
export function missingPrograms(text: string): readonly string[] {
  return optional.filter((name) => new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(text) && findProgram(name) === undefined)
}

/** Fills a folder with the programs of the stage; in `rehearsal` within it lies what notes each call. */
export function writePrograms(folder: string): void {
  const link = (place: string, name: string) => symlinkSync(place, join(folder, name))
  const ours = fileURLToPath(new URL('programs/', import.meta.url))
  for (const name of real) {
    const found = findProgram(name)
    if (found !== undefined) link(found, name)
  }
  link(process.execPath, 'node')
  link(`${ours}pkjwt`, 'pkjwt')
  link(`${ours}npx`, 'npx')
  mkdirSync(join(folder, 'rehearsal'))
  link(`${ours}note`, 'rehearsal/note')
  for (const name of standIns) {
    writeFileSync(join(folder, name), `#!/bin/bash\nexec "$PROGRAMS/rehearsal/note" ${name} "$@"\n`, { mode: 0o755 })
  }
}

function findProgram(name: string): string | undefined {
  const places = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name))
  return places.find((place) => {
    try {
      accessSync(place, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
