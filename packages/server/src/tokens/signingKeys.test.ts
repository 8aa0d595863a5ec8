import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLog } from '../log/log.js'
import { createMetrics } from '../log/metrics.js'
import { openStore } from '../store/open.js'
import type { Store } from '../store/store.js'
import { createSigningKeys, type SigningAlgorithm, type SigningKeys } from './signingKeys.js'

let store: Store
let now: number

beforeEach(async () => {
  store = await openStore(':memory:')
  now = 1_770_091_506
})

afterEach(() => store.close())

function createKeys(options: { alg?: SigningAlgorithm; passphrase?: string } = {}): SigningKeys {
  const clock = () => new Date(now * 1000)
  return createSigningKeys({ store, clock, log: createLog({ clock, metrics: createMetrics() }), alg: 'ES256', ...options })
}

describe('createSigningKeys()', () => {
  it('makes one key and keeps it', async () => {
    const [first, later] = [createKeys(), createKeys()]
    expect((await first.signer()).kid).toBe((await later.signer()).kid)
    expect(await store.listSigningKeys()).toHaveLength(1)
  })

  it('makes one key when eight start at once', async () => {
    const signers = await Promise.all(Array.from({ length: 8 }, () => createKeys().signer()))
    expect(new Set(signers.map(({ kid }) => kid)).size).toBe(1)
    expect(await store.listSigningKeys()).toHaveLength(1)
  })

  it.each(['RS256', 'ES256', 'EdDSA'] as const)('signs with %s, and what it publishes verifies it', async (alg) => {
    const keys = createKeys({ alg })
    const signer = await keys.signer()
    const data = new TextEncoder().encode('data')
    const { keys: published } = await keys.keySet()
    expect(signer.alg).toBe(alg)
    expect(await published[0]?.verify(alg, data, await signer.sign(data))).toBe(true)
  })

  it('publishes no private member', async () => {
    const [jwk] = await createKeys().published()
    expect(Object.keys(jwk ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
  })

  it('keeps the private key encrypted when there is a passphrase', async () => {
    const before = await createKeys({ passphrase: 'correct horse' }).signer()
    const [record] = await store.listSigningKeys()
    expect(record?.sealed).toBe(true)
    expect(record?.secret).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/)
    expect((await createKeys({ passphrase: 'correct horse' }).signer()).kid).toBe(before.kid)
  })

  it('does not sign with a key that it cannot open', async () => {
    await createKeys({ passphrase: 'correct horse' }).signer()
    await expect(createKeys({ passphrase: 'battery staple' }).signer()).rejects.toMatchObject({ code: 'key_passphrase_wrong' })
    await expect(createKeys().signer()).rejects.toMatchObject({ code: 'key_encrypted' })
  })
})

describe('rotate()', () => {
  it('publishes the next key at once and signs with it when its time has come', async () => {
    const keys = createKeys()
    const { kid: old } = await keys.signer()
    const next = await keys.rotate({ aheadSeconds: 60 })
    expect((await keys.published()).map(({ kid }) => kid)).toEqual([next, old])
    expect((await keys.signer()).kid).toBe(old)
    now += 60
    expect((await keys.signer()).kid).toBe(next)
  })

  it('keeps the old key published while a token of it can live, and no longer', async () => {
    const keys = createKeys()
    const { kid: old } = await keys.signer()
    await keys.rotate({ aheadSeconds: 0 })
    now += 3600
    expect((await keys.published()).map(({ kid }) => kid)).toContain(old)
    now += 61
    expect((await keys.published()).map(({ kid }) => kid)).not.toContain(old)
  })

  it('gets one key in when two processes rotate at once', async () => {
    const [one, two] = [createKeys(), createKeys()]
    await Promise.all([one.ready(), two.ready()])
    const added = await Promise.all([one.rotate(), two.rotate()])
    expect(added.filter((kid) => kid !== undefined)).toHaveLength(1)
    expect(await store.listSigningKeys()).toHaveLength(2)
  })

  it('is seen by another process when a token names the new key', async () => {
    const [one, two] = [createKeys(), createKeys()]
    await Promise.all([one.ready(), two.ready()])
    const kid = await one.rotate({ aheadSeconds: 0 })
    await new Promise((resolve) => setTimeout(resolve, 1100))
    expect((await two.keySet(kid)).keys.map((key) => key.kid)).toContain(kid)
  })
})

describe('tend()', () => {
  const ageSecondsMax = 90 * 86_400

  it('changes nothing while the key is young', async () => {
    const keys = createKeys()
    await keys.ready()
    now += ageSecondsMax - 1
    await keys.tend({ ageSecondsMax })
    expect(await store.listSigningKeys()).toHaveLength(1)
  })

  it('adds the next key when the newest one is old, and removes the old one when its tokens are over', async () => {
    const keys = createKeys()
    const { kid: old } = await keys.signer()
    now += ageSecondsMax
    await keys.tend({ ageSecondsMax })
    expect(await store.listSigningKeys()).toHaveLength(2)
    now += 60
    expect((await keys.signer()).kid).not.toBe(old)
    now += 3661
    await keys.tend({ ageSecondsMax })
    expect((await store.listSigningKeys()).map(({ kid }) => kid)).not.toContain(old)
  })
})

describe('a clock that went back', () => {
  it('leaves the only key to sign with', async () => {
    const keys = createKeys()
    const { kid } = await keys.signer()
    now -= 86_400
    expect((await createKeys().signer()).kid).toBe(kid)
  })
})

describe('another algorithm', () => {
  it('gets a key of its own, and the one before stays published', async () => {
    const before = await createKeys({ alg: 'ES256' }).signer()
    const keys = createKeys({ alg: 'EdDSA' })
    expect((await keys.signer()).alg).toBe('EdDSA')
    expect((await keys.published()).map(({ kid }) => kid)).toContain(before.kid)
  })
})
