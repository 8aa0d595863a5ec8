import { type Algorithm, algorithms } from '../keys/algorithms.js'
import type { PublicJwk, PublicKey } from '../keys/key.js'
import { readPublicKeys } from '../keys/publicKeys.js'

// Public halves of key pairs whose private halves were thrown away. A refusal that comes before the signature could be told from a bad
// signature by its time alone; where a profile has one text for both, a decoy verification takes that time.
const decoyJwks: Readonly<Record<string, PublicJwk>> = {
  RSA: {
    kty: 'RSA',
    n: '0aLpe1QUtfU5rCHuz2WT6yCZW6ixfZLGhXrHEEkwnZJX8Hq8Nnd_P8eE-jk9bhokQWKEAHAtcXYeMfiW_bugiJNclrDqUKKn10_Iv6ACSBHv9yt3HxGhU0ZUvji0UoiGI3xwNrPHSfcUe8lw1nIjbL6xVUypiAvBJa_JSAEHhUIjKk9NDyHSpLY8n4fDVFqWsUN9laDx1SORy9VcIsrAjoWNDG6OjIQLGK4mkJRfcUzH5PzqCgOMTRPYUaysBhfDMCBHsNLpe4ouD7iyw7i0Qmu2RW3057mUm5kx9qIUFURYVdGMwBkDCY7lVLM15yl0U1iVh5HSDAmdxp-lpj9srw',
    e: 'AQAB',
  },
  'P-256': {
    kty: 'EC',
    crv: 'P-256',
    x: '7zAkmTeaH4lhGsKEw_zvWf4DiqEKs7cUh2YfEzXFklY',
    y: 'USSWTR0Xf0ytYjHkgeVgyO7zEK1eNqOCBLdLoJ7DGzg',
  },
  'P-384': {
    kty: 'EC',
    crv: 'P-384',
    x: 'CAOyR9aMxb9v2oN4hfY-ySn2GhRcgqCd0-96FKTkAR2pF6UhCTWpmU6pASqlntD3',
    y: 'oQZhOfa-8sDcKjsfAm2Pq2JSR2-rtW6Rg-lMBswqHGWarCrR03h-QQQ0V2D6zb17',
  },
  'P-521': {
    kty: 'EC',
    crv: 'P-521',
    x: 'AD4IIOVfqmfEOPmktghXZgJ155ZJfj7TtnfdckcmUbtXG8jmeX7iUIuyjiD1AkWmHSlyKr3yxBYeBGoMAoZP4tfZ',
    y: 'AP5LBQHgIYrOS4hYdvxayJPmLXMyCSdmfLdN_BXdVfVg4ytxhveyxK-INmZBgcm0PGc7mxN4C6-R9HsbxJZEuqBv',
  },
  Ed25519: { kty: 'OKP', crv: 'Ed25519', x: 'cNfeaX3Hn-7z8tQswgy4GvYY60As4hpabVLHulpQxUo' },
}

// To read a key of a curve costs as much as a verification with it, which a key that is at hand does not pay.
const read = new Map<string, Promise<PublicKey>>()

/** A key that signed nothing, of the type that the algorithm needs. */
export function readDecoyKey(alg: Algorithm): Promise<PublicKey> {
  const { kty, crv } = algorithms[alg]
  const name = crv ?? kty
  const key = read.get(name) ?? readKey(name)
  read.set(name, key)
  return key
}

async function readKey(name: string): Promise<PublicKey> {
  const { keys } = await readPublicKeys({ keys: [decoyJwks[name]] })
  const [key] = keys
  if (key === undefined) throw new Error(`no decoy key for ${name}`)
  return key
}
