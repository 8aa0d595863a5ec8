import { beforeAll, describe, expect, it } from 'vitest'
import { signJwt } from '../jwt/sign.js'
import type { SigningKey } from '../keys/key.js'
import { generateKey } from '../keys/privateKey.js'
import { createAssertion } from './assertion.js'
import { type DiagnosisInput, type DiagnosisOptions, diagnose } from './diagnosis.js'
import { writeTokenRequest } from './tokenRequest.js'

const clientId = '0oa1'
const org = 'https://example.okta.com'
const endpoint = `${org}/oauth2/v1/token`
const seconds = 1_770_091_506
const now = new Date(seconds * 1000)

let key: SigningKey
let other: SigningKey
let assertion: string
beforeAll(async () => {
  ;[key, other] = await Promise.all([generateKey({ alg: 'ES256', kid: 'one' }), generateKey({ alg: 'ES256', kid: 'two' })])
  assertion = await createAssertion({ key, clientId, org, now, jti: 'a' })
})

const known = (): DiagnosisOptions => ({ keys: { keys: [key.publicKey] }, clientId, org, now })
const idsOf = async (input: DiagnosisInput, options: DiagnosisOptions = known()) =>
  (await diagnose(input, options)).findings.map(({ id }) => id)
const body = () => writeTokenRequest({ assertion, scopes: ['okta.users.read'] })
const answerAt = (time: number, status = 401) => `HTTP/1.1 ${status} X\r\nDate: ${new Date(time * 1000).toUTCString()}\r\n\r\n`
const invalidClient = '{"error":"invalid_client","error_description":"The client_assertion token is expired."}'

describe('diagnose() finds nothing', () => {
  it('in an assertion that is right', async () => {
    expect(await diagnose({ assertion }, known())).toMatchObject({ ok: true, findings: [] })
  })

  it('in a request that is right, as a form, as a curl command and as it came', async () => {
    const curl = `curl ${endpoint} -d '${body()}'`
    const seen = { method: 'POST', contentType: 'application/x-www-form-urlencoded', url: endpoint, body: body() }
    for (const request of [body(), curl, seen]) expect(await idsOf({ request })).toEqual([])
  })
})

describe('diagnose() judges', () => {
  it('and is not content with an error, but with a warning', async () => {
    const late = { ...known(), now: new Date((seconds + 301) * 1000) }
    expect(await diagnose({ assertion }, late)).toMatchObject({ ok: false, findings: [{ id: 'exp-past' }] })
    const unnamed = await createAssertion({ key, clientId, org, now, header: { kid: null } })
    expect(await diagnose({ assertion: unnamed }, known())).toMatchObject({ ok: true, findings: [{ id: 'kid-absent' }] })
  })

  it('by the limits of the profile, Okta’s unless another is named', async () => {
    const long = await createAssertion({ key, clientId, org, now, lifetimeSeconds: 3605, profile: 'rfc7523' })
    expect(await idsOf({ assertion: long })).toEqual(['exp-far'])
    expect(await idsOf({ assertion: long }, { ...known(), profile: 'rfc7523' })).toEqual(['exp-near-limit'])
  })

  it('with what the server would answer beside each error, and beside nothing else', async () => {
    const wrong = await createAssertion({ key, clientId: 'x', org, now, header: { kid: null } })
    const { findings } = await diagnose({ assertion: wrong }, known())
    expect(findings.map(({ id, refusal }) => [id, refusal?.status])).toEqual([
      ['iss-unknown', 401],
      ['kid-absent', undefined],
    ])
  })

  it('what comes first by what to mend first: errors, then warnings, in the order of the rulebook', async () => {
    const wrong = await signJwt(
      { alg: 'ES256', jwk: {} },
      { iss: clientId, sub: 'x', aud: [endpoint], exp: seconds, jti: 'a' },
      key,
    )
    expect(await idsOf({ assertion: `"${wrong}"` })).toEqual([
      'sub-mismatch',
      'exp-past',
      'token-dressed',
      'header-key',
      'aud-list',
      'kid-absent',
    ])
  })

  it('the client id of the form beside that of the assertion', async () => {
    expect(await idsOf({ request: `${body()}&client_id=x` })).toEqual(['client-id-mismatch'])
  })

  it('what is asked for, only where there is a request', async () => {
    expect(await idsOf({ request: body().replace('scope', 'scop') })).toEqual(['scope-missing'])
    expect(await idsOf({ request: body().replace('client_credentials', 'x') })).toEqual(['grant-type-unsupported'])
    expect(await idsOf({ request: `${body()}&grant_type=x` })).toEqual(['parameter-repeated'])
  })

  it('a signature with the private key, where the registered ones are not known', async () => {
    expect(await idsOf({ assertion }, { key, clientId, org, now })).toEqual([])
    expect(
      await idsOf({ assertion }, { key: { ...other, publicKey: { ...other.publicKey, kid: 'one' } }, clientId, org, now }),
    ).toEqual(['signature-mismatch'])
  })
})

