/** What every command does, by the name under which it is typed, in the order of the help page. */
export const commands = {
  keygen: 'make a private key, and print the public one to register',
  'key show': 'say what key files hold',
  'key public': 'print the public half of a key',
  'key convert': 'write a private key in another form',
  sign: 'create and sign a client assertion',
  inspect: 'show what a token says, believing none of it',
  verify: 'check the signature and the claims of an assertion',
  diagnose: 'say why a server refuses, or would refuse, a token',
  token: 'buy an access token',
  fetch: 'call an API with an access token',
  doctor: 'check key, clock, server and registration, one after the other',
  conformance: 'grade a token endpoint: what it refuses, and whether it takes an assertion twice',
  'app create': 'create a service app, with its keys, scopes and roles',
  'app list': 'list the apps',
  'app show': 'show an app',
  'app delete': 'deactivate an app and delete it, with its keys, grants and roles',
  'app key add': 'register public keys of an app',
  'app key list': 'list the keys of an app',
  'app key activate': 'make the server take a key again',
  'app key deactivate': 'make the server refuse a key; it can be taken back',
  'app key remove': 'remove a key that was deactivated',
  'app key rotate': 'replace the key of an app without a pause',
  'app grant add': 'grant scopes to an app',
  'app grant list': 'list the scopes that an app may ask for',
  'app grant remove': 'take scopes away from an app',
  'app role add': 'assign admin roles to an app',
  'app role list': 'list the admin roles of an app',
  'app role remove': 'take admin roles away from an app',
  serve: 'run an authorization server on this machine',
  'server log verify': 'check that nobody changed the audit log',
  'server store migrate': 'bring the schema of a store to this version',
  'server store export': 'write everything that a store knows, as lines of JSON',
  'server store import': 'write an export into a store that is empty',
  'config show': 'show the saved connections and what the environment says',
  page: 'open the page that does all this in a browser, or write it',
  completion: 'print the completion script for a shell',
} as const satisfies Readonly<Record<string, string>>

/** The names of all commands. */
export const commandNames: readonly string[] = Object.keys(commands)

/** The name of a command and what else was typed. */
export interface SplitWords {
  /** Undefined when no command is named; the first word when there is none of that name. */
  readonly name: string | undefined
  readonly rest: readonly string[]
}

/** Finds the command in a command line. Flags that every command has may stand in front of it. */
export function splitCommand(words: readonly string[]): SplitWords {
  const start = words.findIndex((word) => !word.startsWith('-'))
  if (start < 0) return { name: undefined, rest: words }
  const before = words.slice(0, start)
  const lengths = [3, 2, 1].map((length) => ({ length, name: words.slice(start, start + length).join(' ') }))
  const found = lengths.find(({ name }) => commandNames.includes(name)) ?? { length: 1, name: words[start] }
  return { name: found.name, rest: [...before, ...words.slice(start + found.length)] }
}
