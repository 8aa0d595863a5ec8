import { type AppAdmin, createAppAdmin, createTokenClient, type Listed, type ListedKey } from 'pkjwt/client'
import { RefusedError } from 'pkjwt/errors'
import { nodeFetch } from 'pkjwt/node'
import { readAdminToken } from './adminToken.js'
import { CliError } from './cliError.js'
import type { Outcome } from './command.js'
import { tell } from './connect.js'
import { fillFromEnvironment } from './environment.js'
import { connectionFlag } from './fill.js'
import { type FlagTable, type FlagValues, quoted, text } from './flags.js'
import type { Io } from './io.js'
import { keyFlags, openKeyRef } from './keyRef.js'
import type { Talk } from './talk.js'

/** The flags of every command that administers apps: where, and as whom. */
export const adminFlags = {
  org: text('Who and where', 'DOMAIN', 'the organisation whose apps are meant: example.okta.com, or http://127.0.0.1:8080', {
    env: 'OKTA_CLIENT_ORGURL',
  }),
  clientId: text('Who and where', 'ID', 'the client id of the app that administers', { env: 'OKTA_CLIENT_CLIENTID' }),
  ...connectionFlag,
  key: { ...keyFlags.key, env: 'OKTA_CLIENT_PRIVATEKEY' },
  passphraseFile: keyFlags.passphraseFile,
  kid: text('Key', 'ID', 'the "kid" of that key at the server, when the key brings none', { env: 'OKTA_CLIENT_KEYID' }),
  adminToken: text('Key', 'REF', 'in place of client id and key, a token sent as SSWS: env:NAME, a file, - or fd:N', {
    isFile: true,
  }),
} satisfies FlagTable

/** What else such a command is defined with. */
export const administering = {
  fill: fillFromEnvironment,
  alternatives: [
    ['adminToken', 'key'],
    ['adminToken', 'clientId'],
  ],
} as const

/** What was typed of these flags. */
export type AdminValues = FlagValues<typeof adminFlags>

export interface OpenAdminOptions {
  /** The scopes that the calls of this command need, and no more. */
  readonly scopes: readonly string[]
  readonly io: Io
  readonly talk: Talk
}

/**
 * Opens the management API for whom the flags name. Nothing is sent yet.
 * @throws {CliError} `flag_missing`, `flag_conflict`
 */
export async function openAppAdmin(flags: AdminValues, { scopes, io, talk }: OpenAdminOptions): Promise<AppAdmin> {
  const { clientId, key: keyRef, passphraseFile, kid } = flags
  const org = requireOrg(flags)
  const token = await readAdminToken(flags.adminToken, io)
  if (token !== undefined) {
    if (clientId !== undefined || keyRef !== undefined) throw conflict()
    return createAppAdmin({ org, fetch: withAdminToken(token) })
  }
  if (clientId === undefined || keyRef === undefined) {
    throw needed(
      'nobody is named who may',
      'Give --client-id ID and --key REF of an app with an admin role, or --admin-token env:NAME',
    )
  }
  const key = await openKeyRef(keyRef, { passphraseFile, kid, io, talk })
  const onEvent = (event: Parameters<typeof tell>[0]) => tell(event, talk)
  const call = (asked: readonly string[]) =>
    createTokenClient({ org, clientId, key, scopes: asked, fetch: nodeFetch, clock: io.clock, onEvent }).fetch
  return createAppAdmin({ org, fetch: withWiderScopes(call, scopes) })
}

/** Asks for no more than a call needs; who was only granted the right to change may read with it. */
function withWiderScopes(
  call: (scopes: readonly string[]) => typeof globalThis.fetch,
  scopes: readonly string[],
): typeof globalThis.fetch {
  const [narrow, wide] = [call(scopes), call(scopes.map((scope) => scope.replace(/\.read$/, '.manage')))]
  return async (input, init) => {
    try {
      return await narrow(input, init)
    } catch (error) {
      const isNotGranted = error instanceof RefusedError && error.error === 'consent_required'
      if (isNotGranted && scopes.some((scope) => scope.endsWith('.read'))) return wide(input, init)
      throw error
    }
  }
}

/** @throws {CliError} `flag_missing` */
export function requireOrg({ org }: Pick<AdminValues, 'org'>): string {
  if (org === undefined) throw needed('no organisation is named', 'Give --org DOMAIN')
  return org
}

function withAdminToken(token: string): typeof globalThis.fetch {
  const authorization = `SSWS ${token.replace(/^SSWS +/i, '')}`
  return (input, init) => nodeFetch(input, { ...init, headers: { ...init?.headers, authorization } })
}

/** The first word of a command: which app. */
export function requireAppId(words: readonly string[]): string {
  return requireWord(words[0], 'no app is named', 'Give the id of the app')
}

/** @throws {CliError} `argument_missing` */
export function requireWord(word: string | undefined, state: string, hint: string): string {
  if (word !== undefined && word !== '') return word
  throw new CliError('argument_missing', `Cannot do this: ${state}`, { hint, showHelp: true })
}

/** Prints what the server said of one thing, or of several. */
export function show(listed: Listed | readonly Listed[]): Outcome {
  const data = 'wire' in listed ? listed.wire : listed.map(({ wire }) => wire)
  return { text: JSON.stringify(data, null, 2), data }
}

/** One thing is shown alone, several as a list. */
export function showEach(listed: readonly Listed[]): Outcome {
  const [first, ...others] = listed
  return show(first !== undefined && others.length === 0 ? first : listed)
}

/**
 * Finds a key by its id at the server or by its `kid`.
 * @throws {CliError} `argument_unexpected`
 */
export function chooseKey(keys: readonly ListedKey[], name: string): ListedKey {
  return choose(keys, name, { what: 'key', nameOf: ({ kid }) => kid })
}

/** Finds something that belongs to an app by its id or by its name. */
export function choose<Item extends Listed>(
  items: readonly Item[],
  name: string,
  { what, nameOf }: { readonly what: string; readonly nameOf: (item: Item) => unknown },
): Item {
  const found = items.find((item) => item.id === name) ?? items.find((item) => nameOf(item) === name)
  if (found !== undefined) return found
  const names = items.map((item) => String(nameOf(item) ?? item.id)).join(', ')
  throw new CliError('argument_unexpected', `Cannot find the ${what} ${quoted(name)}: the app has ${names || 'none'}`, {
    hint: `Give the name or the id of a ${what}`,
  })
}

function needed(state: string, hint: string): CliError {
  return new CliError('flag_missing', `Cannot administer apps: ${state}`, { hint, showHelp: true })
}

function conflict(): CliError {
  return new CliError('flag_conflict', 'Cannot administer apps as two at once: there are an admin token and a client', {
    hint: 'Give either --admin-token, or --client-id and --key',
  })
}
