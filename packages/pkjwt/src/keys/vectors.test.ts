import { describe, expect, it } from 'vitest'
import { hasVectors, readVectors } from '../../../../test/vectors/vectors.js'
import type { KeyError } from '../errors.js'
import { readPrivateKey, readPublicKeys } from './index.js'
import { testSignatureVectors } from './vectors.testing.js'

testSignatureVectors()

interface KeyVectors {
  readonly testGroups: readonly {
    readonly private?: object
    readonly public?: object
    readonly tests: readonly { readonly tcId: number }[]
  }[]
}

describe.skipIf(!hasVectors)('Wycheproof, keys', () => {
  const groups = hasVectors ? readVectors<KeyVectors>('wycheproof/json_web_key_test.json').testGroups : []
  const groupOf = (tcId: number) => groups.find(({ tests }) => tests.some((test) => test.tcId === tcId))
  const setOf = (tcId: number) => groupOf(tcId)?.public ?? groupOf(tcId)?.private

  it.each([
    [1, 'key_symmetric'],
    [7, 'key_weak'],
    [8, 'key_too_small'],
    [9, 'key_inconsistent'],
    [22, 'key_inconsistent'],
    [23, 'key_malformed'],
    [24, 'key_malformed'],
  ])('the set of test %i is refused with %s', async (tcId, code) => {
    const error = await readPublicKeys(setOf(tcId) ?? {}).then(
      () => undefined,
      (reason: unknown) => reason as KeyError,
    )
    expect(error?.code, error?.message).toBe(code)
  })

  it('the RSA key of test 5 is read', async () => {
    expect((await readPublicKeys(setOf(5) ?? {})).keys[0]).toMatchObject({ kty: 'RSA', alg: 'RS256' })
  })
})

interface CookbookSignature {
  readonly input: { readonly key: { readonly kid?: string }; readonly alg: 'RS256' | 'PS384' | 'ES512' | 'EdDSA' }
  readonly signing: { readonly 'sig-input': string; readonly sig: string }
}

describe.skipIf(!hasVectors)('RFC 7520 and RFC 8037', () => {
  it.each(['jws/4_1.rsa_v15_signature', 'jws/4_2.rsa-pss_signature', 'jws/4_3.ecdsa_signature', 'curve25519/jws'])(
    '%s',
    async (file) => {
      const { input, signing } = readVectors<CookbookSignature>(`ietf-jose-cookbook/${file}.json`)
      const key = await readPrivateKey(input.key, { alg: input.alg })
      expect(key.kid).toBe(input.key.kid)
      const data = Buffer.from(signing['sig-input'])
      const signature = Buffer.from(signing.sig, 'base64url')
      expect(await key.publicKey.verify(input.alg, data, signature)).toBe(true)
      signature[0] = (signature[0] ?? 0) ^ 1
      expect(await key.publicKey.verify(input.alg, data, signature)).toBe(false)
      // RSA PKCS#1 and Ed25519 sign without chance.
      if (input.alg === 'RS256' || input.alg === 'EdDSA')
        expect(Buffer.from(await key.sign(data)).toString('base64url')).toBe(signing.sig)
    },
  )

  it.each(['3_1.ec_public_key', '3_3.rsa_public_key'])('%s is a public key', async (file) => {
    const jwk = readVectors<{ kid: string }>(`ietf-jose-cookbook/jwk/${file}.json`)
    expect((await readPublicKeys(jwk)).keys[0]?.kid).toBe(jwk.kid)
  })

  it('3_5.symmetric_key_mac_computation is none of ours', async () => {
    await expect(
      readPublicKeys(readVectors<object>('ietf-jose-cookbook/jwk/3_5.symmetric_key_mac_computation.json')),
    ).rejects.toMatchObject({ code: 'key_symmetric' })
  })

  it('the thumbprints are those of RFC 8037 A.3 and RFC 9449 §6.1', async () => {
    const known = readVectors<{ source: string; sha256: string }[]>('rfc/known-thumbprints.json')
    const wanted = (source: string) => known.find((each) => each.source.startsWith(source))?.sha256
    const edwards = readVectors<CookbookSignature>('ietf-jose-cookbook/curve25519/jws.json').input.key
    expect((await readPrivateKey(edwards)).thumbprint).toBe(wanted('RFC 8037'))
    const { jkt } = readVectors<{ jkt: { jwk: object } }>('rfc/rfc9449-dpop-examples.json')
    expect((await readPublicKeys(jkt.jwk)).keys[0]?.thumbprint).toBe(wanted('RFC 9449'))
  })
})
