import { KeyError } from '../errors.js'

/**
 * Takes a key out of the object that a library of the platform keeps it in: a `KeyObject` of node:crypto, a `CryptoKey` of Web Crypto.
 * Everything else is given back as it is.
 */
export async function exportHostKey(input: string | Uint8Array | object): Promise<string | Uint8Array | object> {
  if (typeof input === 'string') return input
  const kind = Object.prototype.toString.call(input)
  if (kind === '[object KeyObject]') return readKeyObject(input)
  return kind === '[object CryptoKey]' ? exportCryptoKey(input as CryptoKey) : input
}

function readKeyObject(input: object): object {
  const { type, export: exportKey } = input as { type: string; export: (options: { format: 'jwk' }) => object }
  try {
    return exportKey.call(input, { format: 'jwk' })
  } catch {
    throw new KeyError('key_unsupported', `Cannot use the KeyObject: it holds a ${type} key that has no JWK`, {
      hint: 'Give an RSA, EC or Ed25519 key',
    })
  }
}

async function exportCryptoKey(key: CryptoKey): Promise<object> {
  if (key.extractable) return withoutUse(await crypto.subtle.exportKey('jwk', key))
  throw new KeyError('key_not_extractable', 'Cannot read the CryptoKey: it is not extractable', {
    hint: 'Sign with it where it is: createSigner({ alg, publicKey, sign: (data) => crypto.subtle.sign(algorithm, key, data) })',
  })
}

// Web Crypto writes what this CryptoKey may do, which is less than what the key is for when it was imported for one thing.
function withoutUse({ ext: _ext, key_ops: _operations, ...members }: JsonWebKey): object {
  return members
}
