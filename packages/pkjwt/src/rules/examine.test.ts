import { beforeAll, describe, expect, it } from 'vitest'
import { readDraftJwt } from '../jwt/parse.js'
import { signJwt } from '../jwt/sign.js'
import type { SigningKey } from '../keys/key.js'
import { generateKey } from '../keys/privateKey.js'
import { okta } from '../profiles/okta.js'
import { fapi2 } from '../profiles/rfc.js'
import { type Examination, type Examined, examine, signatureHolds } from './examine.js'
import { jwtBearerAssertionType } from './request.js'
import type { Profile } from './rule.js'

const now = 1_770_091_506
const clientId = '0oa1'
const audience = 'https://example.okta.com/oauth2/v1/token'

let key: SigningKey
let other: SigningKey
beforeAll(async () => {
  ;[key, other] = await Promise.all([generateKey({ alg: 'ES256', kid: 'one' }), generateKey({ alg: 'ES256', kid: 'two' })])
})

interface Changes {
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
  readonly signer?: SigningKey
}

const sign = ({ header, claims, signer = key }: Changes = {}) =>
  signJwt(
    { alg: 'ES256', kid: 'one', ...header },
    { iss: clientId, sub: clientId, aud: audience, exp: now + 60, jti: 'a', ...claims },
    signer,
  )

/** Examines a token as a server with one client does. */
async function judge(changes: Changes = {}, options: Partial<Examination> = {}): Promise<Examined> {
  const client = { clientId, keys: { keys: [key.publicKey] } }
  return examine({
    limits: okta,
    now,
    stopAtFirst: true,
    assertion: await sign(changes),
    audiencesFor: () => [audience],
    findClient: (id) => (id === clientId ? client : undefined),
    ...options,
  })
}

const idsOf = ({ findings }: Examined) => findings.map(({ id }) => id)
const unreachable = (what: string) => () => expect.unreachable(what)

describe('examine() gives what it learnt', () => {
  it('of an assertion that holds', async () => {
    const examined = await judge()
    expect(examined).toMatchObject({
      findings: [],
      limits: okta,
      client: { clientId },
      signatureChecked: true,
      signatureHolds: true,
    })
    expect(examined.key?.kid).toBe('one')
    expect(examined.keys?.keys).toHaveLength(1)
    expect(examined.jwt?.claims?.['iss']).toBe(clientId)
  })

  it('of nothing at all', async () => {
    expect(await examine({ limits: okta, now, stopAtFirst: false })).toEqual({
      findings: [],
      limits: okta,
      jwt: undefined,
      client: undefined,
      keys: undefined,
      key: undefined,
      signatureChecked: false,
      signatureHolds: false,
    })
  })

  it('of a signature that does not hold', async () => {
    const examined = await judge({ signer: other })
    expect(idsOf(examined)).toEqual(['signature-mismatch'])
    expect(examined).toMatchObject({ signatureChecked: true, signatureHolds: false })
  })

  it('of a signature that nobody looked at', async () => {
    expect(await judge({ header: { kid: 'three' } })).toMatchObject({ signatureChecked: false, signatureHolds: false })
  })
})

