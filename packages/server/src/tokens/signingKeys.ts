import {
  type Algorithm,
  generateKey,
  type KeySet,
  type PublicJwk,
  type PublicKey,
  readPrivateKey,
  readPublicKeys,
  type SigningKey,
  writePrivateKey,
} from 'pkjwt/keys'
import { accessTokenLifetimeSeconds } from 'pkjwt/protocol'
import type { Log } from '../log/log.js'
import type { SigningKeyRecord, Store } from '../store/store.js'

/** What an access token may be signed with. Okta signs with RS256. */
export type SigningAlgorithm = Extract<Algorithm, 'RS256' | 'ES256' | 'EdDSA'>

/** The keys with which this server signs its access tokens. They live in the store, and every process on it uses the same. */
export interface SigningKeys {
  /** Resolves when there is a key to sign with; makes the first one. */
  ready(): Promise<void>
  /** The key to sign with now. RSA signatures are made on the thread pool. */
  signer(): Promise<SigningKey>
  /** The public keys to publish: those in use, the next one, and those whose tokens still live. */
  published(): Promise<readonly PublicJwk[]>
  /** The keys to verify a token with. Looks into the store again for a `kid` that is not known here. */
  keySet(kid?: unknown): Promise<KeySet>
  /**
   * Adds the next key. It is published at once, signs after `aheadSeconds`, and the one before stays published while tokens of it live.
   *
   * @returns The `kid` of the key that was added, or `undefined` when another process rotated first.
   */
  rotate(options?: { readonly aheadSeconds?: number | undefined }): Promise<string | undefined>
  /** Adds the next key when the newest one is older than this, and removes those whose last token is over. */
  tend(options: { readonly ageSecondsMax: number }): Promise<void>
}

export interface SigningKeysOptions {
  readonly store: Store
  readonly clock: () => Date
  readonly log: Log
  /** Default RS256. */
  readonly alg?: SigningAlgorithm | undefined
  /** Encrypts the private keys in the store (PKCS#8). */
  readonly passphrase?: string | undefined
  /** Makes a fresh key; for tests that do not want to wait for RSA. */
  readonly makeKey?: ((alg: SigningAlgorithm) => Promise<SigningKey>) | undefined
}

interface Held {
  readonly record: SigningKeyRecord
  readonly publicKey: PublicKey
}

/** A key that another process added is seen at the latest after this. */
const reloadMilliseconds = 5_000

/** Someone with a made-up `kid` must not cause a read for each token. */
const reloadForStrangerMilliseconds = 1_000

/** Time for resource servers to fetch the new key before it signs. */
const aheadSecondsDefault = 60

/** Creates the signing keys of a server; nothing is read before the first use. */
export function createSigningKeys(options: SigningKeysOptions): SigningKeys {
  const { store, clock, alg = 'RS256' } = options
  const signers = new Map<string, Promise<SigningKey>>()
  let held: readonly Held[] = []
  let loadedAt = Number.NEGATIVE_INFINITY
  let loading: Promise<void> | undefined
  const now = () => Math.floor(clock().getTime() / 1000)

  const load = () => {
    loading ??= (async () => {
      try {
        held = await readHeld(await store.listSigningKeys(), held)
        if (!held.some(({ record }) => record.alg === alg)) held = await addFirst(options, alg, now())
        loadedAt = performance.now()
      } finally {
        loading = undefined
      }
    })()
    return loading
  }
  const loadIfOlder = async (milliseconds: number) => {
    const age = performance.now() - loadedAt
    if (age === Number.POSITIVE_INFINITY) await load()
    // What is known serves while the store is read again; that it is away now is told by the readiness check.
    else if (age > milliseconds) load().catch((error: unknown) => options.log.error('signing_keys_reload', error))
  }
  const rotate: SigningKeys['rotate'] = async ({ aheadSeconds = aheadSecondsDefault } = {}) => {
    await load()
    const newest = held.find(({ record }) => record.alg === alg)?.record
    const notBefore = now() + aheadSeconds
    const record = await makeRecord(options, { alg, now: now(), notBefore })
    const notAfter = notBefore + accessTokenLifetimeSeconds + aheadSecondsDefault
    const isIn = await store.addSigningKey(record, { after: newest?.kid, notAfter })
    await load()
    return isIn ? record.kid : undefined
  }
  return {
    ready: () => load(),
    async signer() {
      await loadIfOlder(reloadMilliseconds)
      const { record } = chooseSigning(held, alg, now())
      const known = signers.get(record.kid) ?? openSigner(record, options.passphrase)
      signers.set(record.kid, known)
      return known
    },
    async published() {
      await loadIfOlder(reloadForStrangerMilliseconds)
      return held.filter(({ record }) => isPublished(record, now())).map(({ record }) => publicJwk(record))
    },
    async keySet(kid) {
      await loadIfOlder(reloadMilliseconds)
      const isStranger = kid !== undefined && !held.some(({ record }) => record.kid === kid)
      if (isStranger && performance.now() - loadedAt > reloadForStrangerMilliseconds) await load()
      return { keys: held.filter(({ record }) => isPublished(record, now())).map(({ publicKey }) => publicKey) }
    },
    rotate,
    async tend({ ageSecondsMax }) {
      await load()
      const newest = held.find(({ record }) => record.alg === alg)?.record
      if (newest !== undefined && now() - newest.created >= ageSecondsMax) await rotate()
      for (const { record } of held.filter((one) => !isPublished(one.record, now()))) await store.removeSigningKey(record.kid)
    },
  }
}

