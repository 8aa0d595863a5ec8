import { createTokenClient } from 'pkjwt/client'
import { readPrivateKey } from 'pkjwt/keys'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chooseApp, dropFile, type SavedFile, savedBy, signIn } from './support/admin.js'
import { type Sent, type Served, secretsOf, startServed } from './support/served.js'
import { show, signedToken } from './support/steps.js'

let served: Served

beforeAll(async () => {
  served = await startServed()
})
afterAll(() => served?.[Symbol.asyncDispose]())

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

/** Private members of keys that stand anywhere in what was sent. */
async function leaked(sent: readonly Sent[], files: readonly SavedFile[]): Promise<string[]> {
  const keys = await Promise.all(files.map(({ text }) => readPrivateKey(text)))
  const secrets = await Promise.all([served.apps.superAdmin.key, ...keys].map(secretsOf))
  expect(secrets.every((members) => members.length > 0)).toBe(true)
  return secrets.flat().filter((secret) => sent.some(({ text }) => text.includes(secret)))
}

/** Buys a token as the app, outside of the page. */
async function tokenWith({ text }: SavedFile): Promise<string> {
  const key = await readPrivateKey(text)
  const { client_id: clientId } = JSON.parse(text)
  return (await createTokenClient({ org: served.org, clientId, key, scopes: ['okta.users.read'] }).token()).type
}

test('an administrator makes an app, grants, replaces its key over a reload, sends a token request, and reads the log', async () => {
  const { page, sent, complaints, close } = await served.open({ acceptDownloads: true })
  await signIn(page, served.apps.superAdmin)
  await press(page, 'New app')
  await page.fill('[name=app-name]', 'Nightly export')
  const first = await savedBy(page, () => page.keyboard.press('Enter'))
  await page.getByRole('heading', { name: 'Nightly export', exact: true }).waitFor()
  const clientId = await page.locator('[data-client-id]').innerText()
  expect(first.name).toMatch(new RegExp(`^${clientId}\\.[\\w-]{1,8}\\.jwk$`))
  expect(JSON.parse(first.text).client_id).toBe(clientId)

  await page.fill('[name=grant]', 'okta.users.read')
  await press(page, 'Grant')
  await page.locator('.chip', { hasText: 'okta.users.read' }).waitFor()
  await page.getByLabel('Role', { exact: true }).selectOption('READ_ONLY_ADMIN')
  await press(page, 'Assign')
  await page.getByRole('button', { name: 'Take away Read-only Admin' }).waitFor()

  await page.getByRole('button', { name: /^Replace the key/ }).click()
  const second = await savedBy(page, () => press(page, 'Make a key and save it'))
  await press(page, 'Register the next key')
  await page.locator('[data-rotation=try]').waitFor()
  // The tab is lost in the middle: the server knows how far it came, and the next key was saved before.
  await page.reload()
  await signIn(page, served.apps.superAdmin)
  await chooseApp(page, 'Nightly export')
  expect(await page.locator('[data-key-status=ACTIVE]').count()).toBe(2)
  await page.locator('.unfinished').getByRole('button', { name: 'Go on' }).click()
  await page.getByText('The server has a later key already').waitFor()
  await dropFile(page, 'app-key', second)
  await page.locator('[data-rotation=try]').waitFor()
  await press(page, 'Try the next key')
  await page.locator('[data-rotation=switch]').waitFor()
  expect([await tokenWith(first), await tokenWith(second)]).toEqual(['Bearer', 'Bearer'])
  await press(page, 'It is in place everywhere')
  await page.getByText('Something still signs in with it').waitFor()
  await press(page, 'Deactivate it all the same')
  await page.locator('[data-rotation=delete]').waitFor()
  await expect(tokenWith(first)).rejects.toThrow('invalid_client')
  await press(page, 'Delete the old key')
  await page.locator('.confirm').getByRole('button', { name: 'Delete the old key' }).click()
  await page.locator('[data-rotation=done]').waitFor()
  await press(page, 'Close')
  expect(await page.locator('[data-key-status]').count()).toBe(1)
  expect(await page.locator('[data-safety]').getAttribute('data-safety')).toBe('unsafe only')

  // The key that was just put in place goes along.
  await press(page, 'Use in Sign')
  await page.locator('[data-held]').waitFor()
  await page.fill('[name=scopes]', 'okta.users.read ')
  await signedToken(page)
  await show(page, 'Request')
  await press(page, 'Send')
  await page.locator('[data-answer=granted]').waitFor()

  await show(page, 'Admin')
  await page.getByRole('tab', { name: 'Log' }).click()
  await page.locator('.log-entry').first().waitFor()
  const events = await page.locator('.log-event').allInnerTexts()
  for (const event of ['App made', 'Scope granted', 'Role assigned', 'Key registered', 'Key deactivated', 'Key deleted'])
    expect(events).toContain(event)
  expect(events[0]).toBe('Token given')

  expect(await leaked(sent, [first, second])).toEqual([])
  expect(new Set(sent.map(({ url }) => new URL(url).origin))).toEqual(new Set([served.org]))
  expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))).toBe('[{},{}]')
  expect(complaints).toEqual([])
  await close()
})

