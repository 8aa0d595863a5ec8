import { startTestServer, type TestApp, type TestServer, type TestServerOptions } from '@pkjwt/server/testing'
import { signJwt } from 'pkjwt/jwt'
import { generateKey, type SigningKey, writePrivateKey } from 'pkjwt/keys'
import { accessTokenHash, createAssertion, createDpopProof, writeTokenRequest } from 'pkjwt/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { checkAnswers } from '../reference/checkAnswers.js'
import { formType, readAnswer } from './support.js'

const now = 1_770_091_506
interface ProofChanges {
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
  readonly signer?: SigningKey
}

/**
 * DPoP at the token endpoint and at the API: proofs, nonces, and tokens that are bound.
 *
 * @param settle Settings of the server, such as its store.
 */
export function testDpop(settle: () => Promise<TestServerOptions> = async () => ({})): void {
  let server: TestServer
  let app: TestApp
  let key: SigningKey
  let other: SigningKey
  let nonce: string

  beforeAll(async () => {
    server = checkAnswers(await startTestServer(await settle()))
    app = await server.addApp({ dpopBoundAccessTokens: true })
    key = await generateKey({ alg: 'ES256' })
    other = await generateKey({ alg: 'ES256' })
  })

  beforeEach(async () => {
    server.clock.set(new Date(now * 1000))
    const response = await ask({ proof: await prove() })
    nonce = response.headers.get('dpop-nonce') ?? ''
  })

  afterAll(() => server.close())

  const tokenUrl = () => `${server.org}/oauth2/v1/token`

  /** A right proof, changed as a case says; `undefined` removes a member. */
  async function prove({ header, claims, signer = key }: ProofChanges = {}): Promise<string> {
    const { kty, crv, x, y } = key.publicKey.jwk
    return signJwt(
      { typ: 'dpop+jwt', alg: signer.alg, jwk: { kty, crv, x, y }, ...header },
      { jti: crypto.randomUUID(), htm: 'POST', htu: tokenUrl(), iat: now, nonce, ...claims },
      signer,
    )
  }

  async function ask({ proof, assertion }: { proof?: string | undefined; assertion?: string } = {}): Promise<Response> {
    const signed =
      assertion ?? (await createAssertion({ clientId: app.clientId, org: server.org, key: app.key, now: server.clock() }))
    const body = writeTokenRequest({ assertion: signed, scopes: ['okta.users.read'] })
    const headers = { 'content-type': formType, ...(proof === undefined ? {} : { dpop: proof }) }
    return server.fetch(tokenUrl(), { method: 'POST', body, headers })
  }

  async function buy(): Promise<string> {
    const answer = await readAnswer(await ask({ proof: await prove() }))
    return String(answer['access_token'])
  }

  describe('the token endpoint, for an app that is bound to DPoP', () => {
    it('gives a DPoP token that carries the thumbprint of the key', async () => {
      const response = await ask({ proof: await prove() })
      const answer = await readAnswer(response)
      expect(answer).toMatchObject({ token_type: 'DPoP', expires_in: 3600 })
      const claims = JSON.parse(Buffer.from(String(answer['access_token']).split('.')[1] ?? '', 'base64url').toString())
      expect(claims.cnf).toEqual({ jkt: key.thumbprint })
    })

    it('takes what createDpopProof() makes', async () => {
      const proof = await createDpopProof({ key, method: 'POST', url: tokenUrl(), nonce, now: server.clock() })
      expect((await ask({ proof })).status).toBe(200)
    })

    it.each(['RS256', 'ES384', 'ES512'] as const)('takes a proof of an %s key', async (alg) => {
      const signer = await generateKey({ alg })
      const proof = await createDpopProof({ key: signer, method: 'POST', url: tokenUrl(), nonce, now: server.clock() })
      expect((await ask({ proof })).status).toBe(200)
    })

    it('takes a "jwk" with kid and alg in it, as Okta’s SDK sends it', async () => {
      expect((await ask({ proof: await prove({ header: { jwk: key.publicKey.jwk } }) })).status).toBe(200)
    })

    const cases: readonly [what: string, changes: () => ProofChanges | Promise<ProofChanges>, text: string][] = [
      ['another typ', () => ({ header: { typ: 'JWT' } }), "'typ' must be 'dpop+jwt' in the DPoP proof JWT."],
      ['no typ', () => ({ header: { typ: undefined } }), "'typ' must be 'dpop+jwt' in the DPoP proof JWT."],
      ['alg none', () => ({ header: { alg: 'none' } }), 'The DPoP proof JWT signature algorithm is invalid.'],
      ['a symmetric alg', () => ({ header: { alg: 'HS256' } }), 'The DPoP proof JWT signature algorithm is invalid.'],
      ['no jwk', () => ({ header: { jwk: undefined } }), 'The DPoP proof JWT is invalid.'],
      ['a private jwk', async () => ({ header: { jwk: await writePrivateKey(key, 'jwk') } }), 'The DPoP proof JWT is invalid.'],
      ['a symmetric jwk', () => ({ header: { jwk: { kty: 'oct', k: 'AAAA' } } }), 'The DPoP proof JWT is invalid.'],
      ['crit', () => ({ header: { crit: ['exp'] } }), 'The DPoP proof JWT is invalid.'],
      ['the signature of another key', () => ({ signer: other }), 'The DPoP proof JWT signature is invalid.'],
      ['no htm', () => ({ claims: { htm: undefined } }), "'htm' claim in the DPoP proof JWT is invalid."],
      ['htm in lower case', () => ({ claims: { htm: 'post' } }), "'htm' claim in the DPoP proof JWT is invalid."],
      ['htm of another method', () => ({ claims: { htm: 'GET' } }), "'htm' claim in the DPoP proof JWT is invalid."],
      ['no htu', () => ({ claims: { htu: undefined } }), "'htu' claim in the DPoP proof JWT is invalid."],
      ['htu of the issuer', () => ({ claims: { htu: server.org } }), "'htu' claim in the DPoP proof JWT is invalid."],
      ['htu with a query', () => ({ claims: { htu: `${tokenUrl()}?a=1` } }), "'htu' claim in the DPoP proof JWT is invalid."],
      ['htu with a slash', () => ({ claims: { htu: `${tokenUrl()}/` } }), "'htu' claim in the DPoP proof JWT is invalid."],
      ['no iat', () => ({ claims: { iat: undefined } }), "'iat' claim in the DPoP proof JWT is invalid."],
      ['a quoted iat', () => ({ claims: { iat: String(now) } }), "'iat' claim in the DPoP proof JWT is invalid."],
      ['iat 11 s ahead', () => ({ claims: { iat: now + 11 } }), 'The DPoP proof JWT is issued in the future.'],
      ['iat in milliseconds', () => ({ claims: { iat: now * 1000 } }), 'The DPoP proof JWT is issued in the future.'],
      [
        'iat 301 s ago',
        () => ({ claims: { iat: now - 301 } }),
        'The DPoP proof JWT is issued more than five minutes in the past.',
      ],
      ['exp in the past', () => ({ claims: { exp: now } }), 'The DPoP proof JWT is expired.'],
      ['no jti', () => ({ claims: { jti: undefined } }), "'jti' claim in the DPoP proof JWT is invalid."],
      ['an empty jti', () => ({ claims: { jti: '' } }), "'jti' claim in the DPoP proof JWT is invalid."],
      ['a jti of 257 bytes', () => ({ claims: { jti: 'j'.repeat(257) } }), "'jti' claim in the DPoP proof JWT is invalid."],
    ]

    it.each(cases)('refuses a proof with %s', async (_what, changes, error_description) => {
      const response = await ask({ proof: await prove(await changes()) })
      expect(response.status).toBe(400)
      expect(await readAnswer(response)).toEqual({ error: 'invalid_dpop_proof', error_description })
    })

    it.each([
      ['iat 10 s ahead', { iat: now + 10 }],
      ['iat 300 s ago', { iat: now - 300 }],
      ['exp ahead', { exp: now + 60 }],
      ['an nbf, which nobody asked for', { nbf: now + 60 }],
      ['a jti of 256 bytes', { jti: 'j'.repeat(256) }],
      ['htu in upper case and with its port', { htu: 'HTTPS://PKJWT.TEST:443/oauth2/v1/token' }],
    ])('takes a proof with %s', async (_what, claims) => {
      expect((await ask({ proof: await prove({ claims }) })).status).toBe(200)
    })

    it('takes "typ" in any letter case', async () => {
      expect((await ask({ proof: await prove({ header: { typ: 'DPoP+JWT' } }) })).status).toBe(200)
    })

    it.each([
      ['no proof', undefined, 'The DPoP proof JWT header is missing.'],
      ['something that is no JWT', 'abc', 'The DPoP proof JWT cannot be parsed.'],
    ])('refuses %s', async (_what, proof, error_description) => {
      const response = await ask({ proof })
      expect(response.status).toBe(400)
      expect(await readAnswer(response)).toEqual({ error: 'invalid_dpop_proof', error_description })
    })

    it('refuses two proofs', async () => {
      const response = await ask({ proof: `${await prove()}, ${await prove()}` })
      expect(await readAnswer(response)).toEqual({
        error: 'invalid_dpop_proof',
        error_description: 'Multiple DPoP proof JWT headers are not allowed.',
      })
    })

    it('refuses a proof the second time', async () => {
      const proof = await prove()
      expect((await ask({ proof })).status).toBe(200)
      expect(await readAnswer(await ask({ proof }))).toEqual({
        error: 'invalid_dpop_proof',
        error_description: 'The DPoP proof JWT has already been used.',
      })
    })

    it('does not record a proof of a client that did not prove who it is', async () => {
      const proof = await prove()
      const stranger = await generateKey({ alg: 'ES256', kid: app.key.kid })
      const forged = await createAssertion({ clientId: app.clientId, org: server.org, key: stranger, now: server.clock() })
      expect((await ask({ proof, assertion: forged })).status).toBe(401)
      expect((await ask({ proof })).status).toBe(200)
    })
  })

  describe('the nonce', () => {
    it.each([
      ['no nonce', undefined],
      ['a made-up nonce', 'abc'],
      ['a nonce that is no text', 7],
    ])('is asked for when a proof has %s', async (_what, given) => {
      const response = await ask({ proof: await prove({ claims: { nonce: given } }) })
      expect(response.status).toBe(400)
      expect(await readAnswer(response)).toEqual({
        error: 'use_dpop_nonce',
        error_description: 'Authorization server requires nonce in DPoP proof.',
      })
      expect(response.headers.get('dpop-nonce')).toMatch(/^[\w-]{32}$/)
    })

    it('is asked for after the assertion was used up, as Okta does', async () => {
      const assertion = await createAssertion({ clientId: app.clientId, org: server.org, key: app.key, now: server.clock() })
      await ask({ assertion, proof: await prove({ claims: { nonce: undefined } }) })
      expect(await readAnswer(await ask({ assertion, proof: await prove() }))).toMatchObject({
        error_description: 'The client_assertion token has already been used.',
      })
    })

    it.each([
      [2, 200],
      [3, 400],
    ])('that is %i days old answers %i', async (days, status) => {
      const old = nonce
      server.clock.forward(days * 86_400)
      const iat = Math.floor(server.clock().getTime() / 1000)
      const response = await ask({ proof: await prove({ claims: { nonce: old, iat } }) })
      expect(response.status).toBe(status)
      expect(response.headers.get('dpop-nonce')).not.toBe(old)
    })

    it('is stale after a fault rotated it', async () => {
      server.faults.add({ kind: 'nonce-rotated' })
      expect(await readAnswer(await ask({ proof: await prove() }))).toMatchObject({ error: 'use_dpop_nonce' })
    })
  })

  describe('an app that is not bound to DPoP', () => {
    it('gets a Bearer token when it sends a proof all the same', async () => {
      const plain = await server.addApp()
      const assertion = await createAssertion({ clientId: plain.clientId, org: server.org, key: plain.key, now: server.clock() })
      const response = await ask({ assertion, proof: 'not even a proof' })
      expect(await readAnswer(response)).toMatchObject({ token_type: 'Bearer' })
      expect(response.headers.get('dpop-nonce')).toBeNull()
    })
  })

  describe('the API, with a bound token', () => {
    const usersUrl = () => `${server.org}/api/v1/users`

    interface Call {
      readonly authorization?: string
      readonly proof?: string | undefined
      readonly url?: string
    }

    async function call({ authorization, proof, url = usersUrl() }: Call): Promise<Response> {
      const headers = new Headers()
      if (authorization !== undefined) headers.set('authorization', authorization)
      if (proof !== undefined) headers.set('dpop', proof)
      return server.fetch(url, { headers })
    }

    async function proveCall(accessToken: string, changes: ProofChanges = {}): Promise<string> {
      const claims = { htm: 'GET', htu: usersUrl(), nonce: undefined, ath: await accessTokenHash(accessToken), ...changes.claims }
      return prove({ ...changes, claims })
    }

    it('opens with the token and its proof', async () => {
      const token = await buy()
      expect((await call({ authorization: `DPoP ${token}`, proof: await proveCall(token) })).status).toBe(200)
    })

    it('opens for a URL with a query and double slashes', async () => {
      const token = await buy()
      const url = `${server.org}//api/v1/users?limit=2`
      expect((await call({ authorization: `dpop ${token}`, proof: await proveCall(token), url })).status).toBe(200)
    })

    it('wants the scheme DPoP for it', async () => {
      const token = await buy()
      const response = await call({ authorization: `Bearer ${token}`, proof: await proveCall(token) })
      expect(response.status).toBe(400)
      expect(response.headers.get('www-authenticate')).toContain(
        'error_description="The resource request must use the DPoP authentication scheme when using a DPoP bound token."',
      )
      expect(await response.text()).toBe('')
    })

    it('wants a proof', async () => {
      const response = await call({ authorization: `DPoP ${await buy()}` })
      expect(response.status).toBe(400)
      expect(response.headers.get('www-authenticate')).toContain(
        'error_description="The resource request requires a DPoP proof."',
      )
    })

    const cases: readonly [what: string, changes: () => ProofChanges | Promise<ProofChanges>, text: string][] = [
      [
        'no ath',
        () => ({ claims: { ath: undefined } }),
        "'ath' claim in the DPoP proof does not match the presented access_token.",
      ],
      [
        'the ath of another token',
        async () => ({ claims: { ath: await accessTokenHash('other') } }),
        "'ath' claim in the DPoP proof does not match the presented access_token.",
      ],
      ['another method', () => ({ claims: { htm: 'POST' } }), "'htm' claim in the DPoP proof JWT is invalid."],
      ['another URL', () => ({ claims: { htu: tokenUrl() } }), "'htu' claim in the DPoP proof JWT is invalid."],
      [
        'the query in htu',
        () => ({ claims: { htu: `${server.org}/api/v1/users?limit=2` } }),
        "'htu' claim in the DPoP proof JWT is invalid.",
      ],
      [
        'another key',
        () => ({ signer: other, header: { jwk: other.publicKey.jwk } }),
        'The access_token is not bound to the provided DPoP proof.',
      ],
    ]

    it.each(cases)('refuses a proof with %s, in the header alone', async (_what, changes, text) => {
      const token = await buy()
      const response = await call({ authorization: `DPoP ${token}`, proof: await proveCall(token, await changes()) })
      expect(response.status).toBe(400)
      expect(await response.text()).toBe('')
      const challenge = response.headers.get('www-authenticate')
      expect(challenge).toContain('DPoP algs="RS256 RS384 RS512 ES256 ES384 ES512"')
      expect(challenge).toContain(`error="invalid_dpop_proof", error_description="${text}"`)
      expect(challenge).toContain('resource="/api/v1/users"')
    })

    it('refuses a proof the second time', async () => {
      const token = await buy()
      const proof = await proveCall(token)
      expect((await call({ authorization: `DPoP ${token}`, proof })).status).toBe(200)
      const again = await call({ authorization: `DPoP ${token}`, proof })
      expect(again.headers.get('www-authenticate')).toContain('The DPoP proof JWT has already been used.')
    })

    it('refuses the scheme DPoP for a token that is not bound', async () => {
      const plain = await server.addApp()
      const assertion = await createAssertion({ clientId: plain.clientId, org: server.org, key: plain.key, now: server.clock() })
      const token = String((await readAnswer(await ask({ assertion })))['access_token'])
      const response = await call({ authorization: `DPoP ${token}`, proof: await proveCall(token) })
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toContain('The presented access_token is not DPoP bound.')
    })
  })
}
