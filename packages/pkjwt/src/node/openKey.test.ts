import { chmod, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { generateKey, type SigningKey, writePrivateKey } from 'pkjwt/keys'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type KeyWarning, openKey } from './openKey.js'

let folder: string
let key: SigningKey
let pem: string
let file: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pkjwt-open-key-'))
  key = await generateKey({ alg: 'ES256' })
  pem = await writePrivateKey(key, 'pkcs8')
  file = join(folder, 'key.pem')
  await writeFile(file, pem, { mode: 0o600 })
})
afterAll(() => rm(folder, { recursive: true }))

describe('openKey() opens', () => {
  test('a file', async () => {
    expect((await openKey(file)).publicKey.thumbprint).toBe(key.thumbprint)
  })

  test('a file, with a kid of your choice', async () => {
    expect((await openKey(file, { kid: 'mine' })).kid).toBe('mine')
  })

  test('an encrypted file with its passphrase', async () => {
    const path = join(folder, 'encrypted.pem')
    await writeFile(path, await writePrivateKey(key, 'pkcs8', { passphrase: 'open sesame' }), { mode: 0o600 })
    expect((await openKey(path, { passphrase: 'open sesame' })).publicKey.thumbprint).toBe(key.thumbprint)
    await expect(openKey(path)).rejects.toMatchObject({ code: 'key_encrypted' })
  })

  test('the standard input', async () => {
    const stdin = Readable.from([pem.slice(0, 40), pem.slice(40)])
    expect((await openKey('-', { stdin })).publicKey.thumbprint).toBe(key.thumbprint)
  })

  test('a variable', async () => {
    expect((await openKey('env:APP_KEY', { env: { APP_KEY: pem } })).publicKey.thumbprint).toBe(key.thumbprint)
  })

  test('a descriptor, and leaves it open', async () => {
    const handle = await open(file)
    expect((await openKey(`fd:${handle.fd}`)).publicKey.thumbprint).toBe(key.thumbprint)
    await handle.close()
  })
})

describe('openKey() refuses', () => {
  test('a file that is not there', async () => {
    await expect(openKey(join(folder, 'none.pem'))).rejects.toMatchObject({
      code: 'key_file_missing',
      message: expect.stringContaining('there is no such file'),
    })
  })

  test('a folder', async () => {
    await expect(openKey(folder)).rejects.toMatchObject({
      code: 'key_file_unreadable',
      message: expect.stringContaining('it is a folder'),
    })
  })

  test('a variable that is not set', async () => {
    await expect(openKey('env:APP_KEY', { env: {} })).rejects.toMatchObject({
      code: 'key_file_missing',
      message: 'Cannot read the key: the variable "APP_KEY" is not set',
    })
  })

  test('a descriptor that is not open', async () => {
    await expect(openKey('fd:987')).rejects.toMatchObject({
      code: 'key_file_unreadable',
      message: expect.stringContaining('it is not open'),
    })
  })

  test('input without end', async () => {
    const stdin = Readable.from(
      (function* () {
        for (;;) yield 'a'.repeat(65_536)
      })(),
    )
    await expect(openKey('-', { stdin })).rejects.toMatchObject({ code: 'key_file_unreadable' })
  })

  test('a key in place of its name, without repeating it', async () => {
    await expect(openKey(pem)).rejects.toMatchObject({ code: 'option_invalid', message: expect.not.stringContaining('BEGIN') })
  })
})

describe('openKey() warns', () => {
  test.skipIf(process.platform === 'win32')('of a file that others can read', async () => {
    const path = join(folder, 'loose.pem')
    await writeFile(path, pem)
    await chmod(path, 0o644)
    const warnings: KeyWarning[] = []
    await openKey(path, { onWarning: (warning) => warnings.push(warning) })
    expect(warnings).toMatchObject([{ code: 'key_permissions', message: expect.stringContaining('mode 0644') }])
  })

  test.skipIf(process.platform === 'win32')('of nothing when only its owner can', async () => {
    const warnings: KeyWarning[] = []
    await openKey(file, { onWarning: (warning) => warnings.push(warning) })
    expect(warnings).toEqual([])
  })
})
