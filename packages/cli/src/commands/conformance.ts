import { type ProfileName, profileOf } from 'pkjwt/profiles'
import { isLoopback } from 'pkjwt/protocol'
import { CliError } from '../cliError.js'
import { type Context, defineCommand, type Outcome } from '../command.js'
import { createSender } from '../conformance/polite.js'
import { countVerdicts, writeReportCard } from '../conformance/reportCard.js'
import { groups, isFault } from '../conformance/result.js'
import { type Run, runConformance } from '../conformance/run.js'
import type { Subject } from '../conformance/subject.js'
import { connectFlags, connecting } from '../connect.js'
import { choice, text, toggle, wholeNumber } from '../flags.js'
import { openKeyRef } from '../keyRef.js'
import { findKnownError } from '../report.js'
import { readLifetime } from '../times.js'

const { clientId, scope, audience, connection, key, passphraseFile, kid } = connectFlags

const flags = {
  clientId,
  scope,
  audience,
  profile: choice(
    'Who and where',
    ['okta', 'rfc7523', 'fapi2'] as const satisfies readonly ProfileName[],
    'whose rules it should keep: rfc7523 by default',
  ),
  connection,
  key,
  passphraseFile,
  kid,
  only: choice('Server', groups, 'run one group of cases: request, shape, client, claims, key, signature, use, replay, answers'),
  copies: wholeNumber('Server', 'N', 'how many copies of one assertion are sent at once; 50 by default', { min: 2, max: 500 }),
  pause: text('Server', 'TIME', 'wait this long between two requests: 0s by default'),
  deadline: text('Server', 'TIME', 'end the run after this long: 5m by default'),
  iOwnThisServer: toggle('Server', 'allow a server that is not on this machine: it is yours to test'),
  junit: text('Output', 'FILE', 'write the report card as JUnit XML, too', { isFile: true }),
}

/** `conformance`: grades a token endpoint, ours or anybody's. */
export const conformance = defineCommand({
  name: 'conformance',
  summary: 'grade a token endpoint: what it refuses, and whether it takes an assertion twice',
  takes: 'TOKEN_ENDPOINT…',
  wordsMax: 16,
  examples: [
    [
      'every case, against a server on this machine',
      'pkjwt conformance http://127.0.0.1:8080/oauth2/v1/token --client-id app --key private-key.jwk --scope read --profile okta',
    ],
    [
      'two instances of one server: is an assertion taken once by both?',
      'pkjwt conformance http://127.0.0.1:8081/token http://127.0.0.1:8082/token --connection test --only replay',
    ],
  ],
  flags,
  fill: connecting.fill,
  notes: [
    'Several endpoints are instances of one server: the first gets every case, all of them the copies. The client must be registered with this key for client credentials, without DPoP. The exit code is 0 when everything is as it should be, and 1 when one case is not.',
  ],
  async run(context) {
    const { flags: given } = context
    const subject = await readSubject(context)
    const sender = createSender({
      pauseMilliseconds: 1000 * readSeconds(given.pause ?? '0s', '--pause', context),
      deadlineSeconds: readSeconds(given.deadline ?? '5m', '--deadline', context),
    })
    const run = await runConformance(subject, { only: given.only, copies: given.copies ?? 50, sender })
    return report(run, subject, context)
  },
})

type Given = Context<typeof flags>

async function readSubject({ flags: given, words, io, talk }: Given): Promise<Subject> {
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

function readSeconds(written: string, flag: string, { io, talk }: Given): number {
  const { seconds, warning } = readLifetime(written, flag, io.clock())
  if (warning !== undefined) talk.warn(warning)
  if (seconds >= 0 && seconds <= 3600) return seconds
  throw new CliError(
    'flag_value_invalid',
    `Cannot use ${JSON.stringify(written.slice(0, 60))} for ${flag}: it is not from 0 s to 1 h`,
    {
      hint: 'Give 2s, or 5m',
    },
  )
}

async function report({ results, stoppedBy }: Run, { endpoints, limits }: Subject, { io, paint }: Given): Promise<Outcome> {
  const stopped = stoppedBy === undefined ? undefined : findKnownError(stoppedBy)
  if (stoppedBy !== undefined && stopped === undefined) throw stoppedBy
  const text = results.length === 0 ? undefined : writeReportCard(results, { paint, columns: io.stdout.columns })
  const data = { endpoints, profile: limits.name, counts: countVerdicts(results), cases: results }
  const ok = stopped === undefined && !results.some(isFault)
  return { ok, text, data, error: stopped?.error, exitCode: stopped?.exitCode }
}

function needed(state: string, hint: string): CliError {
  return new CliError('flag_missing', `Cannot test the server: ${state}`, { hint, showHelp: true })
}
