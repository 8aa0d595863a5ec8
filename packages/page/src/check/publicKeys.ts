import { PkjwtError } from 'pkjwt/errors'
import { type KeySet, readPrivateKey, readPublicKeys } from 'pkjwt/keys'

/** What a box for public keys holds. */
export type PublicKeysState =
  | { readonly is: 'empty' }
  | { readonly is: 'held'; readonly keys: KeySet; readonly from: 'public' | 'private' }
  | { readonly is: 'refused'; readonly message: string; readonly hint: string | undefined }

/**
 * Reads public keys in any form. Of a private key the public half is taken: what was pasted is dropped, and the page says what it was.
 */
export async function readKeysToCheck(input: string | Uint8Array): Promise<PublicKeysState> {
  try {
    return { is: 'held', keys: await readPublicKeys(input), from: 'public' }
  } catch (error) {
    if (!(error instanceof PkjwtError)) throw error
    if (error.code === 'key_private') return readPublicHalf(input, error)
    return { is: 'refused', message: error.message, hint: error.hint }
  }
}

async function readPublicHalf(input: string | Uint8Array, { message, hint }: PkjwtError): Promise<PublicKeysState> {
  try {
    const { publicKey } = await readPrivateKey(input, { extractable: false })
    return { is: 'held', keys: { keys: [publicKey] }, from: 'private' }
  } catch (error) {
    if (error instanceof PkjwtError) return { is: 'refused', message, hint }
    throw error
  }
}

/** Whether a text holds a private key, as far as the library can read it. */
export async function isPrivateKey(text: string): Promise<boolean> {
  // Only what has the look of a key is read at all: tokens and requests are typed here letter by letter.
  if (!text.includes('PRIVATE KEY') && !/"d"\s*:/.test(text)) return false
  try {
    await readPublicKeys(text)
    return false
  } catch (error) {
    return error instanceof PkjwtError && error.code === 'key_private'
  }
}
