import { generateKey, type SigningKey, writePrivateKey, writePublicKeys } from 'pkjwt/keys'
import { createAssertion } from 'pkjwt/protocol'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectNoFaults, measure } from './support/faults.js'
import { tabTo } from './support/keyboard.js'
import { type Chromium, startChromium } from './support/open.js'
import { clientId, clipboard, domain, fillWho, giveKey, paste, show, signedToken } from './support/steps.js'

let chromium: Chromium
let key: SigningKey
let jwk: string
let locked: string
let token: string

beforeAll(async () => {
  chromium = await startChromium()
  key = await generateKey({ alg: 'ES256' })
  jwk = JSON.stringify(await writePrivateKey(key, 'jwk'))
  locked = await writePrivateKey(key, 'pkcs8', { passphrase: 'x' })
  token = await createAssertion({ key, clientId, org: domain, now: new Date(Date.now() - 7_200_000) })
})
afterAll(() => chromium?.close())

const states: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  'Sign, empty': async () => undefined,
  'Sign, signed': async (page) => {
    await fillWho(page)
    await page.fill('[name=scopes]', 'okta.users.read openid ')
    await giveKey(page, jwk)
    await signedToken(page)
    await page.getByRole('button', { name: 'Public JWKS' }).click()
    await page.getByText('Header', { exact: true }).first().click()
    await page.getByRole('button', { name: 'Add claim' }).click()
  },
  'Sign, stale with findings': async (page) => {
    await fillWho(page)
    await giveKey(page, jwk)
    await signedToken(page)
    await page.fill('[name=exp]', '7200')
    await page.waitForSelector('[data-rule=exp-far]')
    await page.locator('.finding-why summary').first().click()
  },
  'Sign, raw payload that is no JSON': async (page) => {
    await page.getByRole('radio', { name: 'Raw payload' }).check()
    await page.fill('[name=payload]', '{"iss": 1,,}')
    await page.waitForSelector('.fault-line')
  },
  'Sign, other provider': async (page) => {
    await page.getByRole('radio', { name: 'Other' }).check()
    await page.getByLabel('Rules of this server').selectOption('fapi2')
  },
  'Sign, key refused': (page) => paste(page, 'private-key', 'hello there').then(() => page.locator('.note-error').waitFor()),
  'Sign, key locked': (page) => paste(page, 'private-key', locked).then(() => page.locator('[name=passphrase]').waitFor()),
  'Sign, sharing': async (page) => {
    await fillWho(page)
    await page.getByRole('button', { name: 'Copy link…' }).click()
  },
  'Check, empty': (page) => show(page, 'Check'),
  'Check, not verified': async (page) => {
    await show(page, 'Check')
    await paste(page, 'check', token)
    await page.waitForSelector('[data-verdict=not-verified]')
    await page.locator('.not-checked summary').click()
  },
  'Check, signature good but expired, compared': async (page) => {
    await show(page, 'Check')
    await paste(page, 'check', token)
    await paste(page, 'check-keys', JSON.stringify(await writePublicKeys(key, 'jwk')))
    await page.waitForSelector('[data-verdict=good-but]')
    await page.getByRole('button', { name: 'Compare with another' }).click()
    await paste(page, 'second', await createAssertion({ key, clientId, org: domain }))
    await page.locator('.comparison').waitFor()
  },
  'Check, error answer': async (page) => {
    await show(page, 'Check')
    await paste(page, 'check', '{"error":"invalid_client","error_description":"The client_assertion token is expired."}')
    await page.locator('.finding').waitFor()
  },
  'Keys, empty': (page) => show(page, 'Keys'),
  'Keys, a pair revealed': async (page) => {
    await show(page, 'Keys')
    await page.locator('#generate-key').click()
    await page.getByRole('button', { name: 'Reveal' }).click()
    await page.getByRole('region', { name: 'Private key text' }).waitFor()
    await page.locator('.card-secret').getByRole('radio', { name: 'PKCS#8' }).check()
  },
  'Keys, a set with faults': async (page) => {
    await show(page, 'Keys')
    const member = { ...(await writePublicKeys(key, 'jwk')), use: 'enc' }
    await paste(page, 'key-set', JSON.stringify({ keys: [member, member] }))
    await page.locator('[data-report] .finding').first().waitFor()
  },
  'Request, empty': (page) => show(page, 'Request'),
  'Request, with an answer': async (page) => {
    await fillWho(page)
    await giveKey(page, jwk)
    await signedToken(page)
    await show(page, 'Request')
    await paste(page, 'answer', '{"error":"invalid_client","error_description":"The client_assertion signature is invalid."}')
    await page.locator('.finding').first().waitFor()
  },
  'the proof of being offline': (page) => page.getByRole('button', { name: 'Offline' }).click(),
  'the list of shortcuts': (page) => page.getByRole('button', { name: 'Keyboard shortcuts' }).click(),
}

