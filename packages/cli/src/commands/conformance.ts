import { profileNames } from 'pkjwt/profiles'
import { isLoopback } from 'pkjwt/protocol'
import { CliError } from '../cliError.js'
import { type Context, defineCommand, type Outcome } from '../command.js'
import { notDriven } from '../conformance/notDriven.js'
import { readSubject } from '../conformance/readSubject.js'
import { writeJunit } from '../conformance/report/junit.js'
import { countVerdicts, writeReportCard } from '../conformance/report/reportCard.js'
import { groups, isFault } from '../conformance/result.js'
import { type Run, runConformance } from '../conformance/run.js'
import type { Subject } from '../conformance/subject.js'
import { createSender } from '../conformance/wire/polite.js'
import { connectFlags, connecting } from '../connect.js'
import { writeNewFile } from '../files.js'
import { choice, text, toggle, wholeNumber } from '../flags.js'
import { findKnownError } from '../report.js'
import { readLifetime } from '../times.js'

const { clientId, scope, audience, connection, key, passphraseFile, kid } = connectFlags

const flags = {
  clientId,
  scope,
  audience,
  profile: choice(
    'Who and where',
    profileNames,
    `whose rules it should keep: rfc7523 by default, or ${profileNames.filter((name) => name !== 'rfc7523').join(', ')}`,
  ),
  notGranted: text('Who and where', 'SCOPE', 'a scope that the server knows and this client has not, to see it refused'),
  connection,
  key,
  passphraseFile,
  kid,
  only: choice('Server', groups, 'run one group of cases: request, shape, client, claims, key, signature, use, replay, answers'),
  copies: wholeNumber('Server', 'N', 'how many copies of one assertion are sent at once; 50 by default', { min: 2, max: 500 }),
  pause: wholeNumber('Server', 'MS', 'milliseconds between two requests: 0 on this machine, 200 elsewhere', {
    min: 0,
    max: 60_000,
  }),
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
    'What one registered client cannot drive from outside (deactivated apps, several keys, DPoP) is not tested; docs/conformance.md lists it. Advice is good practice that no specification demands, and fails nothing.',
    'Several endpoints are instances of one server: the first gets every case, all of them the copies. The client must be registered with this key for client credentials, without DPoP. The exit code is 0 when everything is as it should be, and 1 when one case is not.',
  ],
  async run(context) {
    const { flags: given } = context
    const subject = await readSubject(context)
    const sender = createSender({
      pauseMilliseconds: given.pause ?? defaultPause(subject),
      deadlineSeconds: readDeadline(given.deadline ?? '5m', context),
    })
    // Before anything is sent: a report that cannot be written is no reason to ask a server two hundred times.
    if (given.junit !== undefined) await saveJunit(given.junit, writeJunit([], { ...named(subject), stopped: 'it did not end' }))
    context.talk.note(`testing ${subject.endpoints.join(', ')} as ${subject.clientId}, one request after the other`)
    const run = await runConformance(subject, { only: given.only, copies: given.copies ?? 50, sender })
    return report(run, subject, context)
  },
})

type Given = Context<typeof flags>

/** Somebody else may share the server, or the way to it. */
function defaultPause({ endpoints }: Subject): number {
  return endpoints.every((url) => isLoopback(new URL(url).host)) ? 0 : 200
}

function readDeadline(written: string, { io, talk }: Given): number {
  const { seconds, warning } = readLifetime(written, '--deadline', io.clock())
  if (warning !== undefined) talk.warn(warning)
  if (seconds > 0 && seconds <= 3600) return seconds
  throw new CliError(
    'flag_value_invalid',
    `Cannot use ${JSON.stringify(written.slice(0, 60))} for --deadline: it is not from 1 s to 1 h`,
    {
      hint: 'Give 30s, or 5m',
    },
  )
}

async function report({ results, stoppedBy }: Run, subject: Subject, { flags: given, io, paint }: Given): Promise<Outcome> {
  const stopped = stoppedBy === undefined ? undefined : findKnownError(stoppedBy)
  if (stoppedBy !== undefined && stopped === undefined) throw stoppedBy
  const text = results.length === 0 ? undefined : writeReportCard(results, { paint, columns: io.stdout.columns })
  if (given.junit !== undefined)
    await saveJunit(given.junit, writeJunit(results, { ...named(subject), stopped: stopped?.error.message }))
  const { endpoints, limits } = subject
  const data = { endpoints, profile: limits.name, counts: countVerdicts(results), cases: results, notDriven }
  const ok = stopped === undefined && !results.some(isFault)
  return { ok, text, data, error: stopped?.error, exitCode: stopped?.exitCode }
}

function named({ endpoints: [endpoint], limits: { name } }: Subject) {
  return { endpoint, profile: name }
}

/** A report holds nothing secret, and the next run replaces it. */
function saveJunit(file: string, xml: string): Promise<void> {
  return writeNewFile(file, xml, { force: true, mode: 0o644 })
}
