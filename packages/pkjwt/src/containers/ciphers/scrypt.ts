export interface ScryptOptions {
  readonly passphrase: Uint8Array
  readonly salt: Uint8Array
  /** Cost: a power of two. */
  readonly n: number
  /** Size of a block, in 128 bytes. */
  readonly r: number
  readonly p: number
  readonly length: number
}

/** PBKDF2 with HMAC-SHA-256 and one round. */
type Pbkdf2 = (input: { passphrase: Uint8Array; salt: Uint8Array; length: number }) => Promise<Uint8Array>

/** scrypt (RFC 7914) on top of a PBKDF2: Web Crypto has none, and keys that OpenSSL encrypted with it are read in the browser too. */
export async function scryptWith(pbkdf2: Pbkdf2, { passphrase, salt, n, r, p, length }: ScryptOptions): Promise<Uint8Array> {
  const blocks = await pbkdf2({ passphrase, salt, length: p * 128 * r })
  const view = new DataView(blocks.buffer, blocks.byteOffset, blocks.byteLength)
  const words = Uint32Array.from({ length: blocks.length / 4 }, (_, at) => view.getUint32(at * 4, true))
  for (let at = 0; at < p; at++) mixRow(words.subarray(at * 32 * r, (at + 1) * 32 * r), n)
  words.forEach((word, at) => {
    view.setUint32(at * 4, word, true)
  })
  return pbkdf2({ passphrase, salt: blocks, length })
}

// RFC 7914 §5: fill a large memory in order, then read it in an order that nobody knows before.
function mixRow(row: Uint32Array, n: number): void {
  const size = row.length
  const memory = new Uint32Array(size * n)
  const scratch = new Uint32Array(size)
  for (let at = 0; at < n; at++) {
    memory.set(row, at * size)
    mixBlock(row, scratch)
  }
  for (let time = 0; time < n; time++) {
    const from = ((row[size - 16] ?? 0) & (n - 1)) * size
    for (let at = 0; at < size; at++) row[at] = (row[at] ?? 0) ^ (memory[from + at] ?? 0)
    mixBlock(row, scratch)
  }
}

// RFC 7914 §4: each 64 bytes go through Salsa20/8 with the ones before; the even ones come first in the result.
function mixBlock(row: Uint32Array, scratch: Uint32Array): void {
  const pieces = row.length / 16
  const piece = row.slice(-16)
  for (let at = 0; at < pieces; at++) {
    for (let word = 0; word < 16; word++) piece[word] = (piece[word] ?? 0) ^ (row[at * 16 + word] ?? 0)
    salsa(piece)
    scratch.set(piece, ((at & 1) * (pieces / 2) + (at >> 1)) * 16)
  }
  row.set(scratch)
}

// The order in which Salsa20 touches its 4 by 4 words: columns, then rows.
const quarters = [
  [0, 4, 8, 12],
  [5, 9, 13, 1],
  [10, 14, 2, 6],
  [15, 3, 7, 11],
  [0, 1, 2, 3],
  [5, 6, 7, 4],
  [10, 11, 8, 9],
  [15, 12, 13, 14],
] as const

function salsa(piece: Uint32Array): void {
  const before = piece.slice()
  for (let round = 0; round < 4; round++) for (const [a, b, c, d] of quarters) quarter(piece, a, b, c, d)
  for (let at = 0; at < 16; at++) piece[at] = (piece[at] ?? 0) + (before[at] ?? 0)
}

function quarter(x: Uint32Array, a: number, b: number, c: number, d: number): void {
  x[b] = (x[b] ?? 0) ^ rotate((x[a] ?? 0) + (x[d] ?? 0), 7)
  x[c] = (x[c] ?? 0) ^ rotate((x[b] ?? 0) + (x[a] ?? 0), 9)
  x[d] = (x[d] ?? 0) ^ rotate((x[c] ?? 0) + (x[b] ?? 0), 13)
  x[a] = (x[a] ?? 0) ^ rotate((x[d] ?? 0) + (x[c] ?? 0), 18)
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits))
}