async function addFirst(options: SigningKeysOptions, alg: SigningAlgorithm, now: number): Promise<readonly Held[]> {
  const record = await makeRecord(options, { alg, now, notBefore: now })
  // Of several processes that start at once one gets its key in; all of them use that one.
  await options.store.addSigningKey(record, { after: undefined })
  return readHeld(await options.store.listSigningKeys(), [])
}

async function makeRecord(
  { passphrase, makeKey = makeSigningKey }: SigningKeysOptions,
  { alg, now, notBefore }: { readonly alg: SigningAlgorithm; readonly now: number; readonly notBefore: number },
): Promise<SigningKeyRecord> {
  const key = await makeKey(alg)
  const sealed = passphrase !== undefined
  const secret = sealed ? await writePrivateKey(key, 'pkcs8', { passphrase }) : JSON.stringify(await writePrivateKey(key, 'jwk'))
  return {
    kid: key.kid ?? key.thumbprint,
    alg,
    publicJwk: key.publicKey.jwk,
    secret,
    sealed,
    created: now,
    notBefore,
    notAfter: undefined,
  }
}

function makeSigningKey(alg: SigningAlgorithm): Promise<SigningKey> {
  return generateKey({ alg })
}

async function openSigner({ secret, sealed, kid, alg }: SigningKeyRecord, passphrase: string | undefined): Promise<SigningKey> {
  const name = readAlgorithm(alg)
  return readPrivateKey(secret, { kid, alg: name, alwaysInPool: true, ...(sealed ? { passphrase } : {}) })
}

function readAlgorithm(alg: string): SigningAlgorithm {
  const name = (['RS256', 'ES256', 'EdDSA'] as const).find((candidate) => candidate === alg)
  if (name === undefined) throw new TypeError(`Cannot sign with the algorithm ${alg} of the store`)
  return name
}

async function readHeld(records: readonly SigningKeyRecord[], before: readonly Held[]): Promise<readonly Held[]> {
  const known = new Map(before.map(({ record, publicKey }) => [record.kid, publicKey]))
  return Promise.all(records.map(async (record) => ({ record, publicKey: known.get(record.kid) ?? (await readPublic(record)) })))
}

async function readPublic(record: SigningKeyRecord): Promise<PublicKey> {
  const { keys } = await readPublicKeys({ keys: [publicJwk(record)] })
  const [key] = keys
  if (key === undefined) throw new TypeError(`Cannot use the signing key ${record.kid} of the store`)
  return key
}

function publicJwk({ kid, alg, publicJwk: jwk }: SigningKeyRecord): PublicJwk {
  return { ...jwk, kid, alg, use: 'sig' }
}

/** The newest key that may sign already. When a clock was set back none may, and the oldest one signs. */
function chooseSigning(held: readonly Held[], alg: SigningAlgorithm, now: number): Held {
  const ours = held.filter(({ record }) => record.alg === alg)
  const chosen = ours.find(({ record }) => record.notBefore <= now) ?? ours.at(-1)
  if (chosen === undefined) throw new TypeError(`Cannot sign: the store holds no ${alg} key`)
  return chosen
}

function isPublished({ notAfter }: SigningKeyRecord, now: number): boolean {
  return notAfter === undefined || notAfter > now
}
