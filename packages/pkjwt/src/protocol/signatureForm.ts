import { type DraftJwt, signingInputOf } from '../jwt/parse.js'
import { asciiBytes } from '../jwt/sign.js'
import { algorithms, isAlgorithm } from '../keys/algorithms.js'
import { derToRaw } from '../keys/ecdsa.js'
import type { KeySet, PublicKey } from '../keys/key.js'
import { writePublicKeys } from '../keys/publicKeys.js'
import { signatureHolds } from '../rules/examine.js'
import type { SignatureFacts } from '../rules/signature.js'

/**
 * Looks closer at a signature that does not hold: whether another key of the set made it, whether it is ECDSA in DER, or an HMAC with a
 * public key as the secret. For people only; a server says that it is wrong, and no more.
 */
export async function explainSignature(jwt: DraftJwt, { keys }: KeySet): Promise<Pick<SignatureFacts, 'signedBy' | 'form'>> {
  for (const key of keys) {
    if (await signatureHolds(jwt, key)) return { signedBy: key }
  }
  for (const key of keys) {
    if (await holdsAsDer(jwt, key)) return { form: 'der' }
    if (await holdsAsHmac(jwt, key)) return { form: 'hmac' }
  }
  return {}
}

async function holdsAsDer(jwt: DraftJwt, key: PublicKey): Promise<boolean> {
  const alg = jwt.header?.alg
  if (jwt.signature === undefined || !isAlgorithm(alg)) return false
  const { scheme, signatureBytes } = algorithms[alg]
  if (scheme !== 'ECDSA') return false
  return signatureHolds({ ...jwt, signature: derToRaw(jwt.signature, signatureBytes) }, key)
}

const hmacHashes: Readonly<Record<string, string>> = { '256': 'SHA-256', '384': 'SHA-384', '512': 'SHA-512' }

/** The classic confusion (RFC 8725 §2.1): the PEM or the JWK of a public key taken for a shared secret. */
async function holdsAsHmac({ text, header, signature }: DraftJwt, key: PublicKey): Promise<boolean> {
  const hash = hmacHashes[String(header?.alg).slice(2)]
  if (signature === undefined || hash === undefined) return false
  const pem = await writePublicKeys(key, 'spki')
  for (const secret of [pem, pem.trimEnd(), JSON.stringify(key.jwk)]) {
    const material = new TextEncoder().encode(secret)
    const hmac = await crypto.subtle.importKey('raw', material, { name: 'HMAC', hash }, false, ['verify'])
    if (
      await crypto.subtle.verify(
        'HMAC',
        hmac,
        new Uint8Array(signature),
        asciiBytes(signingInputOf(text)) as Uint8Array<ArrayBuffer>,
      )
    )
      return true
  }
  return false
}
