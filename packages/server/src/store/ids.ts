import { randomBytes } from 'node:crypto'

/** What an id belongs to, as Okta marks it. */
export const idPrefixes = { app: '0oa', key: 'pks', grant: 'oag', role: 'ra1', user: '00u' } as const

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** A fresh id of 20 characters: Okta's prefix and 17 random ones, 101 bits. */
export function createId(kind: keyof typeof idPrefixes): string {
  let id: string = idPrefixes[kind]
  while (id.length < 20) {
    for (const byte of randomBytes(24)) {
      // 248 is the last multiple of 62 within a byte: what is above it would make the first letters likelier.
      if (byte < 248 && id.length < 20) id += alphabet.charAt(byte % 62)
    }
  }
  return id
}
