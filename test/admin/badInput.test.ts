import type { TestServer } from '@pkjwt/server/testing'
import { generateKey, type SigningKey } from 'pkjwt/keys'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { texts } from '../../packages/server/src/admin/texts.js'
import { type Call, startAdminServer, superCaller } from './support.js'

// What people and programs send that no API of Okta takes: always an answer in its shape, and never a failure of the server.

let server: TestServer
let call: Call
let key: SigningKey
let clientId: string
const failures: string[] = []

beforeAll(async () => {
  server = await startAdminServer({ onLog: ({ level, message = '' }) => void (level === 'error' && failures.push(message)) })
  call = superCaller(server)
  key = await generateKey({ alg: 'ES256' })
  clientId = (await server.addApp({ grants: [], roles: [] })).clientId
})

afterAll(() => server.close())

function causesOf(body: Record<string, unknown>): readonly string[] {
  return (body['errorCauses'] as { errorSummary: string }[]).map(({ errorSummary }) => errorSummary)
}

const ids = [
  ['an id of a user', '00u123'],
  ['a NUL', 'a%00b'],
  ['a path', '..%2f..'],
  ['an emoji', '%F0%9F%98%80'],
  ['SQL', "'; drop table apps;--"],
  ['a member of every object', '__proto__'],
  ['half a surrogate pair', '%ED%A0%80'],
  ['a broken escape', '%zz'],
  ['a hundred and fifty characters', 'x'.repeat(150)],
  ['two hundred and fifty characters', 'x'.repeat(250)],
] as const

describe.each(ids)('%s as an id', (_name, id) => {
  it.each([
    ['GET', (each: string) => `/api/v1/apps/${each}`],
    ['DELETE', (each: string) => `/oauth2/v1/clients/${each}`],
    ['GET', (each: string) => `/api/v1/apps/${clientId}/credentials/jwks/${each}`],
    ['DELETE', (each: string) => `/api/v1/apps/${clientId}/grants/${each}`],
    ['DELETE', (each: string) => `/oauth2/v1/clients/${clientId}/roles/${each}`],
  ] as const)('is of nothing: %s 404', async (method, path) => {
    const { status, body } = await call(method, path(id))
    expect([status, body['errorCode']]).toEqual([404, 'E0000007'])
  })
})

describe('a cursor that no list gave', () => {
  it.each(['/api/v1/apps', '/oauth2/v1/clients', '/api/v1/users', '/api/v1/logs'])('%s?after=: 400', async (path) => {
    const { status, body } = await call('GET', `${path}?after=a%00b`)
    expect([status, body['errorCode'], ...causesOf(body)]).toEqual([400, 'E0000001', texts.cursorUnknown])
  })

  it('of the log is told from one that it gave', async () => {
    expect(causesOf((await call('GET', '/api/v1/logs?after=anything')).body)).toEqual([texts.cursorUnknown])
  })
})

describe('a key that cannot be registered', () => {
  const jwk = (rest: object) => () => ({ ...key.publicKey.jwk, ...rest })
  it.each([
    ['without a type', () => ({}), texts.keyTypeMissing],
    ['as a set', () => ({ keys: [key.publicKey.jwk] }), texts.keyTypeMissing],
    ['with a kid of several lines', jwk({ kid: 'a\nb' }), texts.kidUnusable],
    ['with a NUL in its kid', jwk({ kid: 'a\u0000b' }), texts.kidUnusable],
    ['with half a surrogate pair as kid', jwk({ kid: '\ud800' }), texts.kidUnusable],
    ['with an empty kid', jwk({ kid: '' }), texts.kidUnusable],
    ['with a symmetric alg', jwk({ alg: 'HS256' }), texts.keyAlgUnfit],
    ['with the alg of another curve', jwk({ alg: 'ES384' }), texts.keyAlgUnfit],
    ['with a use that there is none', jwk({ use: 'both' }), "'use' must be sig or enc."],
    ['with a status that there is none', jwk({ status: 'OLD' }), "'status' must be ACTIVE or INACTIVE."],
    ['without kid beside another one', jwk({ kid: undefined }), texts.kidMissing],
    ['that is too small', () => ({ kty: 'RSA', n: 'AQAB', e: 'AQAB', kid: 'small' }), texts.keyTooSmall],
    ['that is private', jwk({ d: 'AAAA' }), texts.keyPrivate],
  ])('%s is refused with its cause', async (_name, body, cause) => {
    const answer = await call('POST', `/api/v1/apps/${clientId}/credentials/jwks`, body())
    expect([answer.status, answer.body['errorCode'], ...causesOf(answer.body)]).toEqual([400, 'E0000001', cause])
  })

  it('that is symmetric, or of a type that nobody knows, is refused', async () => {
    for (const body of [
      { kty: 'oct', k: 'AAAA' },
      { kty: 'XYZ', kid: 'x' },
    ]) {
      expect((await call('POST', `/api/v1/apps/${clientId}/credentials/jwks`, body)).status).toBe(400)
    }
  })
})

describe('members that nobody knows', () => {
  it.each([
    ['a grant', () => `/api/v1/apps/${clientId}/grants`, () => ({ scopeId: 'okta.users.read', issuer: server.org, until: 'x' })],
    ['a role', () => `/oauth2/v1/clients/${clientId}/roles`, () => ({ type: 'SUPER_ADMIN', until: 'x' })],
  ])('of %s are refused', async (_name, path, body) => {
    const answer = await call('POST', path(), body())
    expect([answer.status, ...causesOf(answer.body)]).toEqual([400, 'until: is not known here'])
  })
})

it('none of it made the server fail', () => {
  expect(failures).toEqual([])
})
