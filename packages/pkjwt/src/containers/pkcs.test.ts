import { createPrivateKey, createPublicKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  readDer,
  readDerSequence,
  writeDer,
  writeDerBitString,
  writeDerInteger,
  writeDerNull,
  writeDerOctetString,
  writeDerOid,
  writeDerSequence,
} from '../encoding/der.js'
import type { KeyError } from '../errors.js'
import { generateKeyPairSync } from '../nodeKeys.testing.js'
import { oids } from './algorithmIds.js'
import type { KeyMembers } from './found.js'
import { readPkcs1Private, readPkcs1Public, readPkcs8, readSec1, readSpki } from './pkcs.js'
import { writePkcs1, writePkcs8, writeSec1, writeSpki } from './pkcsWrite.js'
import { recogniseDer } from './recogniseDer.js'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const ed = generateKeyPairSync('ed25519')
const jwkOf = (key: typeof rsa.privateKey) => key.export({ format: 'jwk' }) as unknown as KeyMembers
const der = (key: typeof rsa.privateKey, type: 'pkcs1' | 'pkcs8' | 'sec1' | 'spki') =>
  Uint8Array.from(key.export({ format: 'der', type: type as 'pkcs8' }) as unknown as Buffer)
const bytesOf = (member: string | undefined) => Uint8Array.from(Buffer.from(member ?? '', 'base64url'))
const p256 = '1.2.840.10045.3.1.7'
const p384 = '1.3.132.0.34'

function refusal(run: () => unknown): KeyError | undefined {
  try {
    run()
  } catch (error) {
    return error as KeyError
  }
  return undefined
}

describe('reading gives the members that node:crypto gives', () => {
  it.each([
    ['PKCS#8, RSA', () => readPkcs8(der(rsa.privateKey, 'pkcs8')), () => jwkOf(rsa.privateKey)],
    ['PKCS#8, EC', () => readPkcs8(der(ec.privateKey, 'pkcs8')), () => jwkOf(ec.privateKey)],
    ['PKCS#1', () => readPkcs1Private(der(rsa.privateKey, 'pkcs1')), () => jwkOf(rsa.privateKey)],
    ['PKCS#1, public', () => readPkcs1Public(der(rsa.publicKey, 'pkcs1')), () => jwkOf(rsa.publicKey)],
    ['SEC1', () => readSec1(der(ec.privateKey, 'sec1')), () => jwkOf(ec.privateKey)],
    ['SPKI, RSA', () => readSpki(der(rsa.publicKey, 'spki')), () => jwkOf(rsa.publicKey)],
    ['SPKI, EC', () => readSpki(der(ec.publicKey, 'spki')), () => jwkOf(ec.publicKey)],
    ['SPKI, Ed25519', () => readSpki(der(ed.publicKey, 'spki')), () => jwkOf(ed.publicKey)],
  ])('%s', (_, read, members) => {
    expect(read()).toEqual(members())
  })

  it('PKCS#8 of Ed25519 has no public part', () => {
    const { x: _, ...members } = jwkOf(ed.privateKey)
    expect(readPkcs8(der(ed.privateKey, 'pkcs8'))).toEqual(members)
  })
})

describe('writing gives the bytes that node:crypto gives', () => {
  it.each([
    ['PKCS#8, RSA', () => writePkcs8(jwkOf(rsa.privateKey)), () => der(rsa.privateKey, 'pkcs8')],
    ['PKCS#8, EC', () => writePkcs8(jwkOf(ec.privateKey)), () => der(ec.privateKey, 'pkcs8')],
    ['PKCS#8, Ed25519', () => writePkcs8(jwkOf(ed.privateKey)), () => der(ed.privateKey, 'pkcs8')],
    ['PKCS#1', () => writePkcs1(jwkOf(rsa.privateKey)), () => der(rsa.privateKey, 'pkcs1')],
    ['SEC1', () => writeSec1(jwkOf(ec.privateKey)), () => der(ec.privateKey, 'sec1')],
    ['SPKI, RSA', () => writeSpki(jwkOf(rsa.publicKey)), () => der(rsa.publicKey, 'spki')],
    ['SPKI, EC', () => writeSpki(jwkOf(ec.publicKey)), () => der(ec.publicKey, 'spki')],
    ['SPKI, Ed25519', () => writeSpki(jwkOf(ed.publicKey)), () => der(ed.publicKey, 'spki')],
  ])('%s', (_, write, bytes) => {
    expect(Array.from(write())).toEqual(Array.from(bytes()))
  })
})

