import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { bcryptPbkdf } from './bcrypt.js'

const sha512 = async (data: Uint8Array): Promise<Uint8Array> => createHash('sha512').update(data).digest()
const bytes = (text: string) => new TextEncoder().encode(text)
const derive = async (passphrase: string, salt: string, rounds: number, length: number) =>
  Buffer.from(await bcryptPbkdf({ passphrase: bytes(passphrase), salt: bytes(salt), rounds, length, sha512 })).toString('hex')

// From the regression tests of OpenBSD's libutil. That it opens what ssh-keygen encrypted is told by the table of odd keys.
it('bcryptPbkdf() gives the bytes that OpenBSD has in its tests', async () => {
  expect(await derive('password', 'salt', 4, 32)).toBe('5bbf0cc293587f1c3635555c27796598d47e579071bf427e9d8fbe842aba34d9')
})

it('bcryptPbkdf() deals its blocks out like cards, so that a longer key is no longer form of a shorter one', async () => {
  const [short, long] = [await derive('password', 'salt', 1, 32), await derive('password', 'salt', 1, 64)]
  expect(Array.from({ length: 16 }, (_, at) => long.slice(at * 4, at * 4 + 2)).join('')).toBe(short.slice(0, 32))
})