describe('an app', () => {
  test('is made with a key that exists: of a private one only the public half is sent', async () => {
    const { page, sent, close } = await served.open()
    await signIn(page, served.apps.superAdmin)
    await press(page, 'New app')
    await page.fill('[name=app-name]', 'With my key')
    await page.getByRole('radio', { name: 'Use one that exists' }).check()
    await press(page, 'Create the app')
    await page.getByText('Give a key, or have one made').waitFor()
    const { key, jwk } = served.apps.appAdmin
    await dropFile(page, 'app-key', { name: 'key.jwk', text: jwk })
    await page.getByText('Read from what you gave').waitFor()
    await press(page, 'Create the app')
    await page.getByRole('heading', { name: 'With my key', exact: true }).waitFor()
    expect(await page.locator('[data-key-status] .row-name').innerText()).toBe(key.kid)
    const [secret = ''] = await secretsOf(key)
    expect(sent.filter(({ text }) => text.includes(secret))).toEqual([])
    await close()
  })

  test('is deactivated, activated, deactivated and deleted, each after a question where it hurts', async () => {
    const { page, close } = await served.open({ acceptDownloads: true })
    await signIn(page, served.apps.superAdmin)
    await press(page, 'New app')
    await page.fill('[name=app-name]', 'Short-lived')
    await press(page, 'Create the app')
    await page.getByRole('heading', { name: 'Short-lived', exact: true }).waitFor()
    await press(page, 'Deactivate the app')
    await press(page, 'Keep it')
    await press(page, 'Deactivate the app')
    await page.locator('.confirm').getByRole('button', { name: 'Deactivate the app' }).click()
    await press(page, 'Activate the app')
    await press(page, 'Deactivate the app')
    await page.locator('.confirm').getByRole('button', { name: 'Deactivate the app' }).click()
    await press(page, 'Delete the app')
    await page.locator('.confirm').getByRole('button', { name: 'Delete the app' }).click()
    await page.getByText('Choose an app, or make a new one').waitFor()
    expect(await page.getByRole('button', { name: /Short-lived/ }).count()).toBe(0)
    await close()
  })
})

test('a key that was added is beside the others, can be taken out of use, and is then safe to remove', async () => {
  const { page, close } = await served.open({ acceptDownloads: true })
  await signIn(page, served.apps.superAdmin)
  await chooseApp(page, 'Billing')
  await page.getByText('Add a key', { exact: true }).click()
  await page.getByLabel('Kind of key').selectOption({ label: 'RSA 2048' })
  await savedBy(page, () => press(page, 'Make a key and save it'))
  await press(page, 'Register the key')
  await page.locator('[data-safety="wait new"]').first().waitFor()
  const added = page.locator('[data-key-status]').filter({ hasText: 'RSA' })
  await added.getByRole('button', { name: /^Deactivate/ }).click()
  await added.locator('[data-safety="safe inactive"]').waitFor()
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Activate')
  await added.getByRole('button', { name: /^Delete/ }).click()
  await page.locator('.confirm').getByRole('button', { name: 'Delete', exact: true }).click()
  await added.waitFor({ state: 'detached' })
  await close()
})

