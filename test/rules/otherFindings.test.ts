import { encodeBase64urlText } from 'pkjwt/encoding'
import { readDraftJwt } from 'pkjwt/jwt'
import { generateKey, type PublicKey } from 'pkjwt/keys'
import {
  type ClientFacts,
  checkRules,
  clientRules,
  type Finding,
  grantTypeRules,
  type KeyFacts,
  keyRules,
  type ProofFacts,
  proofRules,
  rememberRules,
  type SignatureFacts,
  scopeRules,
  signatureRules,
  type UseFacts,
} from 'pkjwt/rules'
import { beforeAll, describe, expect, it } from 'vitest'
import { told } from './told.js'

// The findings that no single request of cases.ts shows: what only the server knows of the app and of what went before, and DPoP proofs.

const now = 1_770_091_506
const url = 'https://example.okta.com/oauth2/v1/token'
const client = { clientId: '0oa1' }

let key: PublicKey
beforeAll(async () => {
  const { publicKey } = await generateKey({ alg: 'ES256', kid: 'one' })
  key = { ...publicKey, thumbprint: '(the thumbprint of the key)' }
})

const ofClient = (facts: Partial<ClientFacts>) => checkRules({ claims: { iss: '0oa1', sub: '0oa1' }, ...facts }, clientRules)
const ofUse = (facts: UseFacts) => checkRules({ requested: true, ...facts }, [...rememberRules, ...grantTypeRules, ...scopeRules])
const ofKey = (facts: Partial<KeyFacts>) => checkRules({ header: {}, keys: [], key: undefined, ...facts }, keyRules)
const ofSignature = (facts: Partial<SignatureFacts>) =>
  checkRules({ key, signatureBytes: 64, good: false, ...facts }, signatureRules)

function ofProof(facts: Partial<ProofFacts>, header: object = {}, claims: object = {}): Finding[] {
  const encoded = (value: object) => encodeBase64urlText(JSON.stringify(value))
  const [head, body] = [
    { typ: 'dpop+jwt', alg: 'ES256', ...header },
    { jti: 'a', htm: 'POST', htu: url, iat: now, ...claims },
  ]
  const jwt = readDraftJwt(`${encoded(head)}.${encoded(body)}.AA`)
  return checkRules({ proofs: ['a'], jwt, key, good: true, method: 'POST', urls: [url], now, ...facts }, proofRules)
}

const use = { grantType: 'client_credentials', granted: new Set(['a', 'b']), catalogue: new Set(['a', 'b', 'c', 'd']) }

const examples: readonly [what: string, findings: () => readonly Finding[]][] = [
  ['an app that is deactivated', () => ofClient({ client: { ...client, active: false } })],
  ['an app of another type', () => ofClient({ client: { ...client, applicationType: 'web' } })],
  ['an app with a secret', () => ofClient({ client: { ...client, authMethod: 'client_secret_basic' } })],
  ['keys that cannot be had', () => ofKey({ fault: { fault: 'unavailable', detail: 'it answered 302' } })],
  ['a key set without keys', () => ofKey({ fault: { fault: 'empty', detail: '{"keys":[]}' } })],
  ['keys that share a name', () => ofKey({ fault: { fault: 'ambiguous', detail: 'two keys named "1"' } })],
  ['a key without a name, and no "kid"', () => ofKey({ keys: [key], key: { ...key, kid: undefined } })],
  ['no active key, and no "kid"', () => ofKey({ keys: [{ ...key, status: 'INACTIVE' }] })],
  [
    'a key that declares what its type cannot do',
    () => ofKey({ header: { kid: 'one', alg: 'ES256' }, keys: [key], key: { ...key, alg: 'ES384' } }),
  ],
  ['a signature in DER', () => ofSignature({ form: 'der' })],
  ['an HMAC with the public key', () => ofSignature({ form: 'hmac' })],
  ['an assertion used before', () => ofUse({ ...use, scope: 'a', remembered: 'again', jti: 'used' })],
  ['an assertion older than the records', () => ofUse({ ...use, scope: 'a', remembered: 'expired', jti: 'a' })],
  ['an app without the grant type', () => ofUse({ ...use, scope: 'a', clientGrantTypes: [] })],
  ['no scope, and no default ones', () => ofUse({ ...use, defaultScopes: [] })],
  ['scopes that nobody knows', () => ofUse({ ...use, granted: undefined, scope: 'x a y' })],
  ['scopes of which none is granted', () => ofUse({ ...use, scope: 'c d' })],
  ['an app without grants', () => ofUse({ ...use, scope: 'c d', granted: new Set() })],
  ['scopes of which some are granted', () => ofUse({ ...use, scope: 'a c d b' })],
  ['no proof', () => ofProof({ proofs: [] })],
  ['two proofs', () => ofProof({ proofs: ['a', 'b'] })],
  ['a proof that is no JWT', () => ofProof({ jwt: readDraftJwt('a') })],
  ['a proof of another typ', () => ofProof({}, { typ: 'JWT' })],
  ['a proof without typ', () => ofProof({}, { typ: undefined })],
  ['a proof with a shared secret', () => ofProof({}, { alg: 'HS256' })],
  ['a proof with an extension', () => ofProof({}, { crit: ['exp'] })],
  ['a proof without a key', () => ofProof({ key: null })],
  ['a proof of another key', () => ofProof({ good: false })],
  ['a proof for another method', () => ofProof({}, {}, { htm: 'get' })],
  ['a proof for another URL', () => ofProof({ urls: [url, 'https://alias.example/token'] }, {}, { htu: `${url}?a=1` })],
  ['a proof without a time', () => ofProof({}, {}, { iat: undefined })],
  ['a proof from the future', () => ofProof({}, {}, { iat: now + 11 })],
  ['a proof that is too old', () => ofProof({}, {}, { iat: now - 301 })],
  ['a proof that is expired', () => ofProof({}, {}, { exp: now })],
  ['a proof without a name', () => ofProof({}, {}, { jti: '' })],
  ['a proof for another token', () => ofProof({ accessTokenHash: 'h' }, {}, { ath: 'x' })],
  ['a proof of a key that the token is not bound to', () => ofProof({ boundTo: 'x' })],
  ['a proof without a nonce', () => ofProof({ acceptsNonce: () => false })],
  ['a proof with an old nonce', () => ofProof({ acceptsNonce: () => false }, {}, { nonce: 'old' })],
  ['a proof used before', () => ofProof({ remembered: false })],
]

describe('a finding about what no request shows', () => {
  it.each(examples)('%s', (_, findings) => {
    expect(findings()).toHaveLength(1)
  })

  it('says what it did when it was last read over', async () => {
    const texts = examples.flatMap(([what, findings]) => findings().map((finding) => told(`${finding.id}: ${what}`, finding)))
    await expect(texts.join('\n')).toMatchFileSnapshot('./otherFindings.txt')
  })
})
