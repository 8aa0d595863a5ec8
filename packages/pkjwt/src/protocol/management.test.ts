import { describe, expect, it } from 'vitest'
import { RefusedError, UnavailableError } from '../errors.js'
import {
  managementPaths as paths,
  readKeyList,
  readList,
  readListed,
  readListedKey,
  readManagementAnswer,
  writeAppRequest,
  writeGrantRequest,
  writeRoleRequest,
} from './management.js'
import type { RawResponse } from './tokenResponse.js'

const answer = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): RawResponse => ({
  status,
  header: (name) => headers[name],
  body: typeof body === 'string' ? body : JSON.stringify(body),
})
const read = (response: RawResponse) => readManagementAnswer(response, 'add the key')

/** What a call throws. */
function failure(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new TypeError('nothing was thrown')
}

const unusable = (state: string) =>
  expect.objectContaining({
    code: 'server_answer_invalid',
    message: `Cannot use the answer of the management API: ${state}`,
    hint: 'Check that the address is that of an organisation, and that no proxy answers in its place',
  })

describe('the paths of the management API', () => {
  it('are those of Okta, and an id cannot leave its place in them', () => {
    expect([
      paths.apps,
      paths.app('a/b'),
      paths.appLifecycle('a', 'activate'),
      paths.keys('a'),
      paths.key('a', 'k?'),
      paths.keyLifecycle('a', 'k', 'deactivate'),
      paths.grants('a'),
      paths.grant('a', '..#'),
      paths.client('a/b'),
      paths.roles('a'),
      paths.role('a', 'r/'),
    ]).toEqual([
      '/api/v1/apps',
      '/api/v1/apps/a%2Fb',
      '/api/v1/apps/a/lifecycle/activate',
      '/api/v1/apps/a/credentials/jwks',
      '/api/v1/apps/a/credentials/jwks/k%3F',
      '/api/v1/apps/a/credentials/jwks/k/lifecycle/deactivate',
      '/api/v1/apps/a/grants',
      '/api/v1/apps/a/grants/..%23',
      '/oauth2/v1/clients/a%2Fb',
      '/oauth2/v1/clients/a/roles',
      '/oauth2/v1/clients/a/roles/r%2F',
    ])
  })
})

describe('writeAppRequest()', () => {
  it('asks for a service app that signs, with its keys', () => {
    expect(writeAppRequest({ label: 'Nightly report', keys: [{ kty: 'EC' }] })).toEqual({
      name: 'oidc_client',
      label: 'Nightly report',
      signOnMode: 'OPENID_CONNECT',
      credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt', autoKeyRotation: true } },
      settings: {
        oauthClient: {
          application_type: 'service',
          grant_types: ['client_credentials'],
          response_types: ['token'],
          dpop_bound_access_tokens: false,
          jwks: { keys: [{ kty: 'EC' }] },
        },
      },
    })
  })

  it('asks for one with an id of its own, with proofs, and with its keys at a URL', () => {
    const written = writeAppRequest({
      label: 'A',
      clientId: '0oa1',
      jwksUri: 'https://app.example/keys',
      dpopBoundAccessTokens: true,
    })
    expect(written).toMatchObject({
      credentials: { oauthClient: { client_id: '0oa1' } },
      settings: { oauthClient: { dpop_bound_access_tokens: true, jwks_uri: 'https://app.example/keys' } },
    })
    expect(JSON.stringify(written)).not.toContain('"jwks"')
  })

  it('asks for one without keys', () => {
    expect(writeAppRequest({ label: 'A' })).toMatchObject({ settings: { oauthClient: { jwks: { keys: [] } } } })
  })
})

it('a grant and a role are asked for as Okta spells them', () => {
  expect(writeGrantRequest('okta.users.read', 'https://example.okta.com')).toEqual({
    scopeId: 'okta.users.read',
    issuer: 'https://example.okta.com',
  })
  expect(writeRoleRequest('SUPER_ADMIN')).toEqual({ type: 'SUPER_ADMIN' })
})

describe('what the API lists', () => {
  it('is read with its id, and all that was said of it', () => {
    expect(readListed({ id: 'a', x: 1 }, 'the app')).toEqual({ id: 'a', wire: { id: 'a', x: 1 } })
    expect(readList([{ id: 'a' }, { id: 'b' }], 'an app').map(({ id }) => id)).toEqual(['a', 'b'])
  })

  it.each([[undefined], [null], ['a'], [[]], [{}], [{ id: 1 }]])('is not read from %j', (body) => {
    expect(() => readListed(body, 'the app')).toThrow(unusable('the app has no "id"'))
    expect(() => readListed(body, 'the app')).toThrow(UnavailableError)
  })

  it('is no list when it is an object, or a list of something else', () => {
    expect(() => readList({ id: 'a' }, 'apps')).toThrow(unusable('it is no list of apps'))
    expect(() => readList([{ id: 'a' }, {}], 'an app')).toThrow(unusable('an app has no "id"'))
  })
})

