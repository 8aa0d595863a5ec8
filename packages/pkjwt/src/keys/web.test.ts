import { describe, expect, it, vi } from 'vitest'
import { createFolder, hasKeyTools } from '../containers/tools.testing.js'
import {
  algorithmNames,
  describeKey,
  generateKey,
  readPrivateKey,
  readPublicKeys,
  writePrivateKey,
  writePublicKeys,
} from './index.js'
import { testSignatureVectors } from './vectors.testing.js'

// Everything of this file runs on Web Crypto, as in a browser.
vi.mock('#crypto', () => import('./crypto.web.js'))

const data = new TextEncoder().encode('header.payload')

describe.each(algorithmNames)('%s', (alg) => {
  it('signs and verifies what another copy of the key signed, and nothing else', async () => {
    const key = await generateKey({ alg })
    expect(key.kid).toBe(key.thumbprint)
    const again = await readPrivateKey(await writePrivateKey(key, 'pkcs8'), { alg })
    const signature = await again.sign(data)
    expect(await key.publicKey.verify(alg, data, signature)).toBe(true)
    expect(await key.publicKey.verify(alg, Uint8Array.of(...data, 0), signature)).toBe(false)
    expect(
      await key.publicKey.verify(
        alg,
        data,
        signature.map((byte, at) => (at === 7 ? byte ^ 1 : byte)),
      ),
    ).toBe(false)
    const [read] = (await readPublicKeys(await writePublicKeys(key, 'spki'))).keys
    expect(read?.thumbprint).toBe(key.thumbprint)
  })
})

testSignatureVectors()

describe.skipIf(!hasKeyTools)('the files of others', () => {
  const { openssl, sshKeygen, read } = createFolder()

  it.each(['P-256', 'P-384', 'P-521'])('%s without its public part', async (curve) => {
    openssl(`genpkey -algorithm EC -pkeyopt ec_paramgen_curve:${curve} -out ${curve}.pem`)
    openssl(`ec -in ${curve}.pem -no_public -out nopublic.pem`)
    expect((await readPrivateKey(read('nopublic.pem'))).thumbprint).toBe((await readPrivateKey(read(`${curve}.pem`))).thumbprint)
  })

  it('Ed25519, which comes without its public part', async () => {
    openssl('genpkey -algorithm ED25519 -out ed.pem')
    openssl('pkey -in ed.pem -pubout -out ed-public.pem')
    const [key] = (await readPublicKeys(read('ed-public.pem'))).keys
    expect((await readPrivateKey(read('ed.pem'))).thumbprint).toBe(key?.thumbprint)
  })

  it.each([
    ['PBKDF2', '-v2 aes-256-cbc'],
    ['PBKDF2 with SHA-1', '-v2 aes-128-cbc -v2prf hmacWithSHA1'],
    ['PBKDF2 with SHA-512', '-v2 aes-256-cbc -v2prf hmacWithSHA512'],
    ['scrypt', '-scrypt'],
    ['scrypt with less memory', '-scrypt -scrypt_N 1024 -scrypt_r 4 -scrypt_p 3'],
  ])('PKCS#8 encrypted with %s', async (_, how) => {
    openssl('genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out plain.pem')
    openssl(`pkcs8 -topk8 -in plain.pem ${how} -passout pass:secret -out encrypted.pem`)
    const key = await readPrivateKey(read('encrypted.pem'), { passphrase: 'secret' })
    expect(key.thumbprint).toBe((await readPrivateKey(read('plain.pem'))).thumbprint)
    await expect(readPrivateKey(read('encrypted.pem'), { passphrase: 'other' })).rejects.toMatchObject({
      code: 'key_passphrase_wrong',
    })
  })

  it('OpenSSH, plain and encrypted', async () => {
    sshKeygen("-t ed25519 -N '' -f plain")
    sshKeygen('-t ecdsa -N secret -f encrypted')
    expect(await describeKey(read('plain'))).toMatchObject({ kind: 'private', format: 'openssh', crv: 'Ed25519' })
    expect(await describeKey(read('encrypted'), { passphrase: 'secret' })).toMatchObject({ encrypted: true, crv: 'P-256' })
    await expect(readPrivateKey(read('encrypted'), { passphrase: 'other' })).rejects.toMatchObject({
      code: 'key_passphrase_wrong',
    })
  })

  it.each([
    ['traditional encrypted PEM', 'rsa -in rsa.pem -traditional -aes128'],
    ['triple DES', 'pkcs8 -topk8 -in rsa.pem -v2 des3'],
    ['a hash that Web Crypto has not', 'pkcs8 -topk8 -in rsa.pem -v2 aes-128-cbc -v2prf hmacWithSHA224'],
  ])('%s is said to be not there', async (_, command) => {
    openssl('genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem')
    openssl(`${command} -passout pass:secret -out encrypted.pem`)
    await expect(readPrivateKey(read('encrypted.pem'), { passphrase: 'secret' })).rejects.toMatchObject({
      code: 'key_encryption_unsupported',
      message: expect.stringContaining('not there on this platform'),
      hint: expect.stringContaining('openssl'),
    })
  })
})

it('writes encrypted PKCS#8 that it reads again', async () => {
  const key = await generateKey({ alg: 'ES256' })
  const pem = await writePrivateKey(key, 'pkcs8', { passphrase: 'Grüße' })
  expect(pem).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/)
  expect((await readPrivateKey(pem, { passphrase: 'Grüße' })).thumbprint).toBe(key.thumbprint)
  await expect(readPrivateKey(pem)).rejects.toMatchObject({ code: 'key_encrypted' })
})

it('takes a CryptoKey out of its box, and says what to do with one that stays inside', async () => {
  const make = async (extractable: boolean) => {
    const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, extractable, [
      'sign',
      'verify',
    ])
    return readPrivateKey(privateKey)
  }
  await expect(make(true)).resolves.toMatchObject({ alg: 'ES256' })
  await expect(make(false)).rejects.toMatchObject({ code: 'key_not_extractable', hint: expect.stringContaining('createSigner') })
})

it('a key whose halves do not belong together is refused', async () => {
  const [one, other] = [
    await writePrivateKey(await generateKey({ alg: 'ES256' }), 'jwk'),
    await writePrivateKey(await generateKey({ alg: 'ES256' }), 'jwk'),
  ]
  await expect(readPrivateKey({ ...one, d: other.d })).rejects.toMatchObject({ code: 'key_inconsistent' })
})

it('an algorithm that the browser has not is named', async () => {
  const importKey = vi.spyOn(crypto.subtle, 'importKey').mockRejectedValue(new DOMException('no', 'NotSupportedError'))
  const jwk = {
    kty: 'OKP',
    crv: 'Ed25519',
    x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
    d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  }
  await expect(readPrivateKey(jwk)).rejects.toMatchObject({
    code: 'key_unsupported',
    message: expect.stringContaining('this browser has no such algorithm'),
  })
  importKey.mockRestore()
})