describe('diagnose() knows what "aud" should be', () => {
  const elsewhere = async () => createAssertion({ key, clientId, audience: 'https://other.example/token', now })

  it('from the audience, before the organisation', async () => {
    expect(await idsOf({ assertion: await elsewhere() }, { ...known(), audience: 'https://other.example/token' })).toEqual([])
  })

  it('from the organisation: its endpoint, or its issuer', async () => {
    expect(await idsOf({ assertion: await elsewhere() })).toEqual(['aud-mismatch'])
    const atIssuer = await createAssertion({ key, clientId, org, now, profile: 'fapi2' })
    expect(await idsOf({ assertion: atIssuer }, { ...known(), profile: 'fapi2' })).toEqual([])
    expect(await idsOf({ assertion }, { ...known(), profile: 'fapi2' })).toEqual(['aud-mismatch'])
  })

  it('from the address of the request, where that is the rule', async () => {
    const { org: _, ...rest } = known()
    const request = { url: endpoint, body: `client_assertion=${await elsewhere()}` }
    expect(await idsOf({ request }, rest)).toContain('aud-mismatch')
    expect(await idsOf({ request }, { ...rest, profile: 'rfc7523' })).not.toContain('aud-mismatch')
  })

  it('or does not compare it', async () => {
    const { org: _, ...rest } = known()
    expect(await idsOf({ assertion: await elsewhere() }, rest)).toEqual([])
  })
})

describe('diagnose() puts every text where it belongs', () => {
  it('an answer or a request in the place of the token', async () => {
    expect(await idsOf({ assertion: invalidClient })).toEqual(['exp-past'])
    expect(await idsOf({ assertion: body() })).toEqual([])
  })

  it('an answer in the place of the request, and the other way round', async () => {
    expect(await idsOf({ request: invalidClient, response: body() })).toEqual(['exp-past'])
  })

  it('what stands in its own place before what does not', async () => {
    const expired = '{"error":"invalid_client","error_description":"The client_assertion token is expired."}'
    const used = '{"error":"invalid_client","error_description":"The client_assertion token has already been used."}'
    expect(await idsOf({ assertion: expired, response: used })).toEqual(['exp-past'])
    const response = { status: 401, header: () => undefined, body: used }
    expect(await idsOf({ assertion: expired, response })).toEqual(['jti-used'])
    expect(await idsOf({ assertion: body().replace('scope', 'scop'), request: { body: body() } })).toEqual([])
  })

  it('a token only in the place of the token', async () => {
    expect(await idsOf({ request: assertion })).toEqual(['input-unknown'])
  })

  it('an answer that is none as an answer all the same, when it is given as one', async () => {
    const { findings } = await diagnose({ assertion, response: 'Bad Gateway' }, known())
    expect(findings).toMatchObject([
      { id: 'answer-unknown', found: '"Bad Gateway"', message: expect.not.stringContaining('status') },
    ])
  })

  it('the token of the request, unless one is given', async () => {
    const expired = await createAssertion({ key, clientId, org, now: new Date(1_000_000) })
    expect(await idsOf({ request: `client_assertion=${expired}` })).toContain('exp-past')
    expect(await idsOf({ assertion, request: `client_assertion=${expired}` })).not.toContain('exp-past')
  })

  it('nothing at all', async () => {
    for (const input of [{}, { assertion: '' }]) {
      const { ok, findings } = await diagnose(input, known())
      expect(ok).toBe(false)
      expect(findings).toEqual([
        {
          id: 'input-unknown',
          severity: 'error',
          found: '""',
          expected: 'a token, a curl command, a form, or the answer of a server',
          message: 'There is nothing to look at',
          fix: 'Paste the assertion, the request, or what the server answered',
        },
      ])
    }
  })

  it('something that is none of them, of which it shows the first 200 characters', async () => {
    const { findings } = await diagnose({ request: 'x'.repeat(1000) }, known())
    expect(findings[0]).toMatchObject({
      id: 'input-unknown',
      found: `"${'x'.repeat(198)}…`,
      message: 'This is neither a token nor a request nor the answer of a server',
    })
    expect((await diagnose({ assertion, request: 'x' }, known())).findings.map(({ id }) => id)).toEqual(['input-unknown'])
  })
})

