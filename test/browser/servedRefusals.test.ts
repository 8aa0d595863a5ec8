import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chooseApp, dropFile, failureIn, keyFileOf, signIn, signInTyping } from './support/admin.js'
import { adminToken, type Served, startServed } from './support/served.js'
import { paste, show } from './support/steps.js'

let served: Served

beforeAll(async () => {
  served = await startServed()
})
afterAll(() => served?.[Symbol.asyncDispose]())

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

describe('who is no administrator', () => {
  test('drops the key of an app without a scope for it: refused at the door, with the cause', async () => {
    const { page, close } = await served.open()
    await signIn(page, served.apps.stranger)
    expect(await failureIn(page, 'Sign in as administrator')).toMatch(
      /Cannot get a token: the server answered 400 consent_required: .*\n.*request id/is,
    )
    expect(await page.locator('.finding[data-rule]').first().getAttribute('data-rule')).toBe('scope-not-granted')
    expect(await page.locator('.admin-bar').count()).toBe(0)
    await close()
  })

  test('drops the key of an app without a role: is let in, sees nothing, and why', async () => {
    const { page, close } = await served.open()
    await signIn(page, served.apps.nobody)
    expect(await failureIn(page, 'Apps')).toMatch(
      /403 E0000006: You do not have permission to perform the requested action\.\s+Apps can be read by Super Admins, Org Admins/,
    )
    const abilities = await page.locator('.ability').allInnerTexts()
    expect(abilities.map((text) => text.replace(/\s+/g, ' '))).toEqual(['Apps and keys read', 'Grants no', 'Roles no', 'Log no'])
    await page.getByRole('tab', { name: 'Log' }).click()
    expect(await failureIn(page, 'Log')).toContain('The log can be read by Super Admins and Org Admins')
    await close()
  })

  test('gives a client id that the key does not belong to: refused, with the cause', async () => {
    const { page, close } = await served.open()
    await signInTyping(page, { ...served.apps.superAdmin, jwk: served.apps.nobody.jwk })
    await page.locator('.finding[data-rule]').first().waitFor()
    expect(await failureIn(page, 'Sign in as administrator')).toContain('401 invalid_client')
    await page.fill('[name=admin-client-id]', '0oanoneofthisserver0')
    await press(page, 'Sign in')
    await page.locator('.finding[data-rule=iss-unknown]').waitFor()
    await close()
  })
})

describe('the bootstrap token', () => {
  test('that is wrong is refused, and the right one lets in', async () => {
    const { page, sent, close } = await served.open()
    await show(page, 'Admin')
    await page.getByRole('radio', { name: 'Bootstrap token' }).check()
    await page.fill('[name=admin-token]', 'x'.repeat(40))
    await page.keyboard.press('Enter')
    expect(await failureIn(page, 'Sign in as administrator')).toContain('401 E0000011: Invalid token provided')
    await page.fill('[name=admin-token]', adminToken)
    await press(page, 'Sign in')
    await page.getByText('Signed in with the bootstrap token').waitFor()
    await chooseApp(page, 'Billing')
    expect(await page.evaluate(() => document.documentElement.outerHTML)).not.toContain(adminToken)
    expect(sent.filter(({ url }) => url.includes(adminToken))).toEqual([])
    await close()
  })
})

describe('an App Admin', () => {
  test('may not touch an app that had a grant, nor grant, nor assign', async () => {
    const { page, close } = await served.open({ acceptDownloads: true })
    await signIn(page, served.apps.appAdmin)
    await chooseApp(page, 'Billing')
    await page.fill('[name=grant]', 'okta.groups.read')
    await press(page, 'Grant')
    expect(await failureIn(page, 'Grants')).toMatch(
      /Cannot grant okta\.groups\.read: the server answered 403 E0000006: .*\s+Only a Super Admin may grant scopes/,
    )
    await press(page, 'Assign')
    expect(await failureIn(page, 'Roles')).toContain('Only a Super Admin may assign roles')
    await page.getByRole('button', { name: /^Replace the key/ }).click()
    await press(page, 'Make a key and save it')
    await press(page, 'Register the next key')
    expect(await failureIn(page, 'Replace a key')).toContain('only a Super Admin may change its keys')
    await close()
  })
})

describe('what the server does not take', () => {
  test('a scope that there is not, and one that is granted already', async () => {
    const { page, close } = await served.open()
    await signIn(page, served.apps.superAdmin)
    await chooseApp(page, 'Billing')
    await page.fill('[name=grant]', 'okta.nothing.read')
    await press(page, 'Grant')
    expect(await failureIn(page, 'Grants')).toContain("The scope doesn't exist")
    await page.fill('[name=grant]', 'okta.users.read')
    await press(page, 'Grant')
    await page.getByText('The scope is granted to the app already').first().waitFor()
    await close()
  })

  test('taking the only active key out of use', async () => {
    const { page, close } = await served.open()
    await signIn(page, served.apps.superAdmin)
    await chooseApp(page, 'Billing')
    await page.getByRole('button', { name: /^Deactivate the key/ }).click()
    expect(await failureIn(page, 'Keys')).toContain("Can't deactivate the only active JSON Web Key")
    expect(await page.locator('[data-key-status=ACTIVE]').count()).toBe(1)
    await close()
  })

  test('a key of which only the public half is here, for a replacement', async () => {
    const { page, close } = await served.open()
    await signIn(page, served.apps.superAdmin)
    await chooseApp(page, 'Billing')
    await page.getByRole('button', { name: /^Replace the key/ }).click()
    const { key } = served.apps.appAdmin
    await dropFile(page, 'app-key', { name: 'public.jwk', text: JSON.stringify(key.publicKey.jwk) })
    await page.getByText('It takes the private key').waitFor()
    expect(await page.locator('[data-rotation=make]').count()).toBe(1)
    await close()
  })
})

test('a server that is gone is said to be gone, and asked again when told to', async () => {
  const { page, close } = await served.open()
  await signIn(page, served.apps.superAdmin)
  await page.getByRole('button', { name: /Billing/ }).waitFor()
  await page.route('**/api/v1/apps', (route) => route.abort())
  await press(page, 'Read again')
  expect(await failureIn(page, 'Apps')).toMatch(/Cannot reach "http:\/\/127\.0\.0\.1:\d+": the request failed/)
  await page.unroute('**/api/v1/apps')
  await press(page, 'Read again')
  await page.getByRole('button', { name: /Billing/ }).waitFor()
  await close()
})

test('a key of another kind than a key is refused where it was dropped', async () => {
  const { page, close } = await served.open()
  await show(page, 'Admin')
  await paste(page, 'admin-key', 'hello there')
  await page.locator('.note-error').waitFor()
  expect(await page.getByRole('button', { name: 'Sign in' }).isDisabled()).toBe(true)
  await dropFile(page, 'admin-key', keyFileOf(served.apps.nobody))
  await page.locator('[data-held]').waitFor()
  expect(await page.inputValue('[name=admin-client-id]')).toBe(served.apps.nobody.clientId)
  await close()
})