describe('examine() as a server', () => {
  const request = {
    method: 'POST',
    contentType: 'application/x-www-form-urlencoded',
    parameters: [
      ['client_assertion_type', jwtBearerAssertionType],
      ['client_assertion', 'a'],
    ] as const,
    queryNames: [],
    authorization: undefined,
    encodingFault: undefined,
  }

  it.each([
    ['the request', { options: { request: { ...request, method: 'GET' } }, id: 'request-method' }],
    ['the shape', { changes: { header: { typ: 'x' } }, id: 'header-typ' }],
  ])('ends at a fault of %s, before anybody is asked for the client', async (_, { changes, options, id }: Fault) => {
    const findClient = unreachable('asked for the client too early')
    expect(idsOf(await judge(changes, { ...options, findClient }))).toEqual([id])
  })

  it.each([
    ['the client', { changes: { claims: { iss: 'nobody', sub: 'nobody' } }, id: 'iss-unknown' }],
    ['the claims', { changes: { claims: { exp: now } }, id: 'exp-past' }],
    ['the algorithm', { changes: { header: { alg: 'PS256' } }, id: 'alg-profile' }],
  ])('ends at a fault of %s, before anybody is asked for keys', async (_, { changes, id }: Fault) => {
    const client = { clientId, keys: unreachable('asked for keys too early') }
    const findClient = (wanted: string) => (wanted === clientId ? client : undefined)
    expect(idsOf(await judge(changes, { findClient }))).toEqual([id])
  })

  it.each([
    ['the key', { changes: { header: { kid: 'three' } }, id: 'kid-unknown' }],
    ['the signature', { changes: { signer: 'other' as const }, id: 'signature-mismatch' }],
  ])('ends at a fault of %s, before anything is remembered', async (_, { changes, id }) => {
    const wrong = { ...changes, signer: 'signer' in changes ? other : key }
    const remember = unreachable('remembered too early')
    expect(idsOf(await judge(wrong, { remember, use: { requested: true } }))).toEqual([id])
  })

  it('remembers what holds, and refuses it the second time before it looks at what is asked for', async () => {
    const use = { requested: true }
    expect(idsOf(await judge({}, { remember: async () => 'first', use }))).toEqual(['grant-type-missing', 'scope-missing'])
    const again = await judge({}, { remember: async () => 'again', use })
    expect(again.findings).toMatchObject([{ id: 'jti-used', found: '"a"' }])
    expect(idsOf(await judge({}, { remember: async () => undefined }))).toEqual([])
  })

  it('remembers nothing whose signature nobody could check', async () => {
    const remember = unreachable('remembered without a signature')
    expect(idsOf(await judge({}, { findClient: undefined, remember }))).toEqual([])
    expect(idsOf(await examine({ limits: okta, now, stopAtFirst: true, remember }))).toEqual([])
  })

  it('compares no audience where none is known', async () => {
    expect(idsOf(await judge({ claims: { aud: 'elsewhere' } }))).toEqual(['aud-mismatch'])
    expect(idsOf(await judge({ claims: { aud: 'elsewhere' } }, { audiencesFor: undefined }))).toEqual([])
  })

  it('remembers what holds with a warning', async () => {
    const examined = await judge({ header: { kid: undefined } }, { remember: async () => 'again' })
    expect(idsOf(examined)).toEqual(['kid-absent', 'jti-used'])
  })

  it('takes the limits of the client before its own, for the audience too', async () => {
    const client = { clientId, keys: { keys: [key.publicKey] }, limits: fapi2 }
    const examined = await judge(
      { claims: { exp: now + 311 } },
      { findClient: () => client, audiencesFor: ({ audience: whose }) => [whose === 'issuer' ? audience : 'elsewhere'] },
    )
    expect(idsOf(examined)).toEqual(['exp-far'])
    expect(examined.limits).toBe(fapi2)
  })

  it('asks for the client only when "iss" is a text', async () => {
    const findClient = unreachable('asked for a client without a name')
    expect(idsOf(await judge({ claims: { iss: 7 } }, { findClient }))).toEqual(['iss-missing'])
  })

  it('refuses a deactivated app after its name, and before its claims', async () => {
    const client = { clientId, active: false, keys: { keys: [key.publicKey] } }
    const findClient = () => client
    expect(idsOf(await judge({ claims: { sub: 'x' } }, { findClient }))).toEqual(['sub-mismatch'])
    expect(idsOf(await judge({ claims: { exp: now } }, { findClient }))).toEqual(['client-inactive'])
    expect(idsOf(await judge({}, { formClientId: 'x' }))).toEqual(['client-id-mismatch'])
    expect(idsOf(await judge({}, { expectedClientId: 'x' }))).toEqual(['iss-unknown'])
  })

  it.each([
    ['keys that it gets at once', async () => ({ keys: [key.publicKey] }), []],
    ['keys that cannot be had', async () => ({ fault: 'unavailable' as const, detail: 'away' }), ['keys-unavailable']],
  ])('waits for %s', async (_, keys, ids) => {
    const examined = await judge({}, { findClient: () => ({ clientId, keys }) })
    expect(idsOf(examined)).toEqual(ids)
    expect(examined.keys?.keys).toHaveLength(ids.length === 0 ? 1 : 0)
  })

  it('wants a "kid" where the client’s limits do', async () => {
    const limits: Profile = { ...okta, headerRequired: ['kid'] }
    expect(idsOf(await judge({ header: { kid: undefined } }, { limits }))).toEqual(['header-missing'])
  })
})