/** PKCS#8 out of its parts, each of which can be put in wrongly. */
function pkcs8(parts: { version?: number; algorithm?: Uint8Array; key?: Uint8Array; extras?: Uint8Array[] }): Uint8Array {
  const [, algorithm, key] = readDerSequence(readDer(der(ed.privateKey, 'pkcs8'))).map(({ whole }) => whole)
  const held = parts.key === undefined ? key : writeDerOctetString(parts.key)
  return writeDerSequence(
    writeDerInteger(parts.version ?? 0),
    parts.algorithm ?? algorithm ?? held ?? ed25519,
    held ?? ed25519,
    ...(parts.extras ?? []),
  )
}

const ed25519 = writeDerSequence(writeDerOid(oids.ed25519))
const attributes = writeDer(0xa0, writeDerSequence(writeDerOid('1.2.3'), writeDer(0x31)))
const publicExtra = (x: Uint8Array) => writeDer(0x81, Uint8Array.of(0), x)

describe('PKCS#8 of RFC 5958', () => {
  const x = bytesOf(jwkOf(ed.privateKey).x)

  it('version 2 carries the public key', () => {
    expect(readPkcs8(pkcs8({ version: 1, extras: [publicExtra(x)] }))).toEqual(jwkOf(ed.privateKey))
    expect(readPkcs8(pkcs8({ version: 1, extras: [attributes, publicExtra(x)] }))).toEqual(jwkOf(ed.privateKey))
  })

  it('version 2 carries the point of an EC key that has none inside', () => {
    const { x: ex, y: ey, d } = jwkOf(ec.privateKey)
    const point = Uint8Array.of(4, ...bytesOf(ex), ...bytesOf(ey))
    const key = writeDerSequence(writeDerInteger(1), writeDerOctetString(bytesOf(d)))
    const algorithm = writeDerSequence(writeDerOid(oids.ec), writeDerOid(p256))
    expect(readPkcs8(pkcs8({ version: 1, algorithm, key, extras: [publicExtra(point)] }))).toEqual(jwkOf(ec.privateKey))
  })

  it.each<[string, Parameters<typeof pkcs8>[0], string, string]>([
    ['version 3', { version: 2 }, 'key_malformed', 'version'],
    ['attributes twice', { extras: [attributes, attributes] }, 'key_malformed', 'not defined'],
    ['something else behind', { extras: [writeDerNull()] }, 'key_malformed', 'not defined'],
    ['a public key of bits', { extras: [writeDer(0x81, Uint8Array.of(1), x)] }, 'key_malformed', 'whole bytes'],
    ['a seed of 31 bytes', { key: writeDerOctetString(new Uint8Array(31)) }, 'key_malformed', '31 bytes instead of 32'],
    ['a seed of 33 bytes', { key: writeDerOctetString(new Uint8Array(33)) }, 'key_malformed', '33 bytes instead of 32'],
    ['a seed that is no OCTET STRING', { key: new Uint8Array(32) }, 'key_malformed', 'DER'],
    ['a type that nobody knows', { algorithm: writeDerSequence(writeDerOid('1.2.3')) }, 'key_unsupported', '1.2.3'],
    ['X25519', { algorithm: writeDerSequence(writeDerOid('1.3.101.110')) }, 'key_unsupported', 'X25519'],
  ])('is refused with %s', (_, parts, code, why) => {
    expect(refusal(() => readPkcs8(pkcs8(parts)))).toMatchObject({ code, message: expect.stringContaining(why) })
  })
})

