import { generateKey, writePrivateKey } from 'pkjwt/keys'
import { oktaTexts } from 'pkjwt/profiles'
import { diagnose } from 'pkjwt/protocol'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Chromium, type Opened, startChromium } from './support/open.js'
import { clipboard, domain, fillWho, giveKey, paste, show, signedToken, tokenEndpoint } from './support/steps.js'

let chromium: Chromium
let opened: Opened

beforeAll(async () => {
  chromium = await startChromium()
})
afterAll(() => chromium?.close())
beforeEach(async () => {
  opened = await chromium.open()
  const { page } = opened
  await fillWho(page)
  await page.fill('[name=scopes]', 'okta.users.read ')
  await giveKey(page, JSON.stringify(await writePrivateKey(await generateKey({ alg: 'ES256' }), 'jwk')))
  await signedToken(page)
  await show(page, 'Request')
})
afterEach(async () => {
  expect(opened.complaints).toEqual([])
  await opened.close()
})

test('the request is shown whole, and says why it is not sent from here', async () => {
  const { page } = opened
  expect(await page.locator('.pairs').first().textContent()).toContain(tokenEndpoint)
  expect(await page.locator('.explanation').textContent()).toContain('Okta’s token endpoint refuses requests from web pages')
})

test('the copied form body is a request without a fault', async () => {
  const { page } = opened
  await page.getByRole('tab', { name: 'HTTP' }).click()
  await page.getByRole('button', { name: 'Copy form body' }).click()
  const { findings } = await diagnose({ request: await clipboard(page) }, { org: domain })
  expect(findings).toEqual([])
})

test('the answer is explained together with what was asked', async () => {
  const { page } = opened
  const { error, error_description } = oktaTexts['signature-mismatch']
  await paste(page, 'answer', JSON.stringify({ error, error_description }))
  await page.waitForSelector('[data-rule=signature-mismatch]')
})

test('a granted token is good news', async () => {
  const { page } = opened
  await paste(
    page,
    'answer',
    JSON.stringify({ token_type: 'Bearer', expires_in: 3600, access_token: 'eyJ', scope: 'okta.users.read' }),
  )
  await page.waitForSelector('[data-rule=answer-success]')
})
