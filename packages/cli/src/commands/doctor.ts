import type { Signer } from 'pkjwt/keys'
import { nodeFetch } from 'pkjwt/node'
import { profileOf } from 'pkjwt/profiles'
import { endpointsOf, readIssuer } from 'pkjwt/protocol'
import { type Context, defineCommand } from '../command.js'
import { type Connection, type ConnectValues, connect, connectFlags, connecting, readConnection } from '../connect.js'
import { type LayOut, writeRows } from '../format.js'
import { findKnownError } from '../report.js'
import { safe } from '../talk.js'

/** One thing that was looked at. */
interface Check {
  readonly what: string
  readonly state: 'good' | 'warning' | 'bad'
  readonly found: string
  /** What to do about it. */
  readonly fix?: string | undefined
}

/** `doctor`: everything between the key and the token, one thing after the other. */
export const doctor = defineCommand({
  name: 'doctor',
  summary: 'check key, clock, server and registration, one after the other',
  examples: [
    [
      'why do I get no token?',
      'pkjwt doctor --org example.okta.com --client-id 0oa1 --key private-key.jwk --scope okta.users.read',
    ],
    ['a saved connection', 'pkjwt doctor --connection prod'],
  ],
  flags: connectFlags,
  ...connecting,
  notes: ['The last check buys a token and throws it away. The exit code is 0 when everything is well, 1 otherwise.'],
  async run(context) {
    const { flags, io, paint } = context
    const connection = await readConnection(flags, context)
    const checks: Check[] = [checkKey(connection.key, flags)]
    const reached = await checkServer(serverUrl(flags), io.clock)
    checks.push(...reached)
    if (!reached.some(({ state }) => state === 'bad')) checks.push(await checkToken(context, connection))
    const ok = checks.every(({ state }) => state !== 'bad')
    return { ok, data: checks, text: checks.map((check) => writeCheck(check, { paint, columns: io.stdout.columns })).join('') }
  },
})

function checkKey({ alg, kid, publicKey }: Signer, { profile, org }: ConnectValues): Check {
  const what = 'The key can be read and signs'
  const { algorithms, name } = profileOf(profile ?? (org === undefined ? 'rfc7523' : 'okta'))
  const found = `${alg}, ${kid === undefined ? 'without kid' : `kid ${kid}`}, thumbprint ${publicKey.thumbprint}`
  if (!algorithms.includes(alg))
    return { what, state: 'bad', found, fix: `${name} takes ${algorithms.join(', ')}: make such a key with pkjwt keygen` }
  return kid === undefined
    ? { what, state: 'warning', found, fix: 'Give it the kid that it is registered under: --kid ID' }
    : { what, state: 'good', found }
}

/** What can be asked of the server without proving who asks. */
function serverUrl({ org, issuer, tokenEndpoint }: ConnectValues): string {
  if (org !== undefined) return endpointsOf(readIssuer(org)).keys
  return issuer ?? tokenEndpoint ?? ''
}

async function checkServer(url: string, clock: () => Date): Promise<readonly Check[]> {
  const what = 'The server answers'
  const sentAt = clock().getTime()
  try {
    const { status, headers } = await nodeFetch(url, { redirect: 'manual', signal: AbortSignal.timeout(10_000) })
    const took = clock().getTime() - sentAt
    return [
      { what, state: 'good', found: `${new URL(url).origin}, status ${status}, after ${took} ms` },
      checkClock(headers.get('date'), sentAt + took / 2),
    ]
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    return [{ what, state: 'bad', found: `${url}: ${code}`, fix: 'Check the name, the network, and for https the certificate' }]
  }
}

function checkClock(date: string | null, at: number): Check {
  const what = 'The clocks agree'
  const server = Date.parse(date ?? '')
  if (Number.isNaN(server)) return { what, state: 'warning', found: 'the server does not tell the time' }
  // The header holds whole seconds.
  const seconds = Math.round((at - server - 500) / 1000)
  const found =
    Math.abs(seconds) <= 1 ? 'to the second' : `this machine is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead' : 'behind'}`
  return Math.abs(seconds) <= 5
    ? { what, state: 'good', found }
    : { what, state: 'bad', found, fix: 'Turn on time synchronisation' }
}

async function checkToken({ flags, io, talk }: Context<typeof connectFlags>, connection: Connection): Promise<Check> {
  const what = 'The key is registered, and the scopes are granted'
  const client = connect({ ...flags, cache: false }, connection, { io, talk })
  try {
    const { scopes, scopesDropped } = await client.token()
    const found = `a token for ${scopes.join(' ')}`
    if (scopesDropped.length === 0) return { what, state: 'good', found }
    return { what, state: 'warning', found, fix: `Have ${scopesDropped.join(' ')} granted to the app` }
  } catch (error) {
    const known = findKnownError(error)
    if (known === undefined) throw error
    return { what, state: 'bad', found: known.error.message, fix: known.error.hint }
  } finally {
    client.close()
  }
}

const signs = { good: ['✓', 'green'], warning: ['!', 'yellow'], bad: ['✗', 'red'] } as const

function writeCheck({ what, state, found, fix }: Check, layout: LayOut): string {
  const [sign, colour] = signs[state]
  const rows = [['found', safe(found)] as const, ...(fix === undefined ? [] : [['do this', safe(fix)] as const])]
  return `${layout.paint[colour](sign)} ${layout.paint.bold(what)}\n${writeRows(rows, layout)}`
}
