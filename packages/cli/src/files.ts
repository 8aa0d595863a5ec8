import { randomBytes } from 'node:crypto'
import { access, link, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { PkjwtError } from 'pkjwt/errors'
import { CliError } from './cliError.js'
import { systemCode, unreadable } from './input.js'

/** The text of a file; `undefined` when there is none. */
export async function findText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return undefined
    throw unreadable(file, 'the settings', cause)
  }
}

export interface WriteFileOptions {
  /** Put it in the place of what is there. */
  readonly force?: boolean | undefined
  /** Default 0600: what is written here is mostly secret. */
  readonly mode?: number | undefined
}

/**
 * Writes a new file. It is written whole under another name first, so that no half of it is ever seen; then it gets its name, which
 * must be free unless `force` is given.
 *
 * @throws {PkjwtError} `file_exists`
 * @throws {CliError} `file_unwritable`
 */
export async function writeNewFile(file: string, content: string, options: WriteFileOptions = {}): Promise<void> {
  const { force = false, mode = 0o600 } = options
  // Told before anything is written; the exclusive link below is what makes it sure.
  if (!force && (await exists(file))) throw fileExists(file)
  const temporary = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}`)
  try {
    await writeDurably(temporary, content, mode)
    if (force) await rename(temporary, file)
    else await link(temporary, file)
  } catch (cause) {
    throw systemCode(cause) === 'EEXIST' ? fileExists(file) : unwritable(file, cause)
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined)
  }
}

async function writeDurably(file: string, content: string, mode: number): Promise<void> {
  const handle = await open(file, 'wx', mode)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file)
    return true
  } catch {
    return false
  }
}

function fileExists(file: string): PkjwtError {
  return new PkjwtError('file_exists', `Cannot write ${JSON.stringify(file)}: it exists`, {
    hint: 'Give another name with -o, or --force to replace it',
  })
}

function unwritable(file: string, cause: unknown): CliError {
  const code = systemCode(cause)
  const state =
    code === 'ENOENT' ? 'its folder is not there' : code === 'EACCES' || code === 'EPERM' ? 'you may not write there' : code
  return new CliError('file_unwritable', `Cannot write ${JSON.stringify(file)}: ${state}`, {
    hint: 'Give another place with -o',
    cause,
  })
}

/** Whether a file lies inside a git work tree, where `git add .` would take it along. */
export async function isInGitTree(file: string): Promise<boolean> {
  let folder = dirname(resolve(file))
  for (;;) {
    if (
      await stat(join(folder, '.git')).then(
        () => true,
        () => false,
      )
    )
      return true
    const above = dirname(folder)
    if (above === folder) return false
    folder = above
  }
}
