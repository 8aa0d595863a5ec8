import { sha256 } from '#crypto'
import { encodeBase64url } from '../encoding/base64url.js'
import { KeyError } from '../errors.js'
import type { PublicKey, Signer } from './key.js'
import { readPublicKeys } from './publicKeys.js'

/** The certificate of a signing key, for servers that know keys by their certificates. */
export interface Certificate {
  readonly publicKey: PublicKey
  /** SHA-256 of the certificate, as `x5t#S256` has it (RFC 7515 §4.1.8). */
  readonly thumbprint: string
  /**
   * The header members that name the certificate of a key; with `x5c`, the certificate itself and those above it, too.
   * @throws {KeyError} `key_inconsistent` when the certificate is that of another key
   */
  headerFor(key: Pick<Signer, 'publicKey'>, options?: { readonly x5c?: boolean | undefined }): CertificateHeader
}

/** The header members that name a certificate. */
export interface CertificateHeader {
  readonly 'x5t#S256': string
  readonly x5c?: readonly string[]
}

/**
 * Reads a certificate, in PEM or DER. In a chain it is the one that vouches for no other. Its dates and its signature are not looked at.
 *
 * @throws {KeyError} `key_not_found` when there is none, `key_ambiguous` when there are several
 * @example
 * const certificate = await readCertificate(await readFile('certificate.pem', 'utf8'))
 * assert.equal(certificate.headerFor(key)['x5t#S256'], certificate.thumbprint)
 */
export async function readCertificate(input: string | Uint8Array): Promise<Certificate> {
  const { recognise } = await import('../containers/recognise.js')
  const { withoutAuthorities } = await import('../containers/x509.js')
  const found = recognise(input).filter((each) => each.is === 'certificate')
  const [leaf, ...others] = withoutAuthorities(found).filter((each) => each.is === 'certificate')
  if (leaf === undefined) throw new KeyError('key_not_found', 'Cannot read a certificate: there is none', { hint: wantedForm })
  if (others.length > 0) {
    throw new KeyError('key_ambiguous', `Cannot choose a certificate: there are ${others.length + 1}`, { hint: wantedForm })
  }
  const [publicKey] = (await readPublicKeys(leaf.bytes)).keys
  if (publicKey === undefined) throw new Error('a certificate that was read has a key')
  const thumbprint = encodeBase64url(await sha256(leaf.bytes))
  const chain = [leaf, ...found.filter((each) => each !== leaf)].map(({ bytes }) => toBase64(bytes))
  return {
    publicKey,
    thumbprint,
    headerFor(key, { x5c } = {}) {
      requireSameKey(publicKey, key.publicKey)
      return { 'x5t#S256': thumbprint, ...(x5c && { x5c: chain }) }
    },
  }
}

const wantedForm = 'Give the certificate of the key that signs, in PEM (BEGIN CERTIFICATE) or DER'

function requireSameKey(certified: PublicKey, own: PublicKey): void {
  if (certified.thumbprint === own.thumbprint) return
  throw new KeyError('key_inconsistent', 'Cannot sign with this certificate: its public key is not that of the private key', {
    hint: 'Give the certificate that was made for this key, or the key that belongs to the certificate',
  })
}

/** RFC 7515 §4.1.6: `x5c` is base64, and not base64url as everything else. */
function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}
