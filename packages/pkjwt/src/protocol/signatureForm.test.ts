import { createHmac } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { encodeBase64url, encodeBase64urlText } from '../encoding/base64url.js'
import { readDraftJwt } from '../jwt/parse.js'
import { signJwt } from '../jwt/sign.js'
import { rawToDer } from '../keys/ecdsa.js'
import type { KeySet, SigningKey } from '../keys/key.js'
import { generateKey } from '../keys/privateKey.js'
import { writePublicKeys } from '../keys/publicKeys.js'
import { explainSignature } from './signatureForm.js'

let one: SigningKey
let two: SigningKey
let keys: KeySet
beforeAll(async () => {
  ;[one, two] = await Promise.all([generateKey({ alg: 'ES256', kid: 'one' }), generateKey({ alg: 'ES256', kid: 'two' })])
  keys = { keys: [one.publicKey, two.publicKey] }
})

const inDer = (key: SigningKey) => ({ ...key, sign: async (data: Uint8Array) => rawToDer(await key.sign(data)) })

/** A token that is "signed" with a shared secret. */
function forge(alg: string, secret: string): string {
  const input = `${encodeBase64urlText(JSON.stringify({ alg }))}.${encodeBase64urlText('{}')}`
  return `${input}.${createHmac(`sha${alg.slice(2)}`, secret)
    .update(input)
    .digest('base64url')}`
}

describe('explainSignature()', () => {
  it('names the key that signed, wherever it stands in the set', async () => {
    for (const key of [one, two]) {
      const jwt = readDraftJwt(await signJwt({ alg: 'ES256' }, {}, key))
      expect(await explainSignature(jwt, keys)).toEqual({ signedBy: key.publicKey })
    }
  })

  it('knows a signature in DER, of any key of the set', async () => {
    const jwt = readDraftJwt(await signJwt({ alg: 'ES256' }, {}, inDer(two)))
    expect(await explainSignature(jwt, keys)).toEqual({ form: 'der' })
    expect(await explainSignature(jwt, { keys: [one.publicKey] })).toEqual({})
  })

  it('knows a signature in DER of a larger curve', async () => {
    const large = await generateKey({ alg: 'ES512' })
    const jwt = readDraftJwt(await signJwt({ alg: 'ES512' }, {}, inDer(large)))
    expect(await explainSignature(jwt, { keys: [large.publicKey] })).toEqual({ form: 'der' })
  })

  it.each(['HS256', 'HS384', 'HS512'])('knows an HMAC of %s with any form of a public key', async (alg) => {
    const pem = await writePublicKeys(two.publicKey, 'spki')
    for (const secret of [pem, pem.trimEnd(), JSON.stringify(two.publicKey.jwk)]) {
      expect(await explainSignature(readDraftJwt(forge(alg, secret)), keys)).toEqual({ form: 'hmac' })
    }
  })

  it('knows an HMAC under a header that claims to be signed', async () => {
    const input = `${encodeBase64urlText('{"alg":"RS256"}')}.e30`
    const secret = JSON.stringify(one.publicKey.jwk)
    const jwt = readDraftJwt(`${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`)
    expect(await explainSignature(jwt, keys)).toEqual({ form: 'hmac' })
  })

  it.each(['HS256', 'HS1', 'none', ''])('knows nothing of a signature by %j that fits nothing', async (alg) => {
    const jwt = readDraftJwt(`${encodeBase64urlText(JSON.stringify({ alg }))}.e30.AAAA`)
    expect(await explainSignature(jwt, keys)).toEqual({})
  })

  it('knows nothing of an ECDSA signature that is neither raw nor DER, of an empty one, and of none', async () => {
    const header = encodeBase64urlText('{"alg":"ES256"}')
    for (const signature of ['AAAA', '', encodeBase64url(new Uint8Array(64)), '=']) {
      expect(await explainSignature(readDraftJwt(`${header}.e30.${signature}`), keys)).toEqual({})
    }
  })

  it('knows nothing of what cannot be read, or without keys', async () => {
    expect(await explainSignature(readDraftJwt('=.e30.AAAA'), keys)).toEqual({})
    expect(await explainSignature(readDraftJwt('a'), keys)).toEqual({})
    expect(await explainSignature(readDraftJwt(await signJwt({ alg: 'ES256' }, {}, one)), { keys: [] })).toEqual({})
  })
})
