import { createHmac } from 'node:crypto'
import { encodeBase64urlText } from 'pkjwt/encoding'
import { signingInputOf } from 'pkjwt/jwt'
import { generateKey, type SigningKey, writePublicKeys } from 'pkjwt/keys'
import { createAssertion, diagnose } from 'pkjwt/protocol'
import { beforeAll, describe, expect, it } from 'vitest'

let key: SigningKey
let other: SigningKey
beforeAll(async () => {
  key = await generateKey({ alg: 'ES256', kid: 'one' })
  other = await generateKey({ alg: 'ES256', kid: 'two' })
})

const org = 'https://example.okta.com'
const idsOf = async (assertion: string, keys = [key.publicKey]) =>
  (await diagnose({ assertion }, { keys: { keys }, org, clientId: '0oa1' })).findings.map(({ id }) => id)

describe('a signature that does not hold is looked at closer', () => {
  it('holds as it is', async () => {
    expect(await idsOf(await createAssertion({ key, clientId: '0oa1', org }))).toEqual([])
  })

  it('was made right and written in DER', async () => {
    const der = { ...key, sign: async (data: Uint8Array) => toDer(await key.sign(data)) }
    expect(await idsOf(await createAssertion({ key: der, clientId: '0oa1', org }))).toEqual(['signature-der'])
  })

  it('was made by another key of the set than "kid" names', async () => {
    const assertion = await createAssertion({ key: other, clientId: '0oa1', org, header: { kid: 'one' } })
    const { findings } = await diagnose({ assertion }, { keys: { keys: [key.publicKey, other.publicKey] }, org })
    expect(findings[0]).toMatchObject({ id: 'signature-mismatch', patch: { header: { kid: 'two' } } })
    expect(findings[0]?.message).toContain('"two" did sign')
  })

  it.each(['the PEM', 'the PEM without its last line break', 'the JWK'])(
    'was made with %s of the public key as a shared secret',
    async (what) => {
      const pem = await writePublicKeys(key.publicKey, 'spki')
      const secret = what === 'the JWK' ? JSON.stringify(key.publicKey.jwk) : what === 'the PEM' ? pem : pem.trimEnd()
      const right = await createAssertion({ key, clientId: '0oa1', org })
      const input = `${encodeBase64urlText('{"alg":"HS256","kid":"one"}')}.${signingInputOf(right).split('.')[1]}`
      const forged = `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
      expect(await idsOf(forged)).toEqual(['header-alg', 'signature-hmac'])
    },
  )
})

/** r‖s as the two INTEGERs of a SEQUENCE, as openssl writes it. */
function toDer(raw: Uint8Array): Uint8Array {
  const integer = (half: Uint8Array) => {
    const digits = [...half].slice([...half].findIndex((byte) => byte !== 0))
    const padded = (digits[0] ?? 0) > 127 ? [0, ...digits] : digits
    return [0x02, padded.length, ...padded]
  }
  const body = [...integer(raw.slice(0, 32)), ...integer(raw.slice(32))]
  return Uint8Array.from([0x30, body.length, ...body])
}
