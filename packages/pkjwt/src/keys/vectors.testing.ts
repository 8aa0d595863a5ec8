import { describe, expect, it } from 'vitest'
import { hasVectors, readVectors } from '../../../../test/vectors/vectors.js'
import type { Algorithm } from './algorithms.js'
import { readPublicKeys } from './publicKeys.js'

interface SignatureVectors {
  readonly testGroups: readonly {
    readonly publicKeyJwk?: object
    readonly keyJwk?: object
    readonly publicKeyPem: string
    readonly tests: readonly {
      readonly tcId: number
      readonly msg: string
      readonly sig: string
      readonly result: string
      readonly comment: string
    }[]
  }[]
}

const files: readonly [file: string, alg: Algorithm][] = [
  ['ecdsa_secp256r1_sha256_p1363', 'ES256'],
  ['ecdsa_secp384r1_sha384_p1363', 'ES384'],
  ['ecdsa_secp521r1_sha512_p1363', 'ES512'],
  ['ed25519', 'EdDSA'],
  ['rsa_pss_2048_sha256_mgf1_32', 'PS256'],
  ['rsa_signature_2048_sha256', 'RS256'],
  ['rsa_signature_3072_sha384', 'RS384'],
]

/** Runs the signature vectors of Wycheproof on whatever cryptographic library is there. */
export function testSignatureVectors(): void {
  describe.skipIf(!hasVectors)('Wycheproof', () => {
    it.each(files)('%s: what is valid holds, everything else does not', async (file, alg) => {
      const wrong: string[] = []
      const { testGroups } = readVectors<SignatureVectors>(`wycheproof/${file}_test.json`)
      for (const { publicKeyJwk, keyJwk, publicKeyPem, tests } of testGroups) {
        const [key] = (await readPublicKeys(publicKeyJwk ?? keyJwk ?? publicKeyPem)).keys
        for (const { tcId, msg, sig, result, comment } of tests) {
          const holds = await key?.verify(alg, Buffer.from(msg, 'hex'), Buffer.from(sig, 'hex'))
          if (holds !== (result === 'valid')) wrong.push(`${tcId} ${result}: ${comment}`)
        }
      }
      expect(wrong).toEqual([])
    })
  })
}