test.each(Object.entries(states))('nothing is wrong in both themes, wide and narrow: %s', async (_, reach) => {
  const { page, close } = await chromium.open({ reducedMotion: 'reduce' })
  await reach(page)
  await expectNoFaults(page)
  await close()
})

test('the page written from right to left is no wider than the window', async () => {
  const { page, close } = await chromium.open({ viewport: { width: 320, height: 800 } })
  await page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'))
  await fillWho(page)
  await giveKey(page, jwk)
  await signedToken(page)
  expect(await page.evaluate(measure)).toEqual([])
  await close()
})

test('nothing moves for those who asked for reduced motion', async () => {
  const { page, close } = await chromium.open({ reducedMotion: 'reduce' })
  const moving = await page.evaluate(
    () =>
      Array.from(document.querySelectorAll('*')).filter((element) => getComputedStyle(element).transitionDuration !== '0s')
        .length,
  )
  expect(moving).toBe(0)
  await close()
})

describe('with the keyboard alone', () => {
  test('a key is made, an assertion signed, copied, checked, and the request prepared', async () => {
    const { page, complaints, close } = await chromium.open()
    await tabTo(page, '[name=domain]')
    await page.keyboard.type(domain)
    await tabTo(page, '[name=client-id]')
    await page.keyboard.type(clientId)
    await tabTo(page, '[name=scopes]')
    await page.keyboard.type('okta.users.read ')
    await tabTo(page, '[name=private-key]')
    await page.evaluate((text) => navigator.clipboard.writeText(text), jwk)
    await page.keyboard.press('ControlOrMeta+v')
    const assertion = await signedToken(page)
    await page.keyboard.press('ControlOrMeta+Enter')
    await page.getByText('Signed again at').waitFor()
    await tabTo(page, '#copy-assertion')
    await page.keyboard.press('Enter')
    expect(await clipboard(page)).not.toBe(assertion)
    expect(await clipboard(page)).toBe(await signedToken(page))

    await tabTo(page, '.tabs-page [role=tab][aria-selected=true]')
    await page.keyboard.press('ArrowRight')
    await tabTo(page, '[name=check]')
    await page.keyboard.press('ControlOrMeta+v')
    await page.waitForSelector('[data-verdict=good]')

    await page.keyboard.press('Escape')
    await tabTo(page, '.tabs-page [role=tab][aria-selected=true]')
    await page.keyboard.press('ArrowRight')
    await tabTo(page, '#generate-key')
    await page.keyboard.press('Enter')
    await page.locator('.card-secret').waitFor()

    await tabTo(page, '.tabs-page [role=tab][aria-selected=true]')
    await page.keyboard.press('End')
    await page.getByText('What is sent').waitFor()
    await tabTo(page, '[name=answer]')
    await page.keyboard.type('{"error":"invalid_client","error_description":"The client_assertion token is expired."}')
    await page.locator('.finding').first().waitFor()
    expect(complaints).toEqual([])
    await close()
  })

  test('the focus stays on the key after it was read, and shortcuts work from any field', async () => {
    const { page, close } = await chromium.open()
    await fillWho(page)
    await giveKey(page, jwk)
    const inside = await page.evaluate(() => document.activeElement?.closest('[data-card]')?.querySelector('h2')?.textContent)
    expect(inside).toContain('Key')
    await signedToken(page)
    await page.locator('[name=domain]').focus()
    await page.keyboard.press('Alt+Shift+N')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Key')
    await page.keyboard.press('Alt+Shift+C')
    await expect.poll(() => clipboard(page)).toBe(await signedToken(page))
    await page.keyboard.press('Alt+Shift+H')
    await page.locator('dialog[open]').waitFor()
    await page.keyboard.press('Escape')
    expect(await page.locator('dialog[open]').count()).toBe(0)
    await close()
  })

  test('Tab leaves every box for text', async () => {
    const { page, close } = await chromium.open()
    await page.getByRole('radio', { name: 'Raw payload' }).check()
    await page.locator('[name=payload]').focus()
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).not.toBe('payload')
    await close()
  })
})
