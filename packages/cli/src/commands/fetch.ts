import { CliError } from '../cliError.js'
import { defineCommand, type Outcome } from '../command.js'
import { connect, connectFlags, connecting, readConnection } from '../connect.js'
import { exit } from '../exitCodes.js'
import { list, text } from '../flags.js'
import { readInput } from '../input.js'
import type { Io } from '../io.js'

/** `fetch`: calls an API with the token, and prints the body. */
export const fetchCommand = defineCommand({
  name: 'fetch',
  summary: 'call an API with an access token',
  takes: 'URL',
  wordsMax: 1,
  examples: [
    [
      'list the users',
      'pkjwt fetch /api/v1/users --org example.okta.com --client-id 0oa1 --key private-key.jwk --scope okta.users.read',
    ],
    ['with a saved connection', 'pkjwt fetch /api/v1/users --connection prod --cache'],
    ['change something', 'pkjwt fetch /api/v1/groups --connection prod --method POST --data group.json'],
  ],
  flags: {
    ...connectFlags,
    method: text('Input', 'METHOD', 'GET by default, POST with --data', { short: 'X' }),
    data: text('Input', 'FILE', 'the body to send; JSON unless --header says otherwise', { isFile: true }),
    header: list('Input', 'NAME: VALUE', 'a header to send', { short: 'H' }),
  },
  ...connecting,
  notes: [
    'With --org, a URL that begins with / belongs to the organisation. The token is bought first, and once more when the API answers 401. An answer of 400 and above is printed too; the exit code is then 76, or 75 for 429 and 5xx.',
  ],
  async run({ flags, words: [url], io, talk }) {
    if (url === undefined)
      throw new CliError('argument_missing', 'Cannot call an API: no URL is named', { hint: 'Give the URL', showHelp: true })
    const connection = await readConnection(flags, { io, talk })
    const client = connect(flags, connection, { io, talk })
    try {
      return await readAnswer(url, await client.fetch(url, await readRequest(flags, io)))
    } finally {
      client.close()
    }
  },
})

async function readRequest(
  { method, data, header }: { method: string | undefined; data: string | undefined; header: readonly string[] },
  io: Io,
): Promise<RequestInit> {
  const headers = Object.fromEntries(header.map(readHeader))
  if (data === undefined) return { method: method ?? 'GET', headers: { accept: 'application/json', ...headers } }
  const body = new Uint8Array(await readInput(data, 'the body', io))
  return {
    method: method ?? 'POST',
    body,
    headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
  }
}

function readHeader(line: string): readonly [string, string] {
  const colon = line.indexOf(':')
  const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase()
  if (/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) return [name, line.slice(colon + 1).trim()]
  throw new CliError('flag_value_invalid', 'Cannot use --header: there is no name before a colon', {
    hint: 'Write --header "Accept: text/csv"',
  })
}

async function readAnswer(url: string, response: Response): Promise<Outcome> {
  const { status, headers } = response
  const body = await response.text()
  const isJson = /\bjson\b/.test(headers.get('content-type') ?? '')
  const data = { status, body: isJson ? (tryJson(body) ?? body) : body }
  if (status < 400) return { text: body, data }
  const passes = status === 429 || status >= 500
  const error = {
    code: passes ? 'api_failed' : 'api_refused',
    message: `Cannot call ${JSON.stringify(url.slice(0, 200))}: the API answered ${status}`,
    hint: hintOf(status),
  }
  return { ok: false, text: body, data, error, exitCode: passes ? exit.tryAgain : exit.serverRefused }
}

function hintOf(status: number): string {
  if (status === 401)
    return 'The API does not take the token: check that it belongs to this organisation, and run pkjwt inspect on it'
  if (status === 403) return 'The token lacks a scope, or the app lacks an admin role: both are granted in the console'
  if (status === 404) return 'Check the URL'
  return status === 429 || status >= 500 ? 'Try again later' : 'Read what the API says in its body'
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
