import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { PkjwtError } from 'pkjwt/errors'
import { integer, text } from './row.js'

/** One numbered file of the schema. Once released it is never edited: the store remembers the hash of what it ran. */
export interface Migration {
  readonly number: number
  readonly name: string
  readonly script: string
}

/** The files of a folder in their order. */
export function readMigrationFiles(folder: URL): readonly Migration[] {
  return readdirSync(folder)
    .filter((name) => /^\d{3}-[\w-]+\.sql$/.test(name))
    .sort()
    .map((name) => ({
      number: Number(name.slice(0, 3)),
      name,
      // A checkout on Windows may have turned the ends of lines: it is the same script.
      script: readFileSync(new URL(name, folder), 'utf8').replaceAll('\r\n', '\n'),
    }))
}

/** A migration that a store remembers. */
export interface Applied {
  readonly number: number
  readonly name: string
  readonly sha256: string
}

/** Reads a row of the table `migrations`. */
export function readApplied(row: { readonly [column: string]: unknown }): Applied {
  return { number: integer(row, 'number'), name: text(row, 'name'), sha256: text(row, 'sha256') }
}

/** What a store should be. */
export interface Expected {
  /** The name of the store, for the sentence of an error. */
  readonly where: string
  readonly migrations: readonly Migration[]
}

/**
 * Compares what a store ran with what this program knows.
 * @throws {PkjwtError} `config_invalid` when the schema is newer than this program, or another one.
 */
export function checkApplied(applied: readonly Applied[], { where, migrations: known }: Expected): void {
  const newest = applied.at(-1)
  if (newest !== undefined && applied.length > known.length) {
    throw new PkjwtError(
      'config_invalid',
      `Cannot use the store ${where}: a newer program brought its schema to ${newest.name}`,
      {
        hint: 'Install the newest version, or give the path of another store',
      },
    )
  }
  for (const [index, { name, sha256 }] of applied.entries()) {
    const migration = known[index]
    if (migration !== undefined && hashScript(migration) === sha256) continue
    throw new PkjwtError('config_invalid', `Cannot use the store ${where}: its schema ${name} is not the one of this program`, {
      hint: 'Use the program that made the store, or give the path of another store',
    })
  }
}

/** What a store remembers of a script. */
export function hashScript({ script }: Migration): string {
  return createHash('sha256').update(script).digest('hex')
}
