import type { Page } from 'playwright-core'

/** The organisation and client of these tests. */
export const domain = 'example.okta.com'
export const clientId = '0oar95zt9zIpYuz6A0h7'
export const tokenEndpoint = `https://${domain}/oauth2/v1/token`

/** Turns to a mode by its tab. */
export async function show(page: Page, mode: 'Sign' | 'Check' | 'Keys' | 'Request' | 'Admin'): Promise<void> {
  await page.getByRole('tablist', { name: 'What to do' }).getByRole('tab', { name: mode, exact: true }).click()
}

/** Pastes as a person does: through the clipboard and the keyboard. */
export async function paste(page: Page, field: string, text: string): Promise<void> {
  await page.evaluate((value) => navigator.clipboard.writeText(value), text)
  await page.locator(`[name="${field}"]`).focus()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.press('ControlOrMeta+v')
}

/** Fills in who asks, and where. */
export async function fillWho(page: Page): Promise<void> {
  await page.fill('[name=domain]', domain)
  await page.fill('[name=client-id]', clientId)
}

/** Waits until a sound assertion stands there, and gives it. */
export async function signedToken(page: Page): Promise<string> {
  await page.waitForSelector('[data-status=signed]')
  return (await page.locator('[data-token]').getAttribute('data-token')) ?? ''
}

/** The key pair of these tests in a held state: read, and its text gone. */
export async function giveKey(page: Page, text: string): Promise<void> {
  await paste(page, 'private-key', text)
  await page.waitForSelector('[data-held]')
}

/** What is in the clipboard. */
export function clipboard(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText())
}

/** What was said last in the live region. */
export function spoken(page: Page): Promise<string | null> {
  return page.locator('[role=status][aria-live]').textContent()
}
