import { beforeAll, describe, expect, it } from 'vitest'
import type { PublicKey } from '../keys/key.js'
import { generateKey } from '../keys/privateKey.js'
import { checkRules } from './rule.js'
import { signatureRules } from './rulebook.js'
import type { SignatureFacts } from './signature.js'

let key: PublicKey
beforeAll(async () => {
  key = (await generateKey({ alg: 'ES256', kid: 'one' })).publicKey
})

const examine = (facts: Partial<SignatureFacts>) => checkRules({ key, signatureBytes: 64, good: false, ...facts }, signatureRules)

describe('a signature', () => {
  it('that holds is no finding', () => {
    expect(examine({ good: true })).toEqual([])
  })

  it('of no bytes is missing, and nothing else is said of it', () => {
    expect(examine({ signatureBytes: 0 }).map(({ id }) => id)).toEqual(['signature-missing'])
    expect(examine({ signatureBytes: 1 }).map(({ id }) => id)).toEqual(['signature-mismatch'])
  })

  it('in DER and one made with a shared secret are told as what they are, alone', () => {
    expect(examine({ form: 'der' }).map(({ id }) => id)).toEqual(['signature-der'])
    expect(examine({ form: 'hmac' }).map(({ id }) => id)).toEqual(['signature-hmac'])
  })

  it('that does not hold names the key that was tried', () => {
    const [finding] = examine({})
    expect(finding).toMatchObject({
      id: 'signature-mismatch',
      found: 'a signature of another key, or of other content',
      expected: 'a signature of the key "one"',
      message: 'The signature does not fit the key "one": another private key signed, or the token was changed afterwards',
      fix: 'Register the public half of the key that signs',
    })
    expect(finding).not.toHaveProperty('patch')
    for (const unnamed of [undefined, { ...key, kid: undefined }]) {
      expect(examine({ key: unnamed })[0]?.expected).toBe('a signature of the registered key')
    }
  })

  it('of another key of the set names that key, and mends "kid"', () => {
    expect(examine({ signedBy: { ...key, kid: 'two' } })[0]).toMatchObject({
      found: 'a signature of the key "two"',
      message: 'The key "two" did sign, but "kid" names the key "one"',
      fix: 'Put "kid": "two" into the header',
      patch: { header: { kid: 'two' } },
    })
  })

  it('of a key without a name cannot be mended through "kid"', () => {
    const [finding] = examine({ signedBy: { ...key, kid: undefined } })
    expect(finding?.fix).toBe('Register the public half of the key that signs')
    expect(finding).not.toHaveProperty('patch')
  })
})
