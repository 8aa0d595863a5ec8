import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { bcryptPbkdf } from './bcrypt.js'

const sha512 = async (data: Uint8Array) => createHash('sha512').update(data).digest()
const text = (value: string) => new TextEncoder().encode(value)

// From OpenBSD's regress/lib/libutil/bcrypt_pbkdf.
it('bcryptPbkdf() gives the bytes that OpenBSD has in its tests', async () => {
  const key = await bcryptPbkdf({ passphrase: text('password'), salt: text('salt'), rounds: 4, length: 32, sha512 })
  expect(Buffer.from(key).toString('hex')).toBe('5bbf0cc293587f1c3635555c27796598d47e579071bf427e9d8fbe842aba34d9')
  const t0 = performance.now()
  for (let i = 0; i < 4; i++)
    await bcryptPbkdf({ passphrase: text('password'), salt: text('salt'), rounds: 16, length: 48, sha512 })
  console.log((performance.now() - t0) / 4, 'ms for 16 rounds')
})
