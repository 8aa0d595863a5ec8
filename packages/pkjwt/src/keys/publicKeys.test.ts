import { createPublicKey } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { createFolder, hasKeyTools } from '../containers/tools.testing.js'
import type { KeyError } from '../errors.js'
import { generateKeyPairSync } from '../nodeKeys.testing.js'
import { generateKey, type PublicKeyFormat, readPublicKeys, type SigningKey, writePrivateKey, writePublicKeys } from './index.js'

let rsa: SigningKey
let ec: SigningKey
let ed: SigningKey

beforeAll(async () => {
  rsa = await generateKey()
  ec = await generateKey({ alg: 'ES256' })
  ed = await generateKey({ alg: 'EdDSA' })
})

const refusal = (input: string | Uint8Array | object) =>
  readPublicKeys(input).then(
    () => undefined,
    (error: unknown) => error as KeyError,
  )

describe('readPublicKeys() reads', () => {
  it('a JWK, as object and as text', async () => {
    for (const input of [ec.publicKey.jwk, JSON.stringify(ec.publicKey.jwk)]) {
      const { keys, skipped } = await readPublicKeys(input)
      expect(keys).toMatchObject([
        {
          kty: 'EC',
          crv: 'P-256',
          bits: 256,
          kid: ec.kid,
          alg: 'ES256',
          use: 'sig',
          keyOps: undefined,
          status: 'ACTIVE',
          algorithms: ['ES256'],
          thumbprint: ec.thumbprint,
        },
      ])
      expect(skipped).toBeUndefined()
    }
  })

  it('what a key says of itself, whatever it says', async () => {
    const [key] = (
      await readPublicKeys({ ...rsa.publicKey.jwk, alg: 'RSA-OAEP', use: 'enc', key_ops: ['encrypt'], status: 'INACTIVE' })
    ).keys
    expect(key).toMatchObject({ alg: 'RSA-OAEP', use: 'enc', keyOps: ['encrypt'], status: 'INACTIVE' })
    expect(key?.algorithms).toEqual(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'])
  })

  it('a set, in its order', async () => {
    const set = { keys: [ed, rsa, ec].map(({ publicKey }) => publicKey.jwk) }
    for (const input of [set, JSON.stringify(set), { jwks: set }]) {
      expect((await readPublicKeys(input)).keys.map(({ kid }) => kid)).toEqual([ed.kid, rsa.kid, ec.kid])
    }
  })

  it('an empty set', async () => {
    expect(await readPublicKeys({ keys: [] })).toEqual({ keys: [] })
  })

  it('a set with keys that it does not know, which it names', async () => {
    const { keys, skipped } = await readPublicKeys({
      keys: [
        { kty: 'AKP', kid: 'b' },
        ec.publicKey.jwk,
        { kty: 'OKP', crv: 'X25519', x: 'AA' },
        { kty: 'EC', crv: 'secp256k1', x: 'AA', y: 'AA' },
      ],
    })
    expect(keys).toHaveLength(1)
    expect(skipped?.map(({ index, error }) => [index, error.code])).toEqual([
      [0, 'key_unsupported'],
      [2, 'key_unsupported'],
      [3, 'key_unsupported'],
    ])
    expect(skipped?.[0]?.error.message).toContain('(key 1 of the set, kid "b")')
  })

  it('a set inside of an object, and what it left out', async () => {
    const { keys, skipped } = await readPublicKeys({ a: { keys: [{ kty: 'AKP' }, ec.publicKey.jwk] }, b: ed.publicKey.jwk })
    expect(keys.map(({ kid }) => kid)).toEqual([ec.kid, ed.kid])
    expect(skipped).toMatchObject([{ index: 0, error: { code: 'key_unsupported' } }])
  })

  it('the name of RFC 9864 as EdDSA, of an Ed25519 key alone', async () => {
    const algOf = async (jwk: object) => (await readPublicKeys({ ...jwk, alg: 'Ed25519' })).keys[0]?.alg
    expect(await algOf(ed.publicKey.jwk)).toBe('EdDSA')
    expect(await algOf(ec.publicKey.jwk)).toBe('Ed25519')
    expect((await readPublicKeys({ ...ed.publicKey.jwk, alg: 'ES256' })).keys[0]?.alg).toBe('ES256')
  })

  it('a key with parameters in front', async () => {
    const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n'
    expect((await readPublicKeys(parameters + (await writePublicKeys(ec, 'spki')))).keys).toHaveLength(1)
  })

  it('SPKI as PEM, several at once, and as DER', async () => {
    const pem = (await writePublicKeys(rsa, 'spki')) + (await writePublicKeys(ed, 'spki'))
    expect((await readPublicKeys(pem)).keys.map(({ thumbprint }) => thumbprint)).toEqual([rsa.thumbprint, ed.thumbprint])
    const der = createPublicKey(await writePublicKeys(ec, 'spki')).export({ format: 'der', type: 'spki' })
    expect((await readPublicKeys(der)).keys[0]?.thumbprint).toBe(ec.thumbprint)
  })

  it('PKCS#1', async () => {
    const key = createPublicKey(await writePublicKeys(rsa, 'spki'))
    expect((await readPublicKeys(key.export({ format: 'pem', type: 'pkcs1' }))).keys[0]?.thumbprint).toBe(rsa.thumbprint)
    expect((await readPublicKeys(key.export({ format: 'der', type: 'pkcs1' }))).keys[0]?.thumbprint).toBe(rsa.thumbprint)
  })

  it('a KeyObject and a CryptoKey', async () => {
    expect((await readPublicKeys(createPublicKey(await writePublicKeys(ec, 'spki')))).keys[0]?.thumbprint).toBe(ec.thumbprint)
    const { publicKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
    expect((await readPublicKeys(publicKey)).keys[0]).toMatchObject({ kty: 'EC', keyOps: undefined })
  })
})

describe.skipIf(!hasKeyTools)('readPublicKeys() reads files of others:', () => {
  const { openssl, sshKeygen, read } = createFolder()
  const thumbprints = async (text: string) => (await readPublicKeys(text)).keys.map(({ thumbprint }) => thumbprint)

  it('a compressed point', async () => {
    openssl('genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out p384.pem')
    openssl('ec -in p384.pem -pubout -out plain.pem')
    openssl('ec -in p384.pem -pubout -conv_form compressed -out compressed.pem')
    expect(await thumbprints(read('compressed.pem'))).toEqual(await thumbprints(read('plain.pem')))
  })

  it('the lines of an SSH key', async () => {
    for (const type of ['rsa -b 2048', 'ecdsa -b 521', 'ed25519']) {
      sshKeygen(`-t ${type} -N '' -f ${type.slice(0, 3)}`)
      const [key] = (await readPublicKeys(read(`${type.slice(0, 3)}.pub`))).keys
      openssl('version')
      expect(key?.jwk).toMatchObject({ kty: { rsa: 'RSA', ecd: 'EC', ed2: 'OKP' }[type.slice(0, 3)] })
    }
    expect(await thumbprints(`# keys\nfrom="10.0.0.1" ${read('rsa.pub')}${read('ed2.pub')}`)).toHaveLength(2)
  })

  it('an SSH public key that is the half of its private key', async () => {
    sshKeygen("-t ecdsa -b 384 -N '' -f half")
    const [key] = (await readPublicKeys(read('half.pub'))).keys
    const { describeKey } = await import('./index.js')
    expect((await describeKey(read('half'))).thumbprint).toBe(key?.thumbprint)
    expect(await describeKey(read('half.pub'))).toMatchObject({ kind: 'public', format: 'ssh', crv: 'P-384' })
  })

  it('a certificate, alone and with its chain', async () => {
    openssl('genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ca.pem')
    openssl('genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out leaf.pem')
    openssl("req -x509 -key ca.pem -subj '/CN=authority' -days 30 -out ca.crt")
    openssl("req -new -key leaf.pem -subj '/CN=app' -out leaf.csr")
    openssl('x509 -req -in leaf.csr -CA ca.crt -CAkey ca.pem -CAcreateserial -days 30 -out leaf.crt')
    openssl('ec -in leaf.pem -pubout -out leaf-public.pem')
    const leaf = await thumbprints(read('leaf-public.pem'))
    expect(await thumbprints(read('leaf.crt'))).toEqual(leaf)
    expect(await thumbprints(read('leaf.crt') + read('ca.crt'))).toEqual(leaf)
    expect(await thumbprints(read('ca.crt') + read('leaf.crt'))).toEqual(leaf)
    const { describeKey } = await import('./index.js')
    expect(await describeKey(read('leaf.crt') + read('ca.crt'))).toMatchObject({
      kind: 'certificate',
      format: 'x509',
      thumbprint: leaf[0],
    })
  })

  it('a certificate of version 1, and two that sign themselves under one name', async () => {
    openssl('genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out one.pem')
    openssl('genpkey -algorithm ED25519 -out two.pem')
    openssl("req -x509 -key one.pem -subj '/CN=app' -days 30 -out one.crt")
    openssl("req -x509 -key two.pem -subj '/CN=app' -days 30 -out two.crt")
    openssl("req -new -key one.pem -subj '/CN=app' -out one.csr")
    openssl('x509 -req -in one.csr -signkey one.pem -days 30 -out version1.crt')
    expect(await thumbprints(read('version1.crt'))).toEqual(await thumbprints(read('one.crt')))
    expect(await thumbprints(read('one.crt') + read('two.crt'))).toHaveLength(2)
  })

  it('a certificate whose key is too small is refused', async () => {
    openssl('genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out small.pem')
    openssl("req -x509 -key small.pem -subj '/CN=app' -days 30 -out small.crt")
    openssl('rsa -in small.pem -pubout -out small-public.pem')
    expect(await refusal(read('small.crt'))).toMatchObject({ code: 'key_too_small' })
    expect(await refusal(read('small-public.pem'))).toMatchObject({ code: 'key_too_small' })
  })
})

describe('readPublicKeys() refuses', () => {
  it('a private key, in any form, and never says its private part', async () => {
    const jwk = await writePrivateKey(ec, 'jwk')
    for (const input of [
      jwk,
      JSON.stringify(jwk),
      { keys: [jwk] },
      await writePrivateKey(ec, 'pkcs8'),
      await writePrivateKey(ec, 'sec1'),
      await writePrivateKey(ec, 'pkcs8', { passphrase: 'secret' }),
    ]) {
      const error = await refusal(input)
      expect(error).toMatchObject({ code: 'key_private', hint: expect.stringContaining('pkjwt key public') })
      expect(JSON.stringify(error)).not.toContain(jwk.d)
    }
  })

  it('a public key with one private member left in it', async () => {
    const jwk = await writePrivateKey(rsa, 'jwk')
    for (const name of ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const) {
      expect(await refusal({ ...rsa.publicKey.jwk, [name]: jwk[name] })).toMatchObject({ code: 'key_private' })
    }
  })

  it.each<[string, () => object, string]>([
    ['that is private', () => ({ ...ec.publicKey.jwk, d: 'AA' }), 'key_private'],
    ['that is symmetric', () => ({ kty: 'oct', k: 'AA' }), 'key_symmetric'],
    ['that is damaged', () => ({ ...ec.publicKey.jwk, y: ec.publicKey.jwk.x }), 'key_inconsistent'],
    ['without a member', () => ({ kty: 'EC', crv: 'P-256', x: ec.publicKey.jwk.x }), 'key_malformed'],
    ['without kty', () => ({}), 'key_malformed'],
    ['that is no object', () => [], 'key_malformed'],
    [
      'that is too small',
      () => ({ ...generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' }), kid: 'small' }),
      'key_too_small',
    ],
  ])('a set with a key %s, and says which', async (_, jwk, code) => {
    expect(await refusal({ keys: [rsa.publicKey.jwk, jwk()] })).toMatchObject({
      code,
      message: expect.stringContaining('(key 2 of the set'),
    })
  })

  it('a set with something that is no key, named by its place and, where there is one, its kid', async () => {
    expect((await refusal({ keys: [1] }))?.message).toBe('Cannot use the key: it is no JSON object (key 1 of the set)')
    expect((await refusal({ keys: [{ kid: 1 }] }))?.message).toBe(
      'Cannot use the key: its member "kty" is missing (key 1 of the set)',
    )
    expect((await refusal({ keys: [{ kid: 'a' }] }))?.message).toBe(
      'Cannot use the key: its member "kty" is missing (key 1 of the set, kid "a")',
    )
  })

  it('a set of more than a hundred keys', async () => {
    const keys = Array.from({ length: 101 }, () => ed.publicKey.jwk)
    expect(await refusal({ keys })).toMatchObject({ code: 'key_malformed', message: expect.stringContaining('101') })
    expect((await readPublicKeys({ keys: keys.slice(1) })).keys).toHaveLength(100)
  })

  it.each<[string, () => string | object, string]>([
    ['a single key of a type that nobody knows', () => ({ kty: 'AKP' }), 'key_unsupported'],
    ['X25519', () => ({ kty: 'OKP', crv: 'X25519', x: 'AA' }), 'key_unsupported'],
    ['the Ed25519 point of order one', () => ({ kty: 'OKP', crv: 'Ed25519', x: `AQ${'A'.repeat(41)}` }), 'key_inconsistent'],
    ['nothing', () => '', 'key_empty'],
    ['a path', () => './public.pem', 'key_is_path'],
    [
      'parameters alone',
      () => '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n',
      'key_unrecognised',
    ],
    ['a key that was read already', () => ec.publicKey, 'key_unrecognised'],
  ])('%s', async (_, input, code) => {
    expect(await refusal(input())).toMatchObject({ code })
  })
})

describe('writePublicKeys()', () => {
  it('writes one key as JWK, as a set and as PEM, that of a private key too', async () => {
    for (const key of [ec, ec.publicKey, { keys: [ec.publicKey] }]) {
      expect(await writePublicKeys(key, 'jwk')).toEqual(ec.publicKey.jwk)
      expect(await writePublicKeys(key, 'jwks')).toEqual({ keys: [ec.publicKey.jwk] })
      expect(await writePublicKeys(key, 'spki')).toMatch(/^-----BEGIN PUBLIC KEY-----\n/)
    }
  })

  it('writes what node:crypto writes, byte for byte', async () => {
    for (const key of [rsa, ec, ed]) {
      const node = createPublicKey({ key: { ...key.publicKey.jwk }, format: 'jwk' })
      expect(await writePublicKeys(key, 'spki')).toBe(node.export({ format: 'pem', type: 'spki' }))
    }
  })

  it('writes many as a set and as PEM, and not as one JWK', async () => {
    const set = { keys: [ec.publicKey, ed.publicKey] }
    expect((await writePublicKeys(set, 'jwks')).keys).toHaveLength(2)
    expect((await readPublicKeys(await writePublicKeys(set, 'spki'))).keys).toHaveLength(2)
    await expect(writePublicKeys(set, 'jwk')).rejects.toMatchObject({ code: 'key_ambiguous' })
    await expect(writePublicKeys({ keys: [] }, 'jwk')).rejects.toMatchObject({ code: 'key_ambiguous' })
  })

  it('refuses a form that it does not know', async () => {
    await expect(writePublicKeys(ec, 'pkcs8' as PublicKeyFormat)).rejects.toMatchObject({ code: 'option_invalid' })
  })

  it('never writes a private member', async () => {
    const secret = (await writePrivateKey(ec, 'jwk')).d
    for (const format of ['jwk', 'jwks', 'spki'] as const)
      expect(JSON.stringify(await writePublicKeys(ec, format))).not.toContain(secret)
  })
})
