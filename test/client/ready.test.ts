import { createTokenClient, type KeyInput } from 'pkjwt/client'
import { createSigner, generateKey, writePrivateKey, writePublicKeys } from 'pkjwt/keys'
import { describe, expect, test } from 'vitest'
import { failureOf, startPair, testKey } from './harness.js'

const key = await testKey()
const other = await generateKey({ alg: 'ES256', kid: 'first' })
const jwk = await writePrivateKey(key, 'jwk')
const pem = await writePrivateKey(key, 'pkcs8')
const publicJwk = await writePublicKeys(key, 'jwk')
const pssKey = await generateKey({ alg: 'PS256' })
const options = { org: 'example.okta.com', clientId: '0oa1', scopes: ['okta.users.read'] }

describe('ready() accepts', () => {
  const accepted: readonly (readonly [name: string, key: KeyInput | (() => KeyInput | Promise<KeyInput>)])[] = [
    ['a key that was read', key],
    ['a JWK', jwk],
    ['a JWK as text', JSON.stringify(jwk)],
    ['a PEM', pem],
    ['a signer', createSigner({ alg: 'ES256', publicKey: key.publicKey, sign: (data) => key.sign(data) })],
    ['a function that gives a key', () => key],
    ['a function that gives a promise of a PEM', async () => pem],
  ]

  test.each(accepted)('%s', async (_, given) => {
    await createTokenClient({ ...options, key: given }).ready()
  })
})

describe('ready() refuses, without asking the server,', () => {
  const refused: readonly (readonly [name: string, key: KeyInput | (() => KeyInput), expected: object])[] = [
    ['a public key', publicJwk, { code: 'key_public' }],
    ['the name of a file', 'private-key.pem', { code: 'key_is_path' }],
    ['a PEM cut short', pem.slice(0, 90), { name: 'KeyError' }],
    [
      'a signer of another key',
      createSigner({ alg: 'ES256', publicKey: key.publicKey, sign: (data) => other.sign(data) }),
      { code: 'signer_failed' },
    ],
    [
      'a signer made by hand whose signature does not fit',
      { alg: 'ES256', kid: undefined, publicKey: key.publicKey, sign: () => new Uint8Array(64) },
      { code: 'signer_failed' },
    ],
    [
      'a function that fails',
      () => {
        throw new Error('vault is sealed')
      },
      { code: 'key_not_found', cause: { message: 'vault is sealed' } },
    ],
    ['a key of an algorithm that the profile does not take', pssKey, { by: 'rules' }],
  ]

  test.each(refused)('%s', async (_, given, expected) => {
    const fetch = () => Promise.reject(new Error('the server was asked'))
    const client = createTokenClient({ ...options, key: given, fetch })
    expect(await failureOf(client.ready())).toMatchObject(expected)
  })
})

test('token() without ready() says of a bad key what ready() says', async () => {
  await using pair = await startPair({ key: 'private-key.pem' })
  await expect(pair.client.token()).rejects.toMatchObject({ code: 'key_is_path' })
  expect(pair.server.requests).toHaveLength(0)
})

test('a kid that was given goes into the header', async () => {
  await using pair = await startPair({ key: pem, kid: 'of the server' })
  await pair.client.token().catch(() => {})
  expect(pair.eventsOf('signed')).toMatchObject([{ kid: 'of the server' }])
})

test('a function is asked before each purchase, so that a rotated key is picked up', async () => {
  let current = other
  await using pair = await startPair({ key: () => current })
  expect(await failureOf(pair.client.token())).toMatchObject({ error: 'invalid_client' })
  current = key
  expect((await pair.client.token({ forceRefresh: true })).value).toBe('token-1')
})

test('a function that could not give the key once is asked again', async () => {
  let asked = 0
  await using pair = await startPair({
    key() {
      asked += 1
      if (asked === 1) throw new Error('not yet')
      return key
    },
  })
  await failureOf(pair.client.token())
  expect((await pair.client.token()).value).toBe('token-1')
})

describe('what never answers is given up', () => {
  const never = () => new Promise<never>(() => {})
  const retry = { deadlineSeconds: 0.05 }

  test('a signer', async () => {
    await using pair = await startPair({ retry, key: { alg: 'ES256', kid: undefined, publicKey: key.publicKey, sign: never } })
    await expect(pair.client.token()).rejects.toMatchObject({
      code: 'signer_failed',
      message: expect.stringContaining('no answer'),
    })
  })

  test('a function that should give the key', async () => {
    await using pair = await startPair({ retry, key: never })
    await expect(pair.client.token()).rejects.toMatchObject({ code: 'signer_failed' })
  })

  test('and at once when the client is closed', async () => {
    await using pair = await startPair({ key: never })
    const waiting = failureOf(pair.client.token())
    pair.client.close()
    expect(await waiting).toMatchObject({ code: 'closed' })
  })
})
