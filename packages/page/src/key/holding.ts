import { type Found, recognise } from 'pkjwt/containers'
import { isJsonObject } from 'pkjwt/encoding'
import { type Algorithm, algorithmsFor, readPrivateKey, type SigningKey, writePrivateKey } from 'pkjwt/keys'
import type { KeyInput, ReadOptions } from './input.js'

/** A private key that is held as a handle: it signs, and nobody can read it back. */
export interface HeldKey {
  /** One handle for each algorithm that the key may sign with: a handle is bound to one, and the text is gone. */
  readonly handles: ReadonlyMap<Algorithm, SigningKey>
  readonly signer: SigningKey
  /** The form in which it came: "PKCS#8", "JWK". */
  readonly form: string
  readonly origin: 'read' | 'generated'
}

/** Reads a private key into handles that cannot be written out again. */
export async function holdKey(input: KeyInput, options: ReadOptions = {}): Promise<HeldKey> {
  // Its container is opened once: that can take a second when it is locked with a passphrase.
  return { ...(await handlesOf(await readPrivateKey(input, options))), form: formOf(input), origin: 'read' }
}

/** Makes handles of a key that could still be written out. */
export async function holdGenerated(key: SigningKey): Promise<HeldKey> {
  return { ...(await handlesOf(key)), form: 'JWK', origin: 'generated' }
}

async function handlesOf(key: SigningKey): Promise<Pick<HeldKey, 'handles' | 'signer'>> {
  const jwk = await writePrivateKey(key, 'jwk')
  const handles = new Map<Algorithm, SigningKey>()
  // A key that says itself which algorithm it is for signs with no other one.
  const possible = key.publicKey.alg === undefined ? algorithmsFor(key.kty, key.crv) : [key.alg]
  for (const alg of possible) handles.set(alg, await readPrivateKey(jwk, { alg, extractable: false }))
  const signer = handles.get(key.alg)
  if (signer === undefined) throw new Error('a key signs with the algorithm that it was read for')
  return { handles, signer }
}

/** Chooses another of the algorithms that a key may sign with. */
export function withAlgorithm(held: HeldKey, alg: Algorithm): HeldKey {
  return { ...held, signer: held.handles.get(alg) ?? held.signer }
}

const formNames = { pkcs8: 'PKCS#8', pkcs1: 'PKCS#1', sec1: 'SEC1', openssh: 'OpenSSH', traditional: 'PEM, encrypted' } as const

/** What holds the key, by its name. */
export function formOf(input: KeyInput): string {
  const found = recognise(input).find(({ is }) => is !== 'public' && is !== 'certificate' && is !== 'other')
  if (found?.is === 'private') return formNames[found.form]
  if (found?.is === 'encrypted') return found.form === 'pkcs8' ? `${formNames.pkcs8}, encrypted` : formNames.traditional
  return found?.is === 'jwks' ? 'JWK set' : 'JWK'
}

/** A private key among several. */
export interface Candidate {
  readonly kid: string
  readonly kind: string
}

/** The private keys of a set that can be chosen by their name. */
export function candidatesOf(input: KeyInput): Candidate[] {
  return recognise(input)
    .flatMap(privateMembers)
    .flatMap(({ kid, kty, crv }) => (typeof kid === 'string' ? [{ kid, kind: [kty, crv].filter(isText).join(' ') }] : []))
}

function privateMembers(found: Found): Readonly<Record<string, unknown>>[] {
  if (found.is === 'jwk') return [found.members]
  return found.is === 'jwks' ? found.keys.filter(isJsonObject).filter(({ d }) => d !== undefined) : []
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
