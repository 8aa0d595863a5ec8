import { beforeAll, describe, expect, it } from 'vitest'
import { encodeBase64urlText } from '../encoding/base64url.js'
import { readDraftJwt } from '../jwt/parse.js'
import { algorithmNames } from '../keys/algorithms.js'
import type { PublicKey } from '../keys/key.js'
import { generateKey } from '../keys/privateKey.js'
import { type ProofFacts, proofAlgorithms, proofRules } from './proof.js'
import { checkRules, type Finding } from './rule.js'

const now = 1_770_091_506
const url = 'https://example.okta.com/oauth2/v1/token'

let key: PublicKey
beforeAll(async () => {
  key = (await generateKey({ alg: 'ES256' })).publicKey
})

interface Changes {
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
  readonly facts?: Partial<ProofFacts>
}

/** The findings about a proof that is right but for the changes; `undefined` removes a member. */
function examine({ header, claims, facts }: Changes = {}): Finding[] {
  const encoded = (value: object) => encodeBase64urlText(JSON.stringify(value))
  const text = `${encoded({ typ: 'dpop+jwt', alg: 'ES256', ...header })}.${encoded({ jti: 'a', htm: 'POST', htu: url, iat: now, ...claims })}.AA`
  return checkRules(
    { proofs: [text], jwt: readDraftJwt(text), key, good: true, method: 'POST', urls: [url], now, remembered: true, ...facts },
    proofRules,
  )
}

const idsOf = (changes: Changes) => examine(changes).map(({ id }) => id)

describe('a DPoP proof', () => {
  it('is in order', () => {
    expect(examine()).toEqual([])
  })

  it('is one', () => {
    expect(idsOf({ facts: { proofs: [] } })).toEqual(['proof-missing'])
    expect(examine({ facts: { proofs: ['a', 'b'] } })).toMatchObject([{ id: 'proof-several', found: '2 proofs' }])
  })

  it('is a compact JWT, and nothing else is said of what is none', () => {
    expect(examine({ facts: { jwt: readDraftJwt('a.b') } })).toMatchObject([
      {
        id: 'proof-form',
        found: expect.stringContaining('2 parts'),
        message: expect.stringContaining('cannot be read: it has 2 parts'),
      },
    ])
  })

  it('says nothing while only its number is known', () => {
    const facts = { jwt: undefined, key: undefined, good: undefined, remembered: undefined }
    const asked = { acceptsNonce: () => false, accessTokenHash: 'h', boundTo: 'other' }
    expect(idsOf({ facts: { ...facts, ...asked } })).toEqual([])
    expect(idsOf({ facts: { ...facts, key: null } })).toEqual([])
  })

  it('was not used before', () => {
    expect(examine({ facts: { remembered: false } })).toMatchObject([{ id: 'proof-used', found: '"a"' }])
    expect(idsOf({ facts: { remembered: undefined } })).toEqual([])
  })
})

describe('the header of a proof', () => {
  it('says "dpop+jwt" in any letter case', () => {
    expect(idsOf({ header: { typ: 'DPoP+JWT' } })).toEqual([])
    for (const typ of ['JWT', '', 7, null, 'dpop+jwt ']) {
      expect(examine({ header: { typ } })).toMatchObject([
        {
          id: 'proof-typ',
          found: JSON.stringify(typ),
          message: 'The header says that this is a token of another kind',
          patch: { header: { typ: 'dpop+jwt' } },
        },
      ])
    }
  })

  it('says so at all', () => {
    const [finding] = examine({ header: { typ: undefined } })
    expect(finding).toMatchObject({ id: 'proof-typ', message: 'The header of the proof has no "typ"' })
    expect(finding).not.toHaveProperty('found')
  })

  it.each([...proofAlgorithms])('may name %s', (alg) => {
    expect(idsOf({ header: { alg } })).toEqual([])
  })

  it.each([...algorithmNames.filter((alg) => !proofAlgorithms.includes(alg)), 'none', 'HS256', 'es256', 7, null])(
    'may not name %j',
    (alg) => {
      expect(examine({ header: { alg } })).toMatchObject([
        { id: 'proof-alg', found: JSON.stringify(alg), expected: 'RS256, RS384, RS512, ES256, ES384, ES512' },
      ])
    },
  )

  it('names an algorithm', () => {
    const [finding] = examine({ header: { alg: undefined } })
    expect(finding?.id).toBe('proof-alg')
    expect(finding).not.toHaveProperty('found')
  })

  it.each(['crit', 'b64', 'zip'])('may not ask for an extension with "%s"', (member) => {
    expect(examine({ header: { [member]: null } })).toMatchObject([
      { id: 'proof-extension', member, found: 'null', fix: `Sign without "${member}"`, patch: { header: { [member]: null } } },
    ])
  })

  it('brings a key that can be used, whose signature holds', () => {
    expect(idsOf({ facts: { key: null, good: false } })).toEqual(['proof-key', 'proof-signature'])
    expect(idsOf({ facts: { good: false } })).toEqual(['proof-signature'])
    expect(idsOf({ facts: { good: undefined } })).toEqual([])
  })
})