describe('EC private keys', () => {
  const { d, x, y } = jwkOf(ec.privateKey)
  const point = Uint8Array.of(4, ...bytesOf(x), ...bytesOf(y))
  const curve = (oid: string) => writeDer(0xa0, writeDerOid(oid))
  const sec1 = (...parts: Uint8Array[]) => writeDerSequence(...parts)
  const scalar = writeDerOctetString(bytesOf(d))
  const version = writeDerInteger(1)

  it('may leave their point away, or zeros in front of their scalar, or have one more', () => {
    const { x: _x, y: _y, ...withoutPoint } = jwkOf(ec.privateKey)
    expect(readSec1(sec1(version, scalar, curve(p256)))).toEqual(withoutPoint)
    expect(readSec1(sec1(version, writeDerOctetString(Uint8Array.of(0), bytesOf(d)), curve(p256)))).toEqual(withoutPoint)
    expect(readSec1(sec1(version, writeDerOctetString(Uint8Array.of(5)), curve(p256))).d).toBe(
      Buffer.concat([new Uint8Array(31), Uint8Array.of(5)]).toString('base64url'),
    )
  })

  it.each<[string, () => Uint8Array, string, string]>([
    ['another version', () => sec1(writeDerInteger(2), scalar, curve(p256)), 'key_malformed', 'version'],
    ['no curve', () => sec1(version, scalar), 'key_malformed', 'does not name its curve'],
    ['a curve that nobody signs on', () => sec1(version, scalar, curve('1.3.132.0.10')), 'key_unsupported', 'secp256k1'],
    ['a curve that nobody knows', () => sec1(version, scalar, curve('1.2.3')), 'key_unsupported', '1.2.3'],
    [
      'a scalar that is too long',
      () => sec1(version, writeDerOctetString(Uint8Array.of(1), bytesOf(d)), curve(p256)),
      'key_malformed',
      'longer than 32 bytes',
    ],
    [
      'a point off the curve',
      () =>
        sec1(
          version,
          scalar,
          curve(p256),
          writeDer(0xa1, writeDerBitString(point.map((byte, at) => (at === 9 ? byte ^ 1 : byte)))),
        ),
      'key_inconsistent',
      'no point on P-256',
    ],
    [
      'a point of another curve',
      () => sec1(version, scalar, curve(p384), writeDer(0xa1, writeDerBitString(point))),
      'key_inconsistent',
      'no point on P-384',
    ],
    ['something else behind', () => sec1(version, scalar, curve(p256), writeDerNull()), 'key_malformed', 'not defined'],
    ['its curve twice', () => sec1(version, scalar, curve(p256), curve(p256)), 'key_malformed', 'not defined'],
  ])('are refused with %s', (_, write, code, why) => {
    expect(refusal(() => readSec1(write()))).toMatchObject({ code, message: expect.stringContaining(why) })
  })

  it('are refused when PKCS#8 around them names another curve', () => {
    const algorithm = writeDerSequence(writeDerOid(oids.ec), writeDerOid(p384))
    expect(refusal(() => readPkcs8(pkcs8({ algorithm, key: sec1(version, scalar, curve(p256)) })))).toMatchObject({
      code: 'key_malformed',
      message: expect.stringContaining('two different curves'),
    })
  })
})

