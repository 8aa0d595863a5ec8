import { signJwt } from 'pkjwt/jwt'
import { generateKey, type SigningKey, writePrivateKey, writePublicKeys } from 'pkjwt/keys'
import { oktaTexts } from 'pkjwt/profiles'
import { createAssertion, writeTokenRequest } from 'pkjwt/protocol'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { generateKeys, prepareApps, type SeedApp } from '../rules/apps.js'
import { writeAttempt } from '../rules/attempt.js'
import { now, ruleCases } from '../rules/cases.js'
import { type Chromium, type Opened, startChromium } from './support/open.js'
import { clientId, clipboard, domain, fillWho, giveKey, paste, show, signedToken, tokenEndpoint } from './support/steps.js'

let chromium: Chromium
let opened: Opened
let key: SigningKey
let stranger: SigningKey
let token: string

beforeAll(async () => {
  chromium = await startChromium()
  ;[key, stranger] = await Promise.all([generateKey({ alg: 'ES256' }), generateKey({ alg: 'ES256' })])
  token = await createAssertion({ key, clientId, org: domain, lifetimeSeconds: 3000 })
})
afterAll(() => chromium?.close())
beforeEach(async () => {
  opened = await chromium.open()
  await show(opened.page, 'Check')
})
afterEach(async () => {
  expect(opened.complaints).toEqual([])
  await opened.close()
})

const verdict = (page: Page, name: string) => page.waitForSelector(`[data-verdict="${name}"]`)
const kind = (page: Page) => page.locator('[data-kind]').textContent()
const publicText = async (each: SigningKey) => JSON.stringify(await writePublicKeys(each, 'jwk'))

describe('a token', () => {
  test('is not verified as long as there is no key', async () => {
    const { page } = opened
    await paste(page, 'check', token)
    await verdict(page, 'not-verified')
    expect(await kind(page)).toBe('Client assertion')
  })

  test('is good with the right key, which is named', async () => {
    const { page } = opened
    await paste(page, 'check', token)
    await paste(page, 'check-keys', await publicText(key))
    await verdict(page, 'good')
    expect(await page.locator('.signed-by').textContent()).toContain(key.kid)
  })

  test('is refused with a wrong key', async () => {
    const { page } = opened
    await paste(page, 'check', token)
    await paste(page, 'check-keys', await publicText(stranger))
    await verdict(page, 'bad')
    await page.waitForSelector('[data-rule=kid-unknown]')
  })

  test('whose key is in the set under another name says which one it is', async () => {
    const { page } = opened
    const renamed = { ...(await writePublicKeys(key, 'jwk')), kid: 'renamed' }
    await paste(page, 'check', token)
    await paste(page, 'check-keys', JSON.stringify({ keys: [await writePublicKeys(stranger, 'jwk'), renamed] }))
    await verdict(page, 'good-but')
    expect(await page.locator('.signed-by').textContent()).toContain('renamed')
  })

  test('that has expired says since when', async () => {
    const { page } = opened
    const old = await createAssertion({ key, clientId, org: domain, now: new Date(Date.now() - 7_200_000) })
    await paste(page, 'check', old)
    await page.waitForSelector('[data-rule=exp-past]')
    expect(await page.locator('.members').textContent()).toMatch(/Ended 1 hour 55 minutes ago/)
  })

  test('for another server is compared character by character', async () => {
    const { page } = opened
    await paste(page, 'check', token)
    await page.fill('[name=check-org]', 'https://example.okta.com/oauth2/default')
    await page.waitForSelector('[data-rule=aud-mismatch]')
  })

  test('that brings its own key is told to prove nothing', async () => {
    const { page } = opened
    const jwk = await writePublicKeys(stranger, 'jwk')
    await paste(page, 'check', await signJwt({ alg: 'ES256', jwk }, { iss: 'a', sub: 'a', aud: 'b' }, stranger))
    expect(await page.locator('[data-own-keys]').textContent()).toContain('no proof')
    await verdict(page, 'not-verified')
  })

  test.each([
    [
      'Access token',
      { ver: 1, jti: 'AT.1', iss: `https://${domain}`, aud: `https://${domain}`, sub: clientId, cid: clientId, scp: ['a'] },
    ],
    ['ID token', { iss: `https://${domain}`, aud: clientId, sub: 'user', nonce: 'n', auth_time: 1_700_000_000 }],
    ['DPoP proof', { htm: 'POST', htu: tokenEndpoint, iat: 1_700_000_000, jti: '1' }],
  ])('that is an %s is called so', async (name, claims) => {
    const { page } = opened
    await paste(page, 'check', await signJwt({ alg: 'ES256' }, claims, key))
    await page.waitForSelector('[data-rule=token-kind]')
    expect(await kind(page)).toBe(name)
  })

  test('is carried over to Sign with "Edit in Sign"', async () => {
    const { page } = opened
    await paste(page, 'check', token)
    await page.getByRole('button', { name: 'Edit in Sign' }).click()
    expect(JSON.parse(await page.inputValue('[name=payload]'))).toMatchObject({ iss: clientId, aud: tokenEndpoint })
  })

  test('is compared with another, claim by claim', async () => {
    const { page } = opened
    const other = await createAssertion({ key, clientId, audience: 'https://example.okta.com/oauth2/default/v1/token' })
    await paste(page, 'check', token)
    await page.getByRole('button', { name: 'Compare with another' }).click()
    await paste(page, 'second', other)
    const differing = page.locator('.comparison tr[data-same=false] th')
    await differing.first().waitFor()
    expect((await differing.allTextContents()).map((text) => text.replace(/(Header|Claims).*/, ''))).toEqual(
      expect.arrayContaining(['aud', 'jti', 'exp']),
    )
  })
})

