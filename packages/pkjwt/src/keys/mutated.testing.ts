import { expect } from 'vitest'
import { PkjwtError } from '../errors.js'
import {
  describeKey,
  generateKey,
  readPrivateKey,
  readPublicKeys,
  type SigningKey,
  writePrivateKey,
  writePublicKeys,
} from './index.js'

/** A sequence of numbers below 2³² that is the same for each seed (mulberry32): a failure can be had again. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
}

type Seed = string | Uint8Array | object

/** Keys in every form that is written here, and others that the caller adds. */
export async function makeSeeds(more: readonly Seed[] = []): Promise<Seed[]> {
  const keys = await Promise.all((['RS256', 'ES256', 'ES384', 'EdDSA'] as const).map((alg) => generateKey({ alg })))
  return [...(await Promise.all(keys.map(formsOf))).flat(), ...more]
}

async function formsOf(key: SigningKey): Promise<Seed[]> {
  const jwk = await writePrivateKey(key, 'jwk')
  const pems = [await writePrivateKey(key, 'pkcs8'), await writePublicKeys(key, 'spki')]
  if (key.kty === 'RSA') pems.push(await writePrivateKey(key, 'pkcs1'))
  if (key.kty === 'EC') pems.push(await writePrivateKey(key, 'sec1'))
  const ders = pems.map((pem) => Buffer.from(pem.replaceAll(/-.*-|\n/g, ''), 'base64'))
  return [
    ...pems,
    ...ders,
    jwk,
    JSON.stringify(jwk),
    JSON.stringify({ keys: [jwk, key.publicKey.jwk] }),
    Buffer.from(pems[0] ?? '').toString('base64'),
  ]
}

const pieces = [
  '',
  '0',
  '-',
  '=',
  '"',
  '\\n',
  '\n',
  '{',
  '}',
  '[',
  ',',
  ':',
  '\u0000',
  '\ufeff',
  'é',
  '😀',
  '-----BEGIN ',
  '-----END X-----',
  'null',
  'AAAA',
  '\\u0061',
]

function mutateText(text: string, random: () => number): string {
  const at = random() % (text.length + 1)
  const length = [0, 1, 1, 2, 7, 60, 300][random() % 7] ?? 0
  const piece = random() % 3 === 0 ? text.slice(at, at + (random() % 40)) : (pieces[random() % pieces.length] ?? '')
  return text.slice(0, at) + piece + text.slice(at + length)
}

function mutateBytes(bytes: Uint8Array, random: () => number): Uint8Array {
  const at = random() % bytes.length
  switch (random() % 5) {
    case 0:
      return bytes.subarray(0, at)
    case 1:
      return Uint8Array.from([...bytes.subarray(0, at), random() & 255, ...bytes.subarray(at)])
    case 2:
      return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + 1 + (random() % 9))])
    case 3:
      return bytes.map((byte, index) => (index === at ? ([0, 1, 0x7f, 0x80, 0x81, 0x84, 0xff][random() % 7] ?? 0) : byte))
    default:
      return bytes.map((byte, index) => (index === at ? byte ^ (1 << (random() % 8)) : byte))
  }
}

const values = [
  null,
  true,
  0,
  Number.POSITIVE_INFINITY,
  '',
  'A',
  'AA',
  'AAAA',
  'AQAB',
  'RSA',
  'EC',
  'OKP',
  'oct',
  'P-256',
  'P-384',
  'Ed25519',
  'sig',
  'enc',
  [],
  ['sign'],
  {},
  { kty: 'RSA' },
]

function mutateObject(value: object, random: () => number): object {
  const names = Object.keys(value)
  const name =
    random() % 8 === 0 ? ['oth', 'status', 'keys', 'toJSON', '__proto__'][random() % 5] : names[random() % names.length]
  const held: unknown = Object.entries(value).find(([each]) => each === name)?.[1]
  if (random() % 3 === 0) return Object.fromEntries(Object.entries(value).filter(([each]) => each !== name))
  const changed = typeof held === 'string' && random() % 2 === 0 ? mutateText(held, random) : values[random() % values.length]
  return Object.fromEntries([...Object.entries(value), [name ?? '', changed]])
}

function mutate(seed: Seed, random: () => number): Seed {
  if (typeof seed === 'string') return mutateText(seed, random)
  return seed instanceof Uint8Array ? mutateBytes(seed, random) : mutateObject(seed, random)
}

export interface MutationReport {
  readonly read: number
  readonly refused: number
  readonly slowestMs: number
}

/** Reads keys that were changed at random. Whatever comes: a key, or a PkjwtError that says nothing secret, and soon. */
export async function readMutated(
  seeds: readonly Seed[],
  { count, seed }: { count: number; seed: number },
): Promise<MutationReport> {
  const random = createRandom(seed)
  const report = { read: 0, refused: 0, slowestMs: 0 }
  for (let time = 0; time < count; time++) {
    let input = seeds[random() % seeds.length] ?? ''
    for (let left = 1 + (random() % 3); left > 0; left--) input = mutate(input, random)
    const options = random() % 2 === 0 ? { passphrase: 'secret' } : {}
    const start = performance.now()
    const wasRead = await tryReading(input, options, random() % 4)
    report.slowestMs = Math.max(report.slowestMs, performance.now() - start)
    if (wasRead) report.read++
    else report.refused++
  }
  return report
}

async function tryReading(input: Seed, options: { passphrase?: string }, which: number): Promise<boolean> {
  try {
    if (which === 0) await readPublicKeys(input)
    else if (which === 1) await describeKey(input, options)
    else await readPrivateKey(input, options)
    return true
  } catch (error) {
    if (!(error instanceof PkjwtError)) throw new Error(`not a PkjwtError for ${describeInput(input)}`, { cause: error })
    expect(error.hint, error.message).toMatch(/\w/)
    expect(error.message.length).toBeLessThan(400)
    return false
  }
}

function describeInput(input: Seed): string {
  if (typeof input === 'string') return JSON.stringify(input)
  return input instanceof Uint8Array ? Buffer.from(input).toString('hex') : JSON.stringify(input)
}
