import { PkjwtError } from 'pkjwt/errors'
import {
  type Algorithm,
  generateKey,
  type KeySet,
  type PrivateKeyFormat,
  type PublicKeyFormat,
  readPrivateKey,
  readPublicKeys,
  type SigningKey,
  writePrivateKey,
  writePublicKeys,
} from 'pkjwt/keys'
import type { KeyInput, ReadOptions } from '../key/input.js'
import { createKeyBox, type KeyBox } from '../key/keyBox.js'
import { createStore, type Store } from '../model/store.js'

/** What lies on the bench of the mode Keys: a pair that can be written out, or public keys. */
export type Bench =
  | { readonly is: 'pair'; readonly key: SigningKey; readonly origin: 'generated' | 'read' }
  | { readonly is: 'public'; readonly keys: KeySet }

/** How the `kid` of a new key is made. */
export type KidChoice = 'thumbprint' | 'date' | 'own'

export interface GenerateChoice {
  readonly alg: Algorithm
  readonly bits: number
  readonly kidChoice: KidChoice
  readonly kid: string
}

/** The mode Keys: one key at a time, which can be written out until it is put away. */
export interface Workshop {
  readonly box: KeyBox<Bench>
  readonly choice: Store<GenerateChoice>
  generate(now: Date): Promise<boolean>
}

/** Creates the mode Keys with an empty bench. */
export function createWorkshop(): Workshop {
  const choice = createStore<GenerateChoice>({ alg: 'RS256', bits: 2048, kidChoice: 'thumbprint', kid: '' })
  const box = createKeyBox(readBench)
  return {
    box,
    choice,
    generate(now) {
      const { alg, bits } = choice.get()
      const kid = kidOf(choice.get(), now)
      return box.make(async () => ({ is: 'pair', key: await generateKey({ alg, bits, kid }), origin: 'generated' }))
    },
  }
}

/** Undefined leaves it to the library, which takes the thumbprint. */
function kidOf({ kidChoice, kid }: GenerateChoice, now: Date): string | undefined {
  if (kidChoice === 'own') return kid.trim() || undefined
  return kidChoice === 'date' ? now.toISOString().slice(0, 10) : undefined
}

/** Reads a private key so that it can be written out again, or public ones. */
export async function readBench(input: KeyInput, options: ReadOptions): Promise<Bench> {
  try {
    return { is: 'pair', key: await readPrivateKey(input, options), origin: 'read' }
  } catch (error) {
    if (error instanceof PkjwtError && publicCodes.has(error.code)) return { is: 'public', keys: await readPublicKeys(input) }
    throw error
  }
}

const publicCodes: ReadonlySet<string> = new Set(['key_public', 'key_certificate', 'key_ssh_public'])

/** A private key as a text, in one of its forms. */
export async function privateText(key: SigningKey, format: PrivateKeyFormat, passphrase: string): Promise<string> {
  if (format === 'jwk') return `${JSON.stringify(await writePrivateKey(key, 'jwk'), undefined, 2)}\n`
  const encrypts = format === 'pkcs8' && passphrase !== ''
  return writePrivateKey(key, format, encrypts ? { passphrase } : {})
}

/** Public keys as a text, in one of their forms. */
export async function publicText(keys: SigningKey | KeySet, format: PublicKeyFormat): Promise<string> {
  const written = await writePublicKeys(keys, format)
  return typeof written === 'string' ? written : `${JSON.stringify(written, undefined, 2)}\n`
}

/** The forms in which a key of this type can be written. */
export function privateFormatsOf({ kty }: SigningKey): readonly PrivateKeyFormat[] {
  if (kty === 'RSA') return ['jwk', 'pkcs8', 'pkcs1']
  return kty === 'EC' ? ['jwk', 'pkcs8', 'sec1'] : ['jwk', 'pkcs8']
}
