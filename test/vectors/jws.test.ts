import { PkjwtError } from 'pkjwt/errors'
import { signEncoded, verifyJws } from 'pkjwt/jwt'
import { type KeySet, type PublicJwk, readPrivateKey, readPublicKeys } from 'pkjwt/keys'
import { describe, expect, it } from 'vitest'
import { hasVectors, readVectors } from './vectors.js'

interface WycheproofGroup {
  readonly comment: string
  readonly public?: PublicJwk
  readonly private: { readonly kty: string }
  readonly tests: readonly {
    readonly tcId: number
    readonly comment: string
    readonly jws: string | object
    readonly result: 'valid' | 'invalid'
  }[]
}

/** What we refuse although the vectors call it valid, each with the reason. */
const stricter: Readonly<Record<number, string>> = {
  346: 'the key declares PS256, the token PS384',
  347: 'the key declares ES521, which is no algorithm',
  350: 'the key declares PS256, the token PS384',
  351: 'the key declares ES521, which is no algorithm',
  372: 'a question mark inside base64url',
  373: 'a question mark inside base64url',
}

describe.runIf(hasVectors)('Wycheproof, JSON Web Signature', () => {
  const groups = hasVectors
    ? readVectors<{ testGroups: WycheproofGroup[] }>('wycheproof/json_web_signature_test.json').testGroups
    : []
  const cases = groups.flatMap(({ public: jwk, comment: group, tests }) => tests.map((test) => ({ jwk, group, ...test })))

  it.each(cases)('$group $tcId $comment is $result', async ({ jwk, jws, result, tcId }) => {
    const outcome = await outcomeOf(jwk, jws)
    // There is no symmetric algorithm here, so what is valid for a shared secret is refused like everything else made with one.
    const wanted = jwk !== undefined && result === 'valid' && stricter[tcId] === undefined ? 'valid' : 'invalid'
    expect(outcome).toBe(wanted)
  })
})

describe.runIf(hasVectors)('RFC 7520 and RFC 8037 cookbook', () => {
  it.each([
    'jws/4_1.rsa_v15_signature.json',
    'jws/4_2.rsa-pss_signature.json',
    'jws/4_3.ecdsa_signature.json',
    'curve25519/jws.json',
  ])('%s verifies', async (file) => {
    const { input, output } = readVectors<{ input: { payload: string; key: PublicJwk }; output: { compact: string } }>(
      `ietf-jose-cookbook/${file}`,
    )
    const { payload } = await verifyJws(output.compact, await readPublicKeys(publicHalf(input.key)))
    expect(Buffer.from(payload).toString('utf8')).toBe(input.payload)
  })

  it('4.1 comes out the same, signed here', async () => {
    const { input, output } = readVectors<{ input: { payload: string; key: object }; output: { compact: string } }>(
      'ietf-jose-cookbook/jws/4_1.rsa_v15_signature.json',
    )
    const key = await readPrivateKey(input.key)
    const [header = ''] = output.compact.split('.')
    expect(await signEncoded(header, input.payload, key)).toBe(output.compact)
  })
})

/** Members of a private key are not for a public set. */
function publicHalf({ kty, kid, use, crv, x, y, n, e, alg }: PublicJwk): object {
  return JSON.parse(JSON.stringify({ kty, kid, use, crv, x, y, n, e, alg: alg === 'ES521' ? undefined : alg }))
}

async function outcomeOf(jwk: PublicJwk | undefined, jws: string | object): Promise<'valid' | 'invalid'> {
  if (typeof jws !== 'string' || jwk === undefined) return 'invalid'
  try {
    await verifyJws(jws, await usableKeys(jwk))
    return 'valid'
  } catch (error) {
    expect(error).toBeInstanceOf(PkjwtError)
    return 'invalid'
  }
}

async function usableKeys(jwk: PublicJwk): Promise<KeySet> {
  return readPublicKeys({ keys: [jwk] })
}
