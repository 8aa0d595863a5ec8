import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { PkjwtError } from 'pkjwt/errors'

/** A certificate, with its chain behind it, and its private key, as PEM. */
export interface TlsFiles {
  readonly cert: string | Buffer
  readonly key: string | Buffer
}

/**
 * Checks that a certificate and a key can be read and belong together. Node would take some that do not, and then no client could
 * connect.
 *
 * @throws {PkjwtError} `config_invalid`, which tells nothing of the key
 */
export function checkTlsFiles({ cert, key }: TlsFiles): void {
  if (!readCertificate(cert).checkPrivateKey(readKey(key))) {
    throw invalid(
      'the key is not the one of the certificate',
      'Give the key that it was made for; a chain begins with that certificate',
    )
  }
}

function readCertificate(cert: TlsFiles['cert']): X509Certificate {
  try {
    return new X509Certificate(cert)
  } catch {
    throw invalid('the certificate cannot be read', 'Give it as PEM, which begins with -----BEGIN CERTIFICATE-----')
  }
}

function readKey(key: TlsFiles['key']): KeyObject {
  try {
    return createPrivateKey(key)
  } catch {
    if (/ENCRYPTED/.test(String(key))) {
      throw invalid(
        'the key of the certificate is encrypted',
        'Decrypt it for this server alone: openssl pkey -in FILE -out FILE',
      )
    }
    throw invalid('the key of the certificate cannot be read', 'Give it as PEM, which begins with -----BEGIN PRIVATE KEY-----')
  }
}

function invalid(state: string, hint: string): PkjwtError {
  return new PkjwtError('config_invalid', `Cannot speak https: ${state}`, { hint })
}
