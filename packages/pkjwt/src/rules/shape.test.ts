import { describe, expect, it } from 'vitest'
import { encodeBase64urlText } from '../encoding/base64url.js'
import { readDraftJwt, tokenCharactersMax } from '../jwt/parse.js'
import { algorithmNames } from '../keys/algorithms.js'
import { smart } from '../profiles/smart.js'
import { checkRules, type Finding } from './rule.js'
import { shapeRules } from './rulebook.js'

const encoded = (value: unknown) => encodeBase64urlText(typeof value === 'string' ? value : JSON.stringify(value))
const examineText = (text: string): Finding[] => checkRules({ jwt: readDraftJwt(text) }, shapeRules)

/** The findings about a token with this header. */
const examine = (header: Readonly<Record<string, unknown>>) =>
  examineText(`${encoded({ alg: 'ES256', ...header })}.${encoded({})}.AAAA`)

const idsOf = (header: Readonly<Record<string, unknown>>) => examine(header).map(({ id }) => id)

describe('the outer form of a token', () => {
  it('is in order', () => {
    expect(examine({})).toEqual([])
  })

  const right = encoded({ alg: 'ES256' })
  it.each([
    ['token-size', 'token', 'a'.repeat(tokenCharactersMax + 1), 'The token cannot be read: it has 16385 characters'],
    ['token-form', 'token', 'a.b', 'The token cannot be read: it has 2 parts'],
    ['token-encoding', 'header', '=.e30.AA', 'The header of the token cannot be read'],
    ['token-encoding', 'payload', `${right}.=.AA`, 'The payload of the token cannot be read'],
    ['token-encoding', 'signature', `${right}.e30.=`, 'The signature of the token cannot be read'],
    ['token-json', 'header', 'bnVsbA.e30.AA', 'The header of the token cannot be read: it is null'],
    ['token-json', 'payload', `${right}.bnVsbA.AA`, 'The payload of the token cannot be read: it is null'],
  ])('%s is told of the %s', (id, member, text, message) => {
    const findings = examineText(text)
    expect(findings.map((finding) => finding.id)).toEqual([id])
    expect(findings[0]).toMatchObject({ severity: 'error', member, message: expect.stringContaining(message) })
    expect(findings[0]?.message).toContain(findings[0]?.found)
  })

  it('has a fault of each kind told, the first part first', () => {
    expect(examineText('=.bnVsbA.=').map(({ id, member }) => [id, member])).toEqual([
      ['token-encoding', 'header'],
      ['token-json', 'payload'],
    ])
  })
})

describe('the header', () => {
  it.each(['crit', 'b64', 'zip'])('may not ask for an extension with "%s", whatever its value', (member) => {
    for (const value of [true, false, null, [], 'DEF']) {
      expect(examine({ [member]: value })).toMatchObject([
        {
          id: 'header-extension',
          severity: 'error',
          member,
          found: JSON.stringify(value),
          patch: { header: { [member]: null } },
        },
      ])
    }
  })

  it.each(['jwk', 'jku', 'x5u', 'x5c'])('is warned about when it brings a key in "%s"', (member) => {
    expect(examine({ [member]: 'x' })).toMatchObject([
      { id: 'header-key', severity: 'warning', member, found: '"x"', patch: { header: { [member]: null } } },
    ])
  })

  it('may say where its keys are, where the profile takes that, and may not bring them', () => {
    const idsAt = (header: Readonly<Record<string, unknown>>) => {
      const jwt = readDraftJwt(`${encoded({ alg: 'ES384', ...header })}.${encoded({})}.AAAA`)
      return checkRules({ jwt, limits: smart }, shapeRules).map(({ member }) => member)
    }
    expect(idsAt({ jku: 'https://app.example/keys' })).toEqual([])
    expect(idsAt({ jku: 'https://app.example/keys', jwk: {} })).toEqual(['jwk'])
  })

  it.each([...algorithmNames])('may name the algorithm %s', (alg) => {
    expect(examine({ alg })).toEqual([])
  })

  it.each([
    ['none', 'The header says "none": the token is not signed'],
    ['nOnE', 'The header says "none": the token is not signed'],
    ['HS256', 'The header says "HS256", which signs with a shared secret'],
    ['HS1', 'The header says "HS1", which signs with a shared secret'],
    ['HS', 'There is no signature algorithm "HS"'],
    ['XHS256', 'There is no signature algorithm "XHS256"'],
    ['HS256X', 'There is no signature algorithm "HS256X"'],
    ['es256', 'There is no signature algorithm "es256"'],
    ['toString', 'There is no signature algorithm "toString"'],
    ['', 'There is no signature algorithm ""'],
    [7, 'The header member "alg" is not a string'],
    [null, 'The header member "alg" is not a string'],
  ])('may not name the algorithm %j', (alg, message) => {
    expect(examine({ alg })).toMatchObject([
      { id: 'header-alg', found: JSON.stringify(alg), expected: algorithmNames.join(', ') },
    ])
    expect(examine({ alg })[0]?.message).toContain(message)
  })

  it('must name an algorithm', () => {
    const [finding] = examine({ alg: undefined })
    expect(finding).toMatchObject({ id: 'header-alg', message: 'The header names no algorithm' })
    expect(finding).not.toHaveProperty('found')
  })

  it.each([
    'JWT',
    'jwt',
    'client-authentication+jwt',
    'application/jwt',
    'application/client-authentication+jwt',
    'APPLICATION/JWT',
    undefined,
  ])('may say that it is %j', (typ) => {
    expect(examine({ typ })).toEqual([])
  })

  it.each(['at+jwt', 'dpop+jwt', 'xjwt', '', null, 7, ['JWT']])('may not say that it is %j', (typ) => {
    expect(examine({ typ })).toMatchObject([
      {
        id: 'header-typ',
        found: JSON.stringify(typ),
        message: `The header says that this is ${JSON.stringify(typ)}: a token of another kind`,
        patch: { header: { typ: 'JWT' } },
      },
    ])
  })

  it('may name its key with any text that is not empty', () => {
    expect(idsOf({ kid: ' ' })).toEqual([])
    expect(examine({ kid: '' })).toMatchObject([{ id: 'header-kid', found: '""', message: 'The header member "kid" is empty' }])
    for (const kid of [7, null, ['a']]) {
      expect(examine({ kid })).toMatchObject([{ id: 'header-kid', message: 'The header member "kid" is not a string' }])
    }
  })
})
