import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { findExitCode } from '../../packages/cli/src/exitCodes.js'
import { cliErrors, type Explained, inputErrors, keyErrors, refusedErrors, unavailableErrors } from './errorTable.js'
import { code, codes, heading, page, section, table } from './markdown.js'

const packages = fileURLToPath(new URL('../../packages/', import.meta.url))

/** Writes `docs/reference/errors.md` from the tables of codes; where a code is thrown is read from the source. */
export function errorsPage(): string {
  return page(
    heading(
      'Errors',
      'Every error that pkjwt throws on purpose has a code, which is stable: programs may compare it. The sentence and the hint beside it may improve.',
    ),
    'In a program, an error is an instance of one of the classes below, with `code`, `message`, `hint` and `cause`. On the command line it is a line that begins with `error:` and one that begins with `hint:`; with `--json` it is the member `error`. The exit codes are explained in [the command line](command-line.md#exit-codes).',
    chapter('KeyError', 'The key must be mended: nothing was sent, and trying again does not help.', keyErrors),
    chapter(
      'RefusedError',
      'The answer is no, and stays no: `by` tells whether our own rules said it or the server. The rules are listed in [rules.md](../rules.md), what a server says in [http.md](http.md).',
      refusedErrors,
    ),
    chapter(
      'UnavailableError',
      'It may work later: nothing about the request is known to be wrong. `retryAfterSeconds` is there when the server said how long to wait.',
      unavailableErrors,
    ),
    chapter(
      'PkjwtError',
      'The base of the three, and the class of everything that the caller gave and that cannot be used.',
      inputErrors,
    ),
    chapter('The command line', 'What goes wrong before the library is asked.', cliErrors),
  )
}

function chapter(name: string, sentence: string, errors: Readonly<Record<string, Explained>>): string {
  const rows = Object.entries(errors).map(([each, [means, remedy]]) => [
    code(each),
    means,
    remedy,
    String(findExitCode(each) ?? ''),
    codes(roomsOf(each)),
  ])
  return section(`## ${name}`, sentence, table(['Code', 'Meaning', 'What to do', 'Exit', 'From'], rows))
}

/** The rooms whose code names an error code, as they are imported. */
export function roomsOf(name: string): readonly string[] {
  // The class RefusedError makes the code of who said no.
  const written = name.startsWith('refused_by_') ? `RefusedError('${name.slice('refused_by_'.length)}'` : `'${name}'`
  const rooms = sources().flatMap(({ room, text }) => (text.includes(written) ? [room] : []))
  return [...new Set(rooms)].sort()
}

interface Source {
  readonly room: string
  readonly text: string
}

let read: readonly Source[] | undefined

function sources(): readonly Source[] {
  read ??= ['pkjwt', 'server', 'cli'].flatMap((name) =>
    readdirSync(`${packages}${name}/src`, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.ts$/.test(path) && !/\.(test|testing)\.ts$|exitCodes|(^|\/)(errors|cliError)\.ts$/.test(path))
      .map((path) => ({
        room: roomOf(name, path),
        text: withoutComments(readFileSync(`${packages}${name}/src/${path}`, 'utf8')),
      })),
  )
  return read
}

function roomOf(name: string, path: string): string {
  if (name === 'server') return '@pkjwt/server'
  return name === 'cli' ? 'command line' : `pkjwt/${path.split('/')[0]}`
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '')
}
