import { type ProfileName, profileOf } from 'pkjwt/profiles'
import { isLoopback } from 'pkjwt/protocol'
import { CliError } from '../cliError.js'
import type { Io } from '../io.js'
import { openKeyRef } from '../keyRef.js'
import type { Talk } from '../talk.js'
import type { Subject } from './subject.js'

/** What was typed about the server and its client. */
export interface SubjectFlags {
  readonly clientId: string | undefined
  readonly key: string | undefined
  readonly passphraseFile: string | undefined
  readonly kid: string | undefined
  readonly scope: readonly string[]
  readonly profile: ProfileName | undefined
  readonly audience: string | undefined
  readonly notGranted: string | undefined
  readonly iOwnThisServer: boolean
}

interface Typed {
  readonly flags: SubjectFlags
  readonly words: readonly string[]
  readonly io: Io
  readonly talk: Talk
}

/**
 * Reads which server is tested, and as whom.
 * @throws {CliError} when something is missing, or the server is away from this machine and nobody said that it may be tested
 */
export async function readSubject({ flags: given, words, io, talk }: Typed): Promise<Subject> {
  const { passphraseFile, kid } = given
  const endpoints = readEndpoints(words, given.iOwnThisServer)
  if (given.clientId === undefined) throw needed('there is no client id', 'Give --client-id ID')
  if (given.key === undefined)
    throw needed('there is no key to sign with', 'Name it with --key: a file, -, env:NAME, fd:N or ssh-agent:COMMENT')
  const scopes = given.scope.flatMap((each) => each.split(/[\s,]+/)).filter((each) => each !== '')
  if (scopes.length === 0) throw needed('no scope is asked for', 'Give --scope with one that is granted to the client')
  const limits = profileOf(given.profile ?? 'rfc7523')
  if (limits.audience === 'issuer' && given.audience === undefined)
    throw needed('the audience of this profile is the issuer', 'Give the issuer with --audience URL')
  const signer = await openKeyRef(given.key, { passphraseFile, kid, io, talk })
  return {
    endpoints,
    clientId: given.clientId,
    key: signer,
    scopes,
    audience: given.audience ?? endpoints[0],
    limits,
    notGranted: given.notGranted,
    clock: io.clock,
  }
}

function readEndpoints(words: readonly string[], isOwned: boolean): Subject['endpoints'] {
  const [first, ...others] = words.map((word) => readEndpoint(word, isOwned))
  if (first !== undefined) return [first, ...others]
  throw new CliError('argument_missing', 'Cannot test a server: no token endpoint is named', {
    hint: 'Give the URL of the token endpoint',
    showHelp: true,
  })
}

function readEndpoint(word: string, isOwned: boolean): string {
  const shown = JSON.stringify(word.slice(0, 200))
  if (!URL.canParse(word) || !/^https?:\/\/[^@]+$/i.test(word))
    throw new CliError('flag_value_invalid', `Cannot test ${shown}: it is no URL of a token endpoint`, {
      hint: 'Give it whole, such as http://127.0.0.1:8080/oauth2/v1/token',
    })
  const { protocol, host } = new URL(word)
  if (isLoopback(host)) return word
  if (protocol === 'http:')
    throw new CliError('flag_value_invalid', `Cannot test ${shown}: http would send assertions in the clear`, {
      hint: 'Use https; http is for this machine only',
    })
  if (isOwned) return word
  throw new CliError('flag_missing', `Cannot test ${shown}: it is not on this machine, and not every server is yours to test`, {
    hint: 'Add --i-own-this-server when it is',
  })
}

function needed(state: string, hint: string): CliError {
  return new CliError('flag_missing', `Cannot test the server: ${state}`, { hint, showHelp: true })
}