describe('diagnose() observes', () => {
  it('that the token came with something around it, but for a line break at the end', async () => {
    expect(await idsOf({ assertion: `${assertion}\n` })).toEqual([])
    const { findings } = await diagnose({ assertion: `Bearer "${assertion}"` }, known())
    expect(findings.find(({ id }) => id === 'token-dressed')).toMatchObject({
      severity: 'warning',
      expected: 'the token alone',
      fix: 'Send the token alone',
    })
    const { findings: quoted } = await diagnose({ assertion: `'${assertion.slice(0, 9)}\n${assertion.slice(9)}'` }, known())
    expect(quoted).toMatchObject([
      {
        id: 'token-dressed',
        found: 'quotes, a line break inside',
        message: 'The token came with quotes and a line break inside: a server would refuse it so',
      },
    ])
  })

  it.each([
    ['an access token', { typ: 'at+jwt' }, {}],
    ['an ID token', {}, { nonce: 'n' }],
    ['a DPoP proof', { typ: 'dpop+jwt' }, {}],
    ['a request object', {}, { response_type: 'code' }],
  ])('that it is %s, before everything else', async (kind, header, claims) => {
    const token = await signJwt({ alg: 'ES256', kid: 'one', ...header }, { exp: 0, ...claims }, key)
    const [first] = (await diagnose({ assertion: token }, known())).findings
    expect(first).toEqual({
      id: 'token-kind',
      severity: 'warning',
      found: kind.replace(/^an? /, ''),
      expected: 'client assertion',
      message: `This is ${kind}, not a client assertion`,
      fix: 'Paste the JWT that is sent as "client_assertion"',
    })
  })

  it('nothing about the kind of what has none', async () => {
    expect(await idsOf({ assertion: 'a.b' })).toEqual(['token-form'])
    const bare = await signJwt({ alg: 'ES256', kid: 'one' }, {}, key)
    expect(await idsOf({ assertion: bare })).not.toContain('token-kind')
  })

  it.each([
    [6, '6 seconds behind the server'],
    [-6, '6 seconds ahead of the server'],
    [-90, '1 minute 30 seconds ahead of the server'],
  ])('that the clocks differ by %i seconds', async (difference, found) => {
    const { findings } = await diagnose({ assertion, response: answerAt(seconds + difference) }, known())
    expect(findings.find(({ id }) => id === 'clock-skew')).toEqual({
      id: 'clock-skew',
      severity: 'warning',
      found,
      expected: 'the same time, give or take five seconds',
      message: 'The clock of this machine and that of the server differ',
      fix: 'Turn on time synchronisation',
    })
  })

  it.each([5, 0, -5])('nothing about clocks that differ by %i seconds', async (difference) => {
    expect(await idsOf({ assertion, response: answerAt(seconds + difference) })).not.toContain('clock-skew')
  })

  it('nothing about clocks where one of them is not known', async () => {
    const { now: _, ...rest } = known()
    expect(await idsOf({ assertion, response: answerAt(seconds + 600) }, rest)).not.toContain('clock-skew')
    expect(await idsOf({ assertion, response: 'HTTP/1.1 401 X\r\n\r\n' })).not.toContain('clock-skew')
  })

  it('the time of the answer, by which the server judged', async () => {
    expect(await idsOf({ assertion, response: answerAt(seconds + 299) })).not.toContain('exp-past')
    expect(await idsOf({ assertion, response: answerAt(seconds + 300) })).toContain('exp-past')
  })

  it('that the private key is not among the registered ones', async () => {
    const { findings } = await diagnose({ assertion }, { ...known(), key: other })
    expect(findings).toMatchObject([
      {
        id: 'key-unregistered',
        severity: 'error',
        member: 'jwks',
        found: `thumbprint ${other.publicKey.thumbprint}`,
        expected: `"one" with thumbprint ${key.publicKey.thumbprint}`,
        message: 'The public half of your private key is not among the registered keys',
        fix: 'Register the public key (pkjwt key public prints it)',
      },
    ])
    const several = { keys: [key.publicKey, { ...key.publicKey, kid: undefined }] }
    expect((await diagnose({ assertion }, { ...known(), key: other, keys: several })).findings[0]?.expected).toBe(
      `"one" with thumbprint ${key.thumbprint}, nothing with thumbprint ${key.thumbprint}`,
    )
    expect(await idsOf({ assertion }, { ...known(), key })).toEqual([])
    expect(await idsOf({ assertion }, { ...known(), key, keys: { keys: [other.publicKey, key.publicKey] } })).toEqual([])
  })

  it('that the request goes to another token endpoint than was named', async () => {
    const url = `${org}/oauth2/default/v1/token`
    const request = { url, method: 'POST', contentType: 'application/x-www-form-urlencoded', body: body() }
    expect((await diagnose({ request }, known())).findings).toMatchObject([
      {
        id: 'endpoint-mismatch',
        severity: 'warning',
        member: 'url',
        found: `"${url}"`,
        expected: `"${endpoint}"`,
        message: 'The request goes to another URL than the audience that you named',
        fix: 'Make the URL that is called and the audience the same',
      },
    ])
    const { org: _, ...rest } = known()
    expect(await idsOf({ request }, { ...rest, profile: 'rfc7523' })).not.toContain('endpoint-mismatch')
    expect(await idsOf({ request: { ...request, url: endpoint } })).toEqual([])
    expect(await idsOf({ request: { ...request, url: `${org}/api/v1/users` } })).toEqual([])
    expect(await idsOf({ request }, { ...known(), org: undefined, audience: undefined })).not.toContain('endpoint-mismatch')
  })
})

