import { CliError } from './cliError.js'

/** The URL of a database may hold a password, which nobody is shown. */
export function withoutPassword(store: string): string {
  return store.replace(/^(postgres(?:ql)?:\/\/).*@/i, '$1')
}

/** A place may be named by a variable, so that its password does not stand among the arguments, which every user of a machine sees. */
export function readStore(given: string, env: Readonly<Record<string, string | undefined>>): string {
  const name = /^env:(.+)$/.exec(given)?.[1]
  if (name === undefined) return given
  const value = env[name]
  if (value !== undefined && value !== '') return value
  throw new CliError('input_missing', `Cannot open the store: the variable ${name} is not set`, { hint: `Set ${name}` })
}