describe('RSA keys', () => {
  const numbers = readDerSequence(readDer(der(rsa.privateKey, 'pkcs1'))).map(({ whole }) => whole)

  it('may have zeros where their primes should be', () => {
    const zeros = Array.from({ length: 5 }, () => writeDerInteger(0))
    const { n, e, d } = jwkOf(rsa.privateKey)
    expect(readPkcs1Private(writeDerSequence(...numbers.slice(0, 4), ...zeros))).toEqual({ kty: 'RSA', n, e, d })
  })

  it.each<[string, () => Uint8Array, string, string]>([
    [
      'more primes than two',
      () => writeDerSequence(writeDerInteger(1), ...numbers.slice(1), writeDerSequence()),
      'key_unsupported',
      'more than two primes',
    ],
    [
      'more primes than two, and a version that hides it',
      () => writeDerSequence(...numbers, writeDerSequence()),
      'key_unsupported',
      'more than two primes',
    ],
    ['another version', () => writeDerSequence(writeDerInteger(2), ...numbers.slice(1)), 'key_malformed', 'version'],
    ['a number missing', () => writeDerSequence(...numbers.slice(0, -1)), 'key_malformed', 'missing'],
  ])('are refused with %s', (_, write, code, why) => {
    expect(refusal(() => readPkcs1Private(write()))).toMatchObject({ code, message: expect.stringContaining(why) })
  })

  it('public: are refused with a third number', () => {
    expect(refusal(() => readPkcs1Public(writeDerSequence(...numbers.slice(1, 4))))).toMatchObject({ code: 'key_malformed' })
  })
})

it('a public key with something behind is refused', () => {
  const parts = readDerSequence(readDer(der(ec.publicKey, 'spki'))).map(({ whole }) => whole)
  expect(refusal(() => readSpki(writeDerSequence(...parts)))).toBeUndefined()
  expect(refusal(() => readSpki(writeDerSequence(...parts, writeDerNull())))).toMatchObject({ code: 'key_malformed' })
})

describe('recogniseDer()', () => {
  it.each([
    ['pkcs8', () => der(rsa.privateKey, 'pkcs8'), { is: 'private', form: 'pkcs8' }],
    [
      'pkcs8 of version 2',
      () => pkcs8({ version: 1, extras: [publicExtra(new Uint8Array(32))] }),
      { is: 'private', form: 'pkcs8' },
    ],
    ['pkcs1', () => der(rsa.privateKey, 'pkcs1'), { is: 'private', form: 'pkcs1' }],
    ['sec1', () => der(ec.privateKey, 'sec1'), { is: 'private', form: 'sec1' }],
    ['spki', () => der(ec.publicKey, 'spki'), { is: 'public', form: 'spki' }],
    ['pkcs1, public', () => der(rsa.publicKey, 'pkcs1'), { is: 'public', form: 'pkcs1' }],
    ['the name of a curve', () => writeDerOid(p256), { is: 'other' }],
    ['parameters of a curve', () => writeDerSequence(writeDerInteger(1), writeDerSequence()), { is: 'other' }],
  ])('tells %s', (_, bytes, expected) => {
    expect(recogniseDer(bytes())).toMatchObject(expected)
  })

  it.each([
    ['one number', () => writeDerSequence(writeDerInteger(1))],
    ['three numbers', () => writeDerSequence(writeDerInteger(1), writeDerInteger(1), writeDerInteger(1))],
    ['nothing', () => writeDerSequence()],
    ['a number alone', () => writeDerInteger(1)],
    ['text', () => writeDerSequence(writeDer(0x0c, Uint8Array.of(65)))],
    ['a number and text', () => writeDerSequence(writeDerInteger(1), writeDer(0x0c, Uint8Array.of(65)))],
  ])('knows no key in %s', (_, bytes) => {
    expect(refusal(() => recogniseDer(bytes()))).toMatchObject({ code: 'key_unrecognised', hint: expect.any(String) })
  })
})

it('what is written is read by node:crypto', () => {
  for (const { privateKey, publicKey } of [rsa, ec, ed]) {
    const key = createPrivateKey({ key: Buffer.from(writePkcs8(jwkOf(privateKey))), format: 'der', type: 'pkcs8' })
    expect(key.equals(privateKey)).toBe(true)
    expect(
      createPublicKey({ key: Buffer.from(writeSpki(jwkOf(publicKey))), format: 'der', type: 'spki' }).equals(publicKey),
    ).toBe(true)
  }
})