describe('the keys of an app', () => {
  it('are read in each of the three forms that Okta’s documents tell of', () => {
    const keys = [{ id: 'a' }, { id: 'b' }]
    for (const body of [keys, { keys }, { jwks: { keys } }]) expect(readKeyList(body).map(({ id }) => id)).toEqual(['a', 'b'])
  })

  it.each([[undefined], [{}], [{ keys: {} }], [{ jwks: {} }], [{ jwks: [{ id: 'a' }] }], ['keys']])(
    'are not read from %j',
    (body) => {
      expect(() => readKeyList(body)).toThrow(unusable('it is no list of keys'))
    },
  )

  it('are active unless they say otherwise, and have a name when they say one', () => {
    expect(readListedKey({ id: 'a', kid: 'one', status: 'INACTIVE' })).toMatchObject({ id: 'a', kid: 'one', status: 'INACTIVE' })
    expect(readListedKey({ id: 'a', kid: null, status: 'ACTIVE' })).toMatchObject({ kid: undefined, status: 'ACTIVE' })
    expect(readListedKey({ id: 'a' })).toEqual({ id: 'a', kid: undefined, status: 'ACTIVE', wire: { id: 'a' } })
    expect(() => readListedKey({ kid: 'one' })).toThrow(unusable('a key has no "id"'))
  })
})

describe('readManagementAnswer() gives', () => {
  it.each([200, 201, 299])('the body of %i', (status) => {
    expect(read(answer(status, { id: 'a' }))).toEqual({ id: 'a' })
  })

  it('nothing for an empty body', () => {
    expect(read(answer(204, ''))).toBeUndefined()
    expect(read(answer(200, ' \n'))).toBeUndefined()
  })
})

describe('readManagementAnswer() refuses', () => {
  it('a yes that is no JSON', () => {
    expect(() => read(answer(200, '<html>'))).toThrow(unusable('it is no JSON'))
  })

  it('a no, with Okta’s code and every cause', () => {
    const body = {
      errorCode: 'E0000001',
      errorSummary: 'Api validation failed. See jwks.',
      errorId: 'oae1',
      errorCauses: [{ errorSummary: 'kid: taken.' }, { other: 1 }, 'x', { errorSummary: 7 }, { errorSummary: 'No room' }],
    }
    const error = failure(() => read(answer(400, body)))
    expect(error).toBeInstanceOf(RefusedError)
    expect(error).toMatchObject({
      by: 'server',
      message: 'Cannot add the key: the server answered 400 E0000001: Api validation failed. See jwks: kid: taken: No room',
      status: 400,
      error: 'E0000001',
      error_description: 'Api validation failed. See jwks. kid: taken. No room',
      requestId: 'oae1',
      hint: 'Read what the server says, and mend the request',
    })
  })

  it('a no without a word', () => {
    expect(failure(() => read(answer(400, '')))).toMatchObject({
      message: 'Cannot add the key: the server answered 400',
      error: undefined,
      error_description: undefined,
      requestId: undefined,
    })
  })

  it('a no whose causes are no list', () => {
    expect(failure(() => read(answer(400, { errorCode: 'E', errorCauses: 'x' })))).toMatchObject({
      message: 'Cannot add the key: the server answered 400 E',
    })
  })

  it('a cause of more than a thousand characters, by cutting it', () => {
    const body = { errorCode: 'E', errorCauses: [{ errorSummary: 'x'.repeat(1001) }] }
    expect(failure(() => read(answer(400, body)))).toMatchObject({ error_description: 'x'.repeat(1000) })
  })

  it('with the request id of the header before that of the body', () => {
    const headers = { 'x-okta-request-id': 'req1' }
    expect(failure(() => read(answer(400, { errorCode: 'E', errorId: 'oae1' }, headers)))).toMatchObject({ requestId: 'req1' })
  })

  it.each([
    [401, 'Check who asks'],
    [403, 'It takes an admin role and the scope'],
    [404, 'Check the id of the app'],
    [409, 'Read what the server says'],
    [302, 'Read what the server says'],
    [199, 'Read what the server says'],
    [300, 'Read what the server says'],
  ])('%i with advice', (status, hint) => {
    expect(failure(() => read(answer(status, {})))).toMatchObject({
      code: 'refused_by_server',
      hint: expect.stringContaining(hint),
    })
  })

  it('apart from what may pass', () => {
    const headers = { 'retry-after': '7' }
    expect(failure(() => read(answer(429, { errorCode: 'E0000047' }, headers)))).toMatchObject({
      code: 'server_busy',
      message: 'Cannot add the key: the server answered 429: it says to wait',
      retryAfterSeconds: 7,
    })
    expect(failure(() => read(answer(500, { errorCode: 'E0000009' }, headers)))).toMatchObject({
      code: 'server_failed',
      message: 'Cannot add the key: the server answered 500 E0000009',
      retryAfterSeconds: 7,
    })
    expect(failure(() => read(answer(503, '<html>')))).toMatchObject({
      code: 'server_failed',
      message: 'Cannot add the key: the server answered 503',
    })
    expect(failure(() => read(answer(499, {})))).toMatchObject({ code: 'refused_by_server' })
  })
})