describe('diagnose() sets the answer against what it saw', () => {
  it('of the scopes that were asked for', async () => {
    const request = writeTokenRequest({ assertion, scopes: ['okta.users.read', 'okta.apps.read'] })
    const response = '{"access_token":"a","scope":"okta.users.read"}'
    expect(await idsOf({ request, response })).toEqual(['scope-narrowed', 'answer-success'])
  })

  it('of the header of the token', async () => {
    const response = '{"error":"invalid_client","error_description":"The client_assertion JWT kid is invalid."}'
    const { keys: _, ...rest } = known()
    expect(await idsOf({ assertion, response }, rest)).toEqual(['kid-unknown'])
    expect(await idsOf({ response }, rest)).toEqual(['kid-missing'])
  })

  it('after what it could make nothing of', async () => {
    const late = { ...known(), now: new Date((seconds + 301) * 1000) }
    expect(await idsOf({ assertion, request: 'x', response: invalidClient }, late)).toEqual(['input-unknown', 'exp-past'])
  })
})

describe('diagnose() ends with what it could not check', () => {
  const whats = async (input: DiagnosisInput, options: DiagnosisOptions) =>
    (await diagnose(input, options)).notChecked.map(({ what, add }) => `${what}: ${add}`)
  const request = 'The request: its form, grant type and scopes: Give the curl command or the form'
  const response =
    'What the server knows: the app and its state, its grants, and whether the "jti" was used: Give the answer of the server (--response)'
  const signature = 'Whether the signature fits the registered key: Give the public keys (--keys), or the private key (--key)'
  const registered = 'Whether this key is the registered one: Give the keys that the server holds (--keys)'
  const audience = 'Whether "aud" is the endpoint that is called: Give the organisation (--org) or the endpoint (--audience)'
  const client = 'Whether "iss" is the client id of the app: Give the client id (--client-id)'

  it('with a token alone', async () => {
    expect(await whats({ assertion }, {})).toEqual([signature, audience, client, request, response])
  })

  it('with everything known but the request and the answer', async () => {
    expect(await whats({ assertion }, known())).toEqual([request, response])
  })

  it('with the private key in place of the registered ones', async () => {
    expect(await whats({ assertion }, { ...known(), keys: undefined, key })).toEqual([registered, request, response])
  })

  it('with an answer alone', async () => {
    expect(await whats({ response: invalidClient }, {})).toEqual(['The assertion itself: Give the token', request])
  })

  it('with the private key and no token, or beside the registered ones', async () => {
    expect(await whats({ response: invalidClient }, { key })).toEqual(['The assertion itself: Give the token', request])
    expect(await whats({ assertion }, { ...known(), key })).toEqual([request, response])
  })

  it('with a request and an answer', async () => {
    expect(await whats({ request: body(), response: invalidClient }, known())).toEqual([])
  })
})
