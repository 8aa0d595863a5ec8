import { generateKey, type SigningKey, writePrivateKey } from 'pkjwt/keys'
import { beforeAll, describe, expect, it } from 'vitest'
import { type HeldKey, holdKey, withAlgorithm } from './holding.js'
import { createKeyBox, type KeyBox } from './keyBox.js'

let rsa: SigningKey
let ec: SigningKey

beforeAll(async () => {
  ;[rsa, ec] = await Promise.all([generateKey({ alg: 'RS256' }), generateKey({ alg: 'ES256' })])
})

const boxOf = (box: KeyBox<HeldKey>) => box.state.get().box

describe('a key box', () => {
  it('holds a key that cannot be written out again', async () => {
    const box = createKeyBox(holdKey)
    expect(await box.read(await writePrivateKey(ec, 'pkcs8'))).toBe(true)
    const held = box.held()
    expect(held).toMatchObject({ form: 'PKCS#8', origin: 'read' })
    await expect(held === undefined ? undefined : writePrivateKey(held.signer, 'jwk')).rejects.toThrow(
      'Cannot write the private key',
    )
  })

  it('keeps nothing of the text in its state, whatever becomes of it', async () => {
    const box = createKeyBox(holdKey)
    const locked = await writePrivateKey(ec, 'pkcs8', { passphrase: 'x' })
    const seen: string[] = []
    box.state.subscribe(() => seen.push(JSON.stringify(boxOf(box))))
    await box.read(locked)
    await box.unlock('wrong')
    await box.unlock('x')
    expect(boxOf(box).is).toBe('held')
    expect(seen.join()).not.toContain(locked.split('\n')[2])
  })

  it('waits for the right passphrase', async () => {
    const box = createKeyBox(holdKey)
    await box.read(await writePrivateKey(ec, 'pkcs8', { passphrase: 'x' }))
    expect(boxOf(box)).toMatchObject({ is: 'locked', wrong: false })
    await box.unlock('wrong')
    expect(boxOf(box)).toMatchObject({ is: 'locked', wrong: true })
  })

  it('offers the keys of a set by name', async () => {
    const box = createKeyBox(holdKey)
    await box.read(JSON.stringify({ keys: [await writePrivateKey(rsa, 'jwk'), await writePrivateKey(ec, 'jwk')] }))
    expect(boxOf(box)).toMatchObject({
      is: 'several',
      candidates: [
        { kid: rsa.kid, kind: 'RSA' },
        { kid: ec.kid, kind: 'EC P-256' },
      ],
    })
    await box.choose(ec.kid ?? '')
    expect(box.held()?.signer.thumbprint).toBe(ec.thumbprint)
  })

  it('holds one handle for each algorithm of a key that names none', async () => {
    const held = await holdKey(await writePrivateKey(rsa, 'pkcs1'))
    expect([...held.handles.keys()]).toEqual(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'])
    expect(withAlgorithm(held, 'PS256').signer.alg).toBe('PS256')
  })

  it('forgets what it waits for', async () => {
    const box = createKeyBox(holdKey)
    await box.read(await writePrivateKey(ec, 'pkcs8', { passphrase: 'x' }))
    box.forget()
    expect(await box.unlock('x')).toBe(false)
    expect(boxOf(box)).toEqual({ is: 'empty' })
  })

  it('gives up a reading that another one overtook', async () => {
    const box = createKeyBox(holdKey)
    const first = box.read(await writePrivateKey(rsa, 'pkcs8'))
    const second = box.read(await writePrivateKey(ec, 'pkcs8'))
    expect(await Promise.all([first, second])).toEqual([false, true])
    expect(box.held()?.signer.thumbprint).toBe(ec.thumbprint)
  })
})