test('an administrator replaces the key that they are signed in with, and goes on', async () => {
  const { page, close } = await served.open({ acceptDownloads: true })
  await signIn(page, served.apps.second)
  await chooseApp(page, 'Second admin')
  await page.getByRole('button', { name: /^Replace the key/ }).click()
  const next = await savedBy(page, () => press(page, 'Make a key and save it'))
  await press(page, 'Register the next key')
  await press(page, 'Try the next key')
  await page.getByText('this page signs with the next key from here on').waitFor()
  await press(page, 'It is in place everywhere')
  await page.locator('[data-rotation=deactivate]').waitFor()
  await page.locator('[data-rotation=deactivate] .button-main').click()
  await page.locator('[data-rotation=delete]').waitFor()
  // Every token that the app has is worth nothing after this, so that the page has to buy a new one.
  await served.cycle(served.apps.second.clientId)
  await press(page, 'Take it back')
  await page.locator('[data-rotation=switch], [data-rotation=deactivate]').waitFor()
  expect(JSON.parse(next.text).client_id).toBe(served.apps.second.clientId)
  await close()
})

test('a key that was put in place is itself replaced, and the old file is not taken for the next', async () => {
  const { page, close } = await served.open({ acceptDownloads: true })
  await signIn(page, served.apps.superAdmin)
  await chooseApp(page, 'Stranger')
  const replace = async () => {
    await page.getByRole('button', { name: /^Replace the key/ }).click()
    const file = await savedBy(page, () => press(page, 'Make a key and save it'))
    await press(page, 'Register the next key')
    await press(page, 'Try the next key')
    await press(page, 'It is in place everywhere')
    await page.locator('[data-rotation=deactivate] .button-main').click()
    await press(page, 'Delete the old key')
    await page.locator('.confirm').getByRole('button', { name: 'Delete the old key' }).click()
    await page.locator('[data-rotation=done]').waitFor()
    return file
  }
  await replace()
  const second = await replace()
  expect(await tokenWith(second)).toBe('Bearer')
  await page.getByRole('button', { name: /^Replace the key/ }).click()
  await dropFile(page, 'app-key', second)
  await page.getByText('That is the key that is to be replaced').waitFor()
  expect(await page.locator('[data-rotation=make]').count()).toBe(1)
  await close()
})

test('the log is filtered, searched and read on', async () => {
  const { page, close } = await served.open()
  await signIn(page, served.apps.superAdmin)
  await chooseApp(page, 'Crowded')
  await page.getByRole('tab', { name: 'Log' }).click()
  await page.getByRole('radio', { name: 'Keys' }).check()
  await page.locator('.log-entry').nth(49).waitFor()
  expect(await page.locator('.log-entry').count()).toBe(50)
  await press(page, 'Older entries')
  await page.locator('.log-entry').nth(50).waitFor()
  expect(await page.getByRole('button', { name: 'Older entries' }).count()).toBe(0)
  await page.fill('[name=log-words]', 'no such word')
  await page.getByText('None of the entries that are shown has these words').waitFor()
  await page.fill('[name=log-words]', 'key registered')
  await page.getByRole('button', { name: 'Details: Key registered' }).first().click()
  expect(await page.getByRole('region', { name: 'Details: Key registered' }).innerText()).toContain('"eventType"')
  await page.getByLabel('Since').selectOption('hour')
  await page.locator('.log-entry').first().waitFor()
  await close()
})

test('key and tokens are forgotten when the page is left or nobody touches it', async () => {
  const { page, close } = await served.open()
  await page.clock.install()
  await signIn(page, served.apps.superAdmin)
  await page.locator('.admin-bar').waitFor()
  await page.clock.runFor(16 * 60_000)
  await page.locator('.admin-bar').waitFor({ state: 'detached' })
  expect(await page.locator('[data-held]').count()).toBe(0)
  await signIn(page, served.apps.superAdmin)
  await page.locator('.admin-bar').waitFor()
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })))
  await page.locator('[name=admin-key]').waitFor()
  await close()
})