describe('signatureHolds()', () => {
  it('asks the key, and only about what it may be asked', async () => {
    const jwt = readDraftJwt(await sign())
    const credulous = { ...key.publicKey, verify: () => true }
    expect(await signatureHolds(jwt, credulous)).toBe(true)
    expect(await signatureHolds(jwt, { ...credulous, verify: () => false })).toBe(false)
    for (const header of [undefined, {}, { alg: 'none' }, { alg: 'ES384' }]) {
      expect(await signatureHolds({ ...jwt, header }, credulous)).toBe(false)
    }
    expect(await signatureHolds({ ...jwt, signature: undefined }, credulous)).toBe(false)
  })
})

describe('examine() for people', () => {
  const diagnose = (changes: Changes, options: Partial<Examination> = {}) =>
    judge(changes, { stopAtFirst: false, findClient: undefined, keys: { keys: [key.publicKey, other.publicKey] }, ...options })

  it('collects the findings of every stage', async () => {
    const examined = await diagnose(
      { header: { typ: 'x' }, claims: { iss: undefined, exp: now }, signer: other },
      { use: { requested: true, grantType: 'x', scope: 'openid' } },
    )
    expect(idsOf(examined)).toEqual([
      'header-typ',
      'iss-missing',
      'exp-past',
      'signature-mismatch',
      'grant-type-unsupported',
      'scope-openid',
    ])
  })

  it('does not remember what has an error', async () => {
    const remember = unreachable('remembered an assertion with an error')
    expect(idsOf(await diagnose({ claims: { exp: now } }, { remember }))).toEqual(['exp-past'])
  })

  it('tells which key signed, when "kid" names none or another', async () => {
    const explainSignature = async () => ({ signedBy: other.publicKey })
    const unknown = await diagnose({ header: { kid: 'three' }, signer: other }, { explainSignature })
    expect(unknown.findings).toMatchObject([{ id: 'kid-unknown', patch: { header: { kid: 'two' } } }])
    const wrong = await diagnose({ signer: other }, { explainSignature })
    expect(wrong.findings).toMatchObject([{ id: 'signature-mismatch', patch: { header: { kid: 'two' } } }])
  })

  it('does not look closer at a signature that holds', async () => {
    const explainSignature = unreachable('looked closer for nothing')
    expect(idsOf(await diagnose({}, { explainSignature }))).toEqual([])
  })

  it('says nothing of the signature where there is no key to try, and of the key where none is given', async () => {
    expect(idsOf(await diagnose({}, { keys: undefined }))).toEqual([])
    expect(idsOf(await diagnose({ header: { kid: 'three' } }))).toEqual(['kid-unknown'])
  })

  it('says of a header that cannot be read what it says of it, and judges the claims all the same', async () => {
    const [, claims, signature] = (await sign({ claims: { exp: now } })).split('.')
    const examined = await diagnose({}, { assertion: `=.${claims}.${signature}` })
    expect(idsOf(examined)).toEqual(['token-encoding', 'exp-past'])
    expect(examined.signatureHolds).toBe(false)
  })

  it('says of claims that cannot be read no more than that', async () => {
    const [header, , signature] = (await sign()).split('.')
    const examined = await diagnose({}, { assertion: `${header}.=.${signature}` })
    expect(idsOf(examined)).toEqual(['token-encoding', 'signature-mismatch'])
  })
})

interface Fault {
  readonly changes?: Changes
  readonly options?: Partial<Examination>
  readonly id: string
}
