import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chooseApp, signIn, signInTyping } from './support/admin.js'
import { expectNoFaults } from './support/faults.js'
import { tabTo } from './support/keyboard.js'
import { type Served, startServed } from './support/served.js'
import { giveKey, show, signedToken } from './support/steps.js'

let served: Served

beforeAll(async () => {
  served = await startServed()
})
afterAll(() => served?.[Symbol.asyncDispose]())

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

async function sendAs(page: Page, scopes: string): Promise<void> {
  const { clientId, jwk } = served.apps.nobody
  await page.fill('[name=client-id]', clientId)
  await page.fill('[name=scopes]', `${scopes} `)
  await giveKey(page, jwk)
  await signedToken(page)
  await show(page, 'Request')
  await press(page, 'Send')
  await page.locator('[data-answer]').waitFor()
}

async function openBilling(page: Page): Promise<void> {
  await signIn(page, served.apps.superAdmin)
  await chooseApp(page, 'Billing')
}

const states: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  'what the page can reach': (page) => press(page, 'This server only'),
  'Send, granted': (page) => sendAs(page, 'okta.users.read okta.groups.read'),
  'Send, refused': (page) => sendAs(page, 'okta.groups.manage'),
  'signing in': (page) => show(page, 'Admin'),
  'not let in': async (page) => {
    await signIn(page, served.apps.stranger)
    await page.locator('.failure').waitFor()
  },
  'let in without a role': async (page) => {
    await signIn(page, served.apps.nobody)
    await page.locator('.failure').waitFor()
  },
  'an app': async (page) => {
    await signIn(page, served.apps.superAdmin)
    await chooseApp(page, 'Crowded')
    await page.getByText('Add a key', { exact: true }).click()
    await page.getByLabel('Kind of key').waitFor()
  },
  'a new app': async (page) => {
    await signIn(page, served.apps.superAdmin)
    await press(page, 'New app')
    await page.getByRole('radio', { name: 'Use one that exists' }).check()
    await press(page, 'Create the app')
  },
  'a grant that is refused, and a question before something is gone': async (page) => {
    await openBilling(page)
    await press(page, 'Deactivate the app')
    await page.fill('[name=grant]', 'okta.nothing.read')
    await press(page, 'Grant')
    await page.locator('.failure').waitFor()
  },
  'a replacement, at its beginning': async (page) => {
    await openBilling(page)
    await page.getByRole('button', { name: /^Replace the key/ }).click()
    await press(page, 'Make a key and save it')
    await page.locator('[data-rotation=register]').waitFor()
  },
  'a replacement, at its end': async (page) => {
    await signIn(page, served.apps.superAdmin)
    await chooseApp(page, 'App admin')
    await page.getByRole('button', { name: /^Replace the key/ }).click()
    await press(page, 'Make a key and save it')
    await press(page, 'Register the next key')
    await press(page, 'Try the next key')
    await press(page, 'It is in place everywhere')
    await press(page, 'Deactivate the old key')
    await press(page, 'Delete the old key')
  },
  'the log': async (page) => {
    await signIn(page, served.apps.superAdmin)
    await page.getByRole('tab', { name: 'Log' }).click()
    await page.locator('.log-entry').nth(49).waitFor()
    await page
      .getByRole('button', { name: /^Details/ })
      .first()
      .click()
  },
}

test.each(Object.entries(states))('nothing is wrong in both themes, wide and narrow: %s', async (_, reach) => {
  const { page, close } = await served.open({ reducedMotion: 'reduce', acceptDownloads: true })
  await reach(page)
  await expectNoFaults(page)
  await close()
})

test('with the keyboard alone an administrator signs in, makes an app, grants, replaces its key, and reads the log', async () => {
  const { page, complaints, close } = await served.open({ acceptDownloads: true })
  const enter = async (selector: string) => {
    await tabTo(page, selector)
    await page.keyboard.press('Enter')
  }
  const enterNamed = async (name: string) => {
    await page.getByRole('button', { name, exact: true }).last().waitFor()
    await page
      .getByRole('button', { name, exact: true })
      .last()
      .evaluate((button) => button.setAttribute('data-wanted', ''))
    await enter('[data-wanted]')
    await page.evaluate(() => document.querySelector('[data-wanted]')?.removeAttribute('data-wanted'))
  }
  await tabTo(page, '.tabs-page [role=tab][aria-selected=true]')
  await page.keyboard.press('End')
  await tabTo(page, '[name=admin-key]')
  await page.evaluate((text) => navigator.clipboard.writeText(text), served.apps.superAdmin.jwk)
  await page.keyboard.press('ControlOrMeta+v')
  await page.locator('[data-held]').waitFor()
  await tabTo(page, '[name=admin-client-id]')
  await page.keyboard.type(served.apps.superAdmin.clientId)
  await page.keyboard.press('Enter')
  await page.locator('.admin-bar').waitFor()
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain('Signed in as')

  await enter('#new-app')
  await page.locator('[name=app-name]:focus').waitFor()
  await page.keyboard.type('By keyboard')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'By keyboard', exact: true }).waitFor()
  await page.locator('[data-key-status]').waitFor()
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain('By keyboard')

  await tabTo(page, '[name=grant]')
  await page.keyboard.type('okta.users.read')
  await page.keyboard.press('Enter')
  await page.locator('.chip').waitFor()
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('grant')

  await enter('[aria-label^="Replace the key"]')
  await page.locator('[data-rotation=make]').waitFor()
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Replace a key')
  await enterNamed('Make a key and save it')
  await enterNamed('Register the next key')
  await page.locator('[data-rotation=try]').waitFor()
  await enterNamed('Try the next key')
  await page.locator('[data-rotation=switch]').waitFor()
  await enterNamed('It is in place everywhere')
  await enterNamed('Deactivate the old key')
  await page.locator('[data-rotation=delete]').waitFor()
  await enterNamed('Delete the old key')
  await page.locator('.confirm').waitFor()
  await page.keyboard.press('Enter')
  await page.locator('[data-rotation=done]').waitFor()
  await enterNamed('Close')
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Keys')

  await tabTo(page, '.tabs-card [role=tab][aria-selected=true]')
  await page.keyboard.press('ArrowRight')
  await page.locator('.log-entry').first().waitFor()
  expect(await page.locator('.log-event').first().innerText()).toBe('Key deleted')
  // Back along the tabs, the app is there as it was left, and takes the focus from nobody.
  await page.keyboard.press('ArrowLeft')
  await page.getByRole('heading', { name: 'By keyboard', exact: true }).waitFor()
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Apps')
  await enterNamed('Sign out')
  await page.locator('[name=admin-key]').waitFor()
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Sign in as administrator')
  expect(complaints).toEqual([])
  await close()
})

test('the administrator’s view written from right to left is no wider than the window', async () => {
  const { page, close } = await served.open({ viewport: { width: 320, height: 800 } })
  await signInTyping(page, served.apps.superAdmin)
  await chooseApp(page, 'Crowded')
  await page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'))
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0)
  await close()
})
