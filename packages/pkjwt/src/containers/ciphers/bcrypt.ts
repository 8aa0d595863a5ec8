/** A hash function that is there at once or later. */
export type Sha512 = (data: Uint8Array) => Promise<Uint8Array>

export interface BcryptOptions {
  readonly passphrase: Uint8Array
  readonly salt: Uint8Array
  readonly rounds: number
  /** How many bytes of key are wanted. */
  readonly length: number
  readonly sha512: Sha512
}

/**
 * The key derivation of OpenSSH's own format (`bcrypt_pbkdf` of OpenBSD): PBKDF2 around bcrypt, its output dealt out over the key like
 * cards. No library has it, and the Blowfish in it has a key schedule that none gives access to.
 */
export async function bcryptPbkdf({ passphrase, salt, rounds, length, sha512 }: BcryptOptions): Promise<Uint8Array> {
  const key = new Uint8Array(length)
  const secret = toWords(await sha512(passphrase))
  const stride = Math.ceil(length / hashBytes)
  for (let block = 0; block < stride; block++) {
    const digest = await sha512(Uint8Array.of(...salt, 0, 0, 0, block + 1))
    let round = bcryptHash(secret, toWords(digest))
    const mixed = round.slice()
    for (let left = rounds - 1; left > 0; left--) {
      round = bcryptHash(secret, toWords(await sha512(round)))
      for (let at = 0; at < hashBytes; at++) mixed[at] = (mixed[at] ?? 0) ^ (round[at] ?? 0)
    }
    for (let at = block, from = 0; at < length; at += stride, from++) key[at] = mixed[from] ?? 0
  }
  return key
}

const hashBytes = 32

function bcryptHash(secret: Uint32Array, salt: Uint32Array): Uint8Array {
  const state = createState()
  expand(state, secret, salt)
  const nothing = new Uint32Array(salt.length)
  for (let time = 0; time < 64; time++) {
    expand(state, salt, nothing)
    expand(state, secret, nothing)
  }
  const text = toWords(new TextEncoder().encode('OxychromaticBlowfishSwatDynamite'))
  for (let at = 0; at < text.length; at += 2) for (let time = 0; time < 64; time++) encipher(state, text, at)
  const hash = new Uint8Array(hashBytes)
  const view = new DataView(hash.buffer)
  text.forEach((word, at) => {
    view.setUint32(at * 4, word, true)
  })
  return hash
}

function toWords(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Uint32Array.from({ length: bytes.length / 4 }, (_, at) => view.getUint32(at * 4))
}

/** Blowfish: 18 subkeys, then four boxes of 256. One array, so that the engine keeps it flat. */
type State = Uint32Array
const subkeys = 18
const stateWords = subkeys + 4 * 256

// The key goes into the subkeys; then everything is replaced, in its order, by what the cipher makes of the salt.
function expand(state: State, key: Uint32Array, salt: Uint32Array): void {
  for (let at = 0; at < subkeys; at++) state[at] = (state[at] ?? 0) ^ (key[at % key.length] ?? 0)
  const block = new Uint32Array(2)
  for (let at = 0; at < stateWords; at += 2) {
    block[0] = (block[0] ?? 0) ^ (salt[at % salt.length] ?? 0)
    block[1] = (block[1] ?? 0) ^ (salt[(at + 1) % salt.length] ?? 0)
    encipher(state, block, 0)
    state[at] = block[0]
    state[at + 1] = block[1]
  }
}

function encipher(state: State, block: Uint32Array, at: number): void {
  let left = (block[at] ?? 0) ^ (state[0] ?? 0)
  let right = block[at + 1] ?? 0
  for (let round = 1; round <= 16; round += 2) {
    right ^= scramble(state, left) ^ (state[round] ?? 0)
    left ^= scramble(state, right) ^ (state[round + 1] ?? 0)
  }
  block[at] = right ^ (state[17] ?? 0)
  block[at + 1] = left
}

function scramble(state: State, word: number): number {
  const a = state[subkeys + (word >>> 24)] ?? 0
  const b = state[subkeys + 256 + ((word >>> 16) & 255)] ?? 0
  const c = state[subkeys + 512 + ((word >>> 8) & 255)] ?? 0
  const d = state[subkeys + 768 + (word & 255)] ?? 0
  return (((a + b) ^ c) + d) | 0
}

let initial: State | undefined

/** The first words are the digits of π behind the point, so they are computed and not written down. */
function createState(): State {
  initial ??= digitsOfPi(stateWords)
  return initial.slice()
}

// Machin: π = 16·atan(1/5) − 4·atan(1/239), with some bits to spare.
function digitsOfPi(words: number): Uint32Array {
  const spare = 64n
  const one = 1n << (BigInt(words) * 32n + spare)
  const pi = 16n * arcTangent(one, 5n) - 4n * arcTangent(one, 239n)
  const hex = (pi >> spare).toString(16).slice(1)
  return Uint32Array.from({ length: words }, (_, at) => Number.parseInt(hex.slice(at * 8, at * 8 + 8), 16))
}

function arcTangent(one: bigint, inverse: bigint): bigint {
  let term = one / inverse
  let sum = term
  for (let odd = 3n, sign = -1n; term > 0n; odd += 2n, sign = -sign) {
    term /= inverse * inverse
    sum += (sign * term) / odd
  }
  return sum
}