describe('a request', () => {
  test('as a curl command is checked with the assertion inside', async () => {
    const { page } = opened
    const command = `curl -X POST https://example.okta.com/oauth2/default/v1/token -d grant_type=client_credentials \\
      -d scope=openid -d client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer -d client_assertion=${token}`
    await paste(page, 'check', command)
    await page.waitForSelector('[data-rule=aud-mismatch]')
    await page.waitForSelector('[data-rule=scope-openid]')
    expect(await page.locator('.members').textContent()).toContain(clientId)
  })

  test('as a form body is checked the same way', async () => {
    const { page } = opened
    await paste(page, 'check', writeTokenRequest({ assertion: token, scopes: ['okta.users.read', 'okta.apps.read'] }))
    await verdict(page, 'not-verified')
    expect(await page.locator('[data-kind]').getAttribute('data-kind')).toBe('request')
  })

  test('as this page writes it has no fault', async () => {
    const { page } = opened
    await show(page, 'Sign')
    await fillWho(page)
    await giveKey(page, JSON.stringify(await writePrivateKey(key, 'jwk')))
    await page.fill('[name=scopes]', 'okta.users.read ')
    await signedToken(page)
    await page.locator('.copyable').getByRole('button', { name: 'Copy' }).first().click()
    const curl = await clipboard(page)
    await show(page, 'Check')
    await paste(page, 'check', curl)
    await verdict(page, 'good')
    expect(await page.locator('.finding').count()).toBe(0)
  })
})

describe('an error answer', () => {
  test('is explained alone', async () => {
    const { page } = opened
    const { error, error_description } = oktaTexts['aud-mismatch']
    await paste(page, 'check', JSON.stringify({ error, error_description }))
    await verdict(page, 'explained')
    await page.waitForSelector('[data-rule=aud-mismatch]')
  })

  test('is explained together with the token, whichever was pasted first', async () => {
    const { page } = opened
    const { error, error_description } = oktaTexts['exp-past']
    const old = await createAssertion({ key, clientId, org: domain, now: new Date(Date.now() - 7_200_000) })
    await paste(page, 'check', JSON.stringify({ error, error_description }))
    await page.getByRole('button', { name: 'Compare with another' }).click()
    await paste(page, 'second', old)
    await page
      .locator('.finding')
      .first()
      .getByText(/expired 1 hour/)
      .waitFor()
  })

  test('of every text that Okta has is explained', async () => {
    const { page } = opened
    const texts = new Set(
      Object.values(oktaTexts).map(({ error, error_description }) => JSON.stringify({ error, error_description })),
    )
    for (const text of texts) {
      await page.fill('[name=check]', text)
      await page
        .locator('.finding-error dd')
        .filter({ hasText: JSON.parse(text).error_description })
        .first()
        .waitFor()
    }
  })
})

test('a private key in the wrong box is taken out at once', async () => {
  const { page } = opened
  await paste(page, 'check', await writePrivateKey(key, 'pkcs8'))
  await page.getByText('That was a private key').first().waitFor()
  expect(await page.inputValue('[name=check]')).toBe('')
})

test('nonsense is called so', async () => {
  const { page } = opened
  await paste(page, 'check', 'hello there')
  await verdict(page, 'unreadable')
})

test('every rule that a token can break has its finding here', { timeout: 240_000 }, async () => {
  const { page } = opened
  const keys = await generateKeys()
  const target = { issuer: `https://${domain}`, keys, apps: prepareApps(keys) }
  await page.clock.setFixedTime(new Date(now * 1000))
  let known: string | undefined
  for (const { rule, what, needs, refused } of ruleCases) {
    if (needs !== 'token' || knownToServerOnly.has(rule)) continue
    const { assertion, app } = await writeAttempt(refused, target)
    if (known !== app.client_id) await expectApp(page, app, known !== undefined)
    known = app.client_id
    await page.fill('[name=check]', assertion)
    await page.waitForSelector(`[data-rule="${rule}"]`, { state: 'attached' }).catch(() => {
      throw new Error(`Cannot see ${rule}: ${what}`)
    })
  }
})

/** Fills in what is known of an app beside its token. */
async function expectApp(page: Page, app: SeedApp, hasKeys: boolean): Promise<void> {
  const profile = app.profile ?? 'okta'
  await page.fill('[name=check]', '')
  if (hasKeys) await page.locator('.held').getByRole('button', { name: 'Replace' }).click()
  await page.getByLabel('Rules').selectOption(profile)
  await page.fill('[name=check-org]', profile === 'okta' ? domain : `https://${domain}`)
  await page.fill('[name=check-client-id]', app.client_id)
  await page.fill('[name=check-keys]', JSON.stringify(app.jwks))
  await page.locator('.held').getByRole('button', { name: 'Replace' }).waitFor()
}

/** What only the server knows is told by its answer: see above. */
const knownToServerOnly: ReadonlySet<string> = new Set(['client-inactive', 'client-method', 'keys-missing'])
