import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Algorithm } from './algorithms.js'
import { readPublicKeys } from './publicKeys.js'

const folder = fileURLToPath(new URL('../../../../../shared/vectors/', import.meta.url))

/**
 * Whether the vectors of others are at hand: they lie beside the project, not in it. Where they are absent their tests are passed over,
 * except in CI, where that is a failure.
 */
export const hasVectors: boolean = existsSync(folder) || failInCi()

function failInCi(): false {
  if (process.env['CI']) throw new Error(`the test vectors are missing: ${folder}`)
  return false
}

/** Reads one file of vectors. */
export function readVectors<Content>(path: string): Content {
  return JSON.parse(readFileSync(`${folder}${path}`, 'utf8')) as Content
}

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
