import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** Whether openssl and ssh-keygen are there. Where they are not, the tests that need them are passed over. */
export const hasKeyTools: boolean = isThere('openssl') && isThere('ssh-keygen')

function isThere(program: string): boolean {
  const { error } = spawnSync(program, ['-?'], { stdio: 'ignore' })
  return error === undefined
}

export interface Folder {
  /** Runs openssl in the folder. `IN` and the like are plain names of files in it. */
  openssl(command: string): void
  sshKeygen(command: string): void
  read(name: string): string
  readBytes(name: string): Uint8Array
  write(name: string, content: string | Uint8Array): void
}

/** A folder for the files of one test file. It is gone afterwards. */
export function createFolder(): Folder {
  const folder = mkdtempSync(join(tmpdir(), 'pkjwt-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const run = (program: string, command: string): void => {
    const words = command.match(/'[^']*'|\S+/g) ?? []
    execFileSync(
      program,
      words.map((word) => word.replace(/^'(.*)'$/, '$1')),
      { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
    )
  }
  return {
    openssl: (command) => run('openssl', command),
    sshKeygen: (command) => run('ssh-keygen', `-q ${command}`),
    read: (name) => readFileSync(join(folder, name), 'utf8'),
    readBytes: (name) => readFileSync(join(folder, name)),
    write: (name, content) => writeFileSync(join(folder, name), content),
  }
}
