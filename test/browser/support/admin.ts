import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import type { ServedApp } from './served.js'
import { paste, show } from './steps.js'

/** A file that the page saved. */
export interface SavedFile {
  readonly name: string
  readonly text: string
}

/** Drops a file onto the box for a key, as a person does with the mouse. */
export async function dropFile(page: Page, field: string, { name, text }: SavedFile): Promise<void> {
  const transfer = await page.evaluateHandle(
    (file) => {
      const data = new DataTransfer()
      data.items.add(new File([file.text], file.name))
      return data
    },
    { name, text },
  )
  await page.dispatchEvent(`[name="${field}"]`, 'drop', { dataTransfer: transfer })
}

/** The key file of an app, as the server writes it for its first administrator. */
export function keyFileOf({ clientId, jwk }: ServedApp): SavedFile {
  return { name: `${clientId}.jwk`, text: JSON.stringify({ ...JSON.parse(jwk), client_id: clientId }) }
}

/** Drops an admin key and signs in; the client id is in the file. */
export async function signIn(page: Page, app: ServedApp): Promise<void> {
  await show(page, 'Admin')
  await dropFile(page, 'admin-key', keyFileOf(app))
  await page.locator('[data-held]').waitFor()
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Pastes an admin key, types its client id, and signs in. */
export async function signInTyping(page: Page, { clientId, jwk }: Pick<ServedApp, 'clientId' | 'jwk'>): Promise<void> {
  await show(page, 'Admin')
  await paste(page, 'admin-key', jwk)
  await page.locator('[data-held]').waitFor()
  await page.fill('[name=admin-client-id]', clientId)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Turns to an app by its name in the list. */
export async function chooseApp(page: Page, name: string): Promise<void> {
  await page.getByRole('list', { name: 'Apps of this server' }).getByRole('button', { name }).click()
  await page.getByRole('heading', { name, exact: true }).waitFor()
  await page.locator('[data-key-status]').first().waitFor()
}

/** Does something after which the page saves a file, and reads it. */
export async function savedBy(page: Page, work: () => Promise<unknown>): Promise<SavedFile> {
  const download = page.waitForEvent('download')
  await work()
  const saved = await download
  return { name: saved.suggestedFilename(), text: await readFile(await saved.path(), 'utf8') }
}

/** What the failure in a card says. */
export async function failureIn(page: Page, card: string): Promise<string> {
  const failure = page.getByRole('region', { name: card, exact: true }).locator('.failure').first()
  await failure.waitFor()
  return failure.innerText()
}
