import { startTestServer } from '@pkjwt/server/testing'
import { generateKey, readPublicKeys, type SigningKey, writePrivateKey } from 'pkjwt/keys'
import { type AssertionUse, verifyAssertion } from 'pkjwt/protocol'
import { jwtBearerAssertionType } from 'pkjwt/rules'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Chromium, type From, startChromium } from './support/open.js'
import { clientId, clipboard, paste } from './support/steps.js'

// The guide's walk with its generator tool, literally: paste payload and key, press the button, copy the result.

let chromium: Chromium
let key: SigningKey

beforeAll(async () => {
  chromium = await startChromium()
  key = await generateKey({ alg: 'RS256' })
})

afterAll(() => chromium?.close())

/** The guide's example, with its quoted and long past "exp". */
function guidePayload(org: string): string {
  return `{
  "aud": "${org}/oauth2/v1/token",
  "iss": "${clientId}",
  "sub": "${clientId}",
  "exp": "1614664267"
}`
}

async function walk(from: From, { payload, keyText }: { readonly payload: string; readonly keyText: string }): Promise<string> {
  const { page, complaints, close } = await chromium.open({ from })
  await page.getByRole('radio', { name: 'Raw payload' }).check()
  await paste(page, 'payload', payload)
  await paste(page, 'private-key', keyText)
  await page.waitForSelector('[data-held]')
  await page.getByRole('button', { name: 'Generate JWT' }).click()
  await page.waitForSelector('[data-status=signed]')
  await page.getByRole('button', { name: 'Copy', exact: true }).first().click()
  const copied = await clipboard(page)
  expect(await page.locator('[data-note]').textContent()).toContain('"exp" was quoted and past')
  expect(complaints).toEqual([])
  await close()
  return copied
}

describe.each(['file', 'http'] as const)('the walk of the guide, from %s', (from) => {
  test('with the key pair as JWK: the server gives a token for what was copied', async () => {
    await using server = await startTestServer()
    await server.addApp({ clientId, key })
    const keyText = JSON.stringify(await writePrivateKey(key, 'jwk'), undefined, 2)
    const assertion = await walk(from, { payload: guidePayload(server.org), keyText })
    const response = await server.fetch(`${server.org}/oauth2/v1/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: 'okta.users.read',
        client_assertion_type: jwtBearerAssertionType,
        client_assertion: assertion,
      }),
    })
    expect(await response.json()).toMatchObject({ token_type: 'Bearer', scope: 'okta.users.read' })
  })

  test('with the private key as PEM: verifyAssertion takes what was copied', async () => {
    const org = 'https://example.okta.com'
    const assertion = await walk(from, { payload: guidePayload(org), keyText: await writePrivateKey(key, 'pkcs8') })
    const uses: AssertionUse[] = []
    const verified = await verifyAssertion(assertion, {
      audience: `${org}/oauth2/v1/token`,
      findClient: async () => ({ clientId, keys: await readPublicKeys(key.publicKey.jwk) }),
      rememberOnce: (use) => uses.push(use) > 0,
    })
    expect(verified.clientId).toBe(clientId)
    expect(verified.claims).toEqual({
      aud: `${org}/oauth2/v1/token`,
      iss: clientId,
      sub: clientId,
      exp: expect.any(Number),
    })
  })
})
