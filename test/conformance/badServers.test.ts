import type { IncomingMessage, ServerResponse } from 'node:http'
import { generateKey, type SigningKey } from 'pkjwt/keys'
import { beforeAll, describe, expect, test } from 'vitest'
import { conformanceCases } from '../../packages/cli/src/conformance/cases/cases.js'
import { seedApp, startHttpServer } from '../server/support.js'
import { call, type Graded, grade, startBareServer } from './support.js'

let key: SigningKey
beforeAll(async () => {
  key = await generateKey({ alg: 'ES256', kid: 'first' })
})

type Listener = (request: IncomingMessage, response: ServerResponse, body: string) => unknown

const tokenBody = '{"token_type":"Bearer","expires_in":60,"access_token":"t"}'

function answer(response: ServerResponse, status: number, body: string, type = 'application/json'): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
}

/** Runs the kit against a listener. Nothing here may take long: the deadline is two seconds. */
async function gradeAgainst(
  listener: Listener,
  flags: readonly string[] = ['--deadline', '2s'],
): Promise<Graded & { seconds: number }> {
  await using server = await startBareServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => void listener(request, response, body))
  })
  const startedAt = performance.now()
  const graded = await grade([server.url], { key, flags: ['--profile', 'okta', ...flags] })
  return { ...graded, seconds: (performance.now() - startedAt) / 1000 }
}

/** Answers rightly for a while, and then otherwise. */
function after(count: number, listener: Listener): Listener {
  let seen = 0
  return (request, response, body) => {
    seen += 1
    if (seen <= count) answer(response, 200, tokenBody)
    else void listener(request, response, body)
  }
}

test('a server that accepts everything fails every case that should be refused, and no other', async () => {
  const { code, ok, cases, error } = await gradeAgainst((_, response) => answer(response, 200, tokenBody), [])
  expect({ code, ok, error }).toEqual({ code: 1, ok: false, error: undefined })
  const accepting = new Set(conformanceCases.filter(({ wanted }) => wanted === 'accepted').map(({ id }) => id))
  const own = cases.filter(({ group }) => group !== 'replay' && group !== 'answers')
  expect(own.length).toBeGreaterThan(120)
  expect(own.filter(({ id, verdict }) => verdict !== (accepting.has(id) ? 'right' : 'accepted'))).toEqual([])
  expect(cases.filter(({ group }) => group === 'answers').map(({ verdict }) => verdict)).toEqual(['right', 'right'])
})

test('a server that refuses everything but the right request with one text is told from one that is right', async () => {
  let seen = 0
  const { code, cases } = await gradeAgainst(
    (_, response) => {
      seen += 1
      if (seen === 1) answer(response, 200, tokenBody)
      else answer(response, 400, '{"error":"invalid_grant"}')
    },
    ['--only', 'client'],
  )
  expect(code).toBe(1)
  expect(new Set(cases.map(({ verdict }) => verdict))).toEqual(new Set(['refused-otherwise', 'refused']))
})

test('a server whose clock is two hours ahead is tested by its clock', async () => {
  const aheadMilliseconds = 7_200_000
  const { code, cases, error } = await gradeAgainst(
    (_, response, body) => {
      const now = Date.now() + aheadMilliseconds
      response.setHeader('date', new Date(now).toUTCString())
      const [, claims = ''] = (new URLSearchParams(body).get('client_assertion') ?? '').split('.')
      const { exp } = JSON.parse(Buffer.from(claims, 'base64url').toString() || '{}')
      if (exp > now / 1000 && exp <= now / 1000 + 3600) answer(response, 200, tokenBody)
      else answer(response, 401, JSON.stringify({ error: 'invalid_client' }))
    },
    ['--only', 'claims'],
  )
  expect({ code, error }).toEqual({ code: 1, error: undefined })
  const verdicts = new Map(cases.map(({ id, verdict }) => [id, verdict]))
  expect(verdicts.get('exp-past/some-seconds-to-live')).toBe('right')
  expect(verdicts.get('exp-far/some-seconds-below-the-maximum')).toBe('right')
  expect(verdicts.get('exp-past/expired-some-seconds-beyond-the-tolerance')).toBe('refused-otherwise')
  expect(verdicts.get('exp-far/some-seconds-beyond-the-maximum')).toBe('refused-otherwise')
})

