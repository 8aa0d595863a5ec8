import { PkjwtError } from 'pkjwt/errors'
import { type JsonObject, parseJwt } from 'pkjwt/jwt'
import { nodeFetch } from 'pkjwt/node'
import type { Paint } from './colour.js'
import type { Outcome } from './command.js'
import { type Connection, type ConnectOptions, type ConnectValues, connect } from './connect.js'
import { type LayOut, writeMembers, writeRows } from './format.js'
import { safe } from './talk.js'

/** A token request that was made whole and not sent. */
interface HeldRequest {
  readonly url: string
  readonly headers: Headers
  readonly form: URLSearchParams
}

/** Lets the client make its request, looking up metadata where it has to, and holds it back: what is shown is what would be sent. */
async function holdRequest(flags: ConnectValues, connection: Connection, options: ConnectOptions): Promise<HeldRequest> {
  let held: HeldRequest | undefined
  const isHeld = new PkjwtError('closed', 'Cannot send the request: it is only looked at')
  const client = connect({ ...flags, cache: false }, connection, {
    ...options,
    fetch: async (input, init) => {
      if (init?.method !== 'POST') return nodeFetch(input, init)
      held = { url: String(input), headers: new Headers(init.headers), form: new URLSearchParams(String(init.body)) }
      throw isHeld
    },
  })
  await client.token().catch((error: unknown) => {
    if (error !== isHeld) throw error
  })
  if (held === undefined) throw new Error('the client sent no request')
  return held
}

/** The request of `token` as a curl command. The assertion is made by `sign` and goes in through stdin: argv is for all to see. */
export async function writeCurl(flags: ConnectValues, connection: Connection, options: ConnectOptions): Promise<Outcome> {
  const { url, form } = await holdRequest(flags, connection, options)
  const { key = '', passphraseFile, kid, alg, certificate, x5c, profile, org } = flags
  const { claims } = parseJwt(form.get('client_assertion') ?? '')
  const target = org === undefined || flags.audience !== undefined ? ['--audience', String(claims['aud'])] : ['--org', org]
  const named = profile ?? (org === undefined ? 'rfc7523' : undefined)
  const sign = [
    ...['pkjwt', 'sign', '--key', key],
    ...(passphraseFile === undefined ? [] : ['--passphrase-file', passphraseFile]),
    ...(kid === undefined ? [] : ['--kid', kid]),
    ...(alg === undefined ? [] : ['--alg', alg]),
    ...(certificate === undefined ? [] : ['--certificate', certificate]),
    ...(x5c ? ['--x5c'] : []),
    ...['--client-id', connection.clientId, ...target],
    ...(named === undefined ? [] : ['--profile', named]),
  ]
  const fields = [...form]
    .filter(([name]) => name !== 'client_assertion')
    .map(([name, value]) => `--data-urlencode ${shellWord(`${name}=${value}`)}`)
  const curl = [`curl -sS ${shellWord(url)}`, ...fields, '--data-urlencode client_assertion@-']
  // curl would send the line break behind the assertion along with it.
  const text = `${sign.map(shellWord).join(' ')} | tr -d '\\n' |\n  ${curl.join(' \\\n    ')}\n`
  return { text, data: text }
}

/** What `token` would send, with the assertion decoded. The assertion itself is not shown: whoever has it could use it. */
export async function writePreview(
  flags: ConnectValues,
  connection: Connection,
  options: ConnectOptions & { readonly paint: Paint },
): Promise<Outcome> {
  const { io, paint } = options
  const { url, headers, form } = await holdRequest(flags, connection, options)
  const { header, claims } = parseJwt(form.get('client_assertion') ?? '')
  const proof = headers.get('dpop')
  const dpop = proof === null ? undefined : partsOf(proof)
  const fields = Object.fromEntries([...form].filter(([name]) => name !== 'client_assertion'))
  const layout = { paint, columns: io.stdout.columns }
  const text = [
    `${paint.bold('Nothing was sent. This would be:')}\n\n`,
    `${paint.bold('POST')} ${safe(url)}\n`,
    writeRows(
      [
        ...Object.entries(fields).map(([name, value]) => [name, safe(value)] as const),
        ['client_assertion', 'signed anew for each request:'],
      ],
      layout,
    ),
    writeParts('assertion', { header, claims }, layout, io.clock()),
    ...(dpop === undefined ? [] : [writeParts('DPoP proof', dpop, layout, io.clock())]),
  ].join('')
  return { text, data: { method: 'POST', url, form: fields, client_assertion: { header, claims }, dpop } }
}

interface Parts {
  readonly header: JsonObject
  readonly claims: JsonObject
}

function partsOf(token: string): Parts {
  const { header, claims } = parseJwt(token)
  return { header, claims }
}

function writeParts(what: string, { header, claims }: Parts, layout: LayOut, now: Date): string {
  const { bold } = layout.paint
  const shownHeader = writeMembers(header, layout, now)
  return `\n${bold(`Header of the ${what}`)}\n${shownHeader}\n${bold(`Claims of the ${what}`)}\n${writeMembers(claims, layout, now)}`
}

/** A word as a POSIX shell takes it. */
export function shellWord(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