describe('the claims of a proof', () => {
  it('name the method, letter by letter', () => {
    expect(examine({ claims: { htm: 'post' } })).toMatchObject([
      {
        id: 'proof-htm',
        found: '"post"',
        expected: 'POST',
        message: 'The claim "htm" of the proof is "post"',
        patch: { claims: { htm: 'POST' } },
      },
    ])
  })

  it.each(['htm', 'htu', 'iat', 'jti'])('are not without "%s"', (name) => {
    const [finding, more] = examine({ claims: { [name]: undefined } })
    expect(finding).toMatchObject({ id: `proof-${name}`, message: `The claim "${name}" of the proof is missing` })
    expect(finding).not.toHaveProperty('found')
    expect(more).toBeUndefined()
  })

  it.each([
    ['as it is', url],
    ['with its port, and scheme and host in upper case', 'HTTPS://EXAMPLE.OKTA.COM:443/oauth2/v1/token'],
    ['as another one that the endpoint has', 'http://localhost:8080/oauth2/v1/token'],
  ])('name the URL %s', (_, htu) => {
    expect(idsOf({ claims: { htu }, facts: { urls: [url, 'http://localhost:8080/oauth2/v1/token'] } })).toEqual([])
  })

  it.each([[`${url}?a=1`], [`${url}#a`], [`${url}/`], [`${url.slice(0, -1)}N`], ['no URL'], [''], [7], [null], [[url]]])(
    'do not name the URL %j',
    (htu) => {
      expect(examine({ claims: { htu } })).toMatchObject([
        { id: 'proof-htu', found: JSON.stringify(htu), expected: url, patch: { claims: { htu: url } } },
      ])
    },
  )

  it('are not older than five minutes, and at most ten seconds ahead', () => {
    expect(idsOf({ claims: { iat: now - 300 } })).toEqual([])
    expect(examine({ claims: { iat: now - 301 } })).toMatchObject([
      { id: 'proof-iat-past', found: expect.stringContaining('5 minutes 1 second ago'), expected: `at least ${now - 300}` },
    ])
    expect(idsOf({ claims: { iat: now + 10 } })).toEqual([])
    expect(examine({ claims: { iat: now + 11 } })).toMatchObject([
      { id: 'proof-iat-future', found: expect.stringContaining('11 seconds ahead'), expected: `at most ${now + 10}` },
    ])
  })

  it.each([String(now), 1.5, -1, null])('do not date themselves %j', (iat) => {
    const [finding] = examine({ claims: { iat } })
    expect(finding).toMatchObject({ id: 'proof-iat', found: JSON.stringify(iat) })
    expect(finding).not.toHaveProperty('patch')
  })

  it('are not expired, when they say when', () => {
    expect(idsOf({ claims: { exp: now + 1 } })).toEqual([])
    for (const exp of [now, now - 1, String(now + 60), null]) {
      expect(examine({ claims: { exp } })).toMatchObject([{ id: 'proof-exp', expected: `later than ${now}, or nothing` }])
    }
  })

  it('have a name of at most 256 bytes', () => {
    expect(idsOf({ claims: { jti: 'é'.repeat(128) } })).toEqual([])
    for (const jti of [`${'é'.repeat(128)}a`, '', 7, null, '\ud800']) {
      expect(examine({ claims: { jti } })).toMatchObject([
        { id: 'proof-jti', expected: 'a string that is not empty, at most 256 bytes' },
      ])
    }
  })

  it('hold the nonce of the server, where it gives one', () => {
    const facts = { acceptsNonce: (nonce: unknown) => nonce === 'right' }
    expect(idsOf({ claims: { nonce: 'right' }, facts })).toEqual([])
    expect(idsOf({ claims: { nonce: 'wrong' } })).toEqual([])
    expect(examine({ claims: { nonce: 'wrong' }, facts })).toMatchObject([
      { id: 'proof-nonce', found: '"wrong"', message: 'The nonce of the proof is not one that the server gave lately' },
    ])
    const [finding] = examine({ facts })
    expect(finding).toMatchObject({ id: 'proof-nonce', message: 'The proof carries no nonce' })
    expect(finding).not.toHaveProperty('found')
  })

  it('hold the hash of the access token that comes along', () => {
    const facts = { accessTokenHash: 'right' }
    expect(idsOf({ claims: { ath: 'right' }, facts })).toEqual([])
    expect(idsOf({ claims: { ath: 'wrong' } })).toEqual([])
    expect(examine({ claims: { ath: 'wrong' }, facts })).toMatchObject([{ id: 'proof-ath', found: '"wrong"', expected: 'right' }])
    expect(examine({ facts })).toMatchObject([{ id: 'proof-ath', message: 'The claim "ath" of the proof is missing' }])
  })
})

describe('a proof beside a token that is bound to a key', () => {
  it('is made with that key', () => {
    expect(idsOf({ facts: { boundTo: key.thumbprint } })).toEqual([])
    expect(examine({ facts: { boundTo: 'other' } })).toMatchObject([
      { id: 'proof-binding', found: `"${key.thumbprint}"`, expected: '"other"' },
    ])
    expect(idsOf({ facts: { boundTo: 'other', key: null } })).toEqual(['proof-key', 'proof-binding'])
  })
})

it('the findings about a proof come in the order of RFC 9449 §4.3', () => {
  expect(
    idsOf({
      header: { typ: 'JWT', alg: 'none', crit: [] },
      claims: { htm: 'GET', htu: 'x', iat: 'x', exp: 0, jti: '', ath: 'x', nonce: 'x' },
      facts: {
        proofs: ['a', 'b'],
        key: null,
        good: false,
        acceptsNonce: () => false,
        accessTokenHash: 'h',
        boundTo: 'x',
        remembered: false,
      },
    }),
  ).toEqual([
    'proof-several',
    'proof-typ',
    'proof-alg',
    'proof-extension',
    'proof-key',
    'proof-signature',
    'proof-htm',
    'proof-htu',
    'proof-iat',
    'proof-exp',
    'proof-jti',
    'proof-ath',
    'proof-binding',
    'proof-nonce',
    'proof-used',
  ])
})