test('a server that calls the address that a token names is told', async () => {
  const { code, cases } = await gradeAgainst(
    async (_, response, body) => {
      const [header = ''] = (new URLSearchParams(body).get('client_assertion') ?? '').split('.')
      const { jku, kid } = JSON.parse(Buffer.from(header, 'base64url').toString() || '{}')
      if (jku?.startsWith('http://127.0.0.1:')) await fetch(jku)
      if (kid === 'first' && jku === undefined) answer(response, 200, tokenBody)
      else answer(response, 401, '{"error":"invalid_client"}')
    },
    ['--only', 'signature'],
  )
  expect(code).toBe(1)
  const baits = cases.filter(({ id }) => id.startsWith('bait/'))
  expect(baits.map(({ id, verdict, came }) => `${id} ${verdict}: ${came}`)).toEqual([
    'bait/jku accepted: the address was called; 401 invalid_client',
    'bait/x5u accepted: no call; 200, a token',
  ])
})

describe('a server that cannot be graded is told, and left alone', () => {
  test.each<[string, Listener, number, string]>([
    ['a web page', (_, response) => answer(response, 200, '<!doctype html><p>Hello', 'text/html'), 69, 'server_answer_invalid'],
    ['JSON of another kind', (_, response) => answer(response, 200, '{"hello":1}'), 69, 'server_answer_invalid'],
    ['404', (_, response) => answer(response, 404, ''), 69, 'server_answer_invalid'],
    ['a redirect', (_, response) => response.writeHead(302, { location: '/' }).end(), 69, 'server_answer_invalid'],
    ['no answer', () => undefined, 69, 'server_timeout'],
    ['headers and then nothing', (_, response) => response.writeHead(200).flushHeaders(), 69, 'server_timeout'],
    ['a cut connection', (_, response) => void response.destroy(), 69, 'server_unreachable'],
    ['an endless body', endless, 69, 'server_answer_invalid'],
    ['429', (_, response) => answer(response, 429, '{"error":"slow_down"}'), 75, 'server_busy'],
    ['500', (_, response) => answer(response, 500, ''), 75, 'server_failed'],
    ['a refusal', (_, response) => answer(response, 401, '{"error":"invalid_client"}'), 76, 'refused_by_server'],
  ])('%s', async (_name, listener, code, errorCode) => {
    const graded = await gradeAgainst(listener)
    expect(graded).toMatchObject({ code, ok: false, error: { code: errorCode } })
    expect(graded.cases).toEqual([])
    expect(graded.seconds).toBeLessThan(8)
  })
})

describe('a server that changes its mind ends the run with what is known so far', () => {
  test.each<[string, Listener, number, string]>([
    ['hangs', () => undefined, 69, 'server_timeout'],
    ['limits the rate', (_, response) => answer(response, 429, ''), 75, 'server_busy'],
    ['fails again and again', (_, response) => answer(response, 503, ''), 75, 'server_failed'],
  ])('%s', async (_name, listener, code, errorCode) => {
    const graded = await gradeAgainst(after(8, listener))
    expect(graded).toMatchObject({ code, ok: false, error: { code: errorCode } })
    expect(graded.cases.length).toBeGreaterThanOrEqual(7)
    expect(graded.seconds).toBeLessThan(8)
  })
})

test('the rate limit of our own server ends the run, and says how long to wait', async () => {
  await using server = await startHttpServer({ rateLimit: 20, seed: { apps: [seedApp('app', key)] } })
  const graded = await grade([`${server.url}/oauth2/v1/token`], { key, flags: ['--profile', 'okta'] })
  expect(graded).toMatchObject({
    code: 75,
    error: { code: 'server_busy', message: expect.stringMatching(/wait for \d+ seconds/) },
  })
})

describe('what is not tested is refused before anything is sent', () => {
  test.each([
    ['no endpoint', [], 'no token endpoint is named'],
    ['another machine', ['https://id.example.com/token'], 'not on this machine'],
    ['another machine in the clear', ['http://id.example.com/token', '--i-own-this-server'], 'in the clear'],
    ['credentials in the URL', ['http://a:b@127.0.0.1/token'], 'no URL of a token endpoint'],
    ['no URL', ['example.com'], 'no URL of a token endpoint'],
    [
      'the profile fapi2 without an issuer',
      ['http://127.0.0.1:9/t', '--profile', 'fapi2'],
      'the audience of this profile is the issuer',
    ],
  ])('%s', async (_name, words, sentence) => {
    const given = ['--client-id', 'app', '--key', 'key.jwk', '--scope', 's']
    const { code, stdout, stderr } = await call(['conformance', ...words, ...given])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(sentence)
  })
})

function endless(_request: unknown, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  const chunk = 'x'.repeat(65_536)
  const write = () => {
    while (!response.destroyed && response.write(chunk));
  }
  response.on('drain', write)
  write()
}
