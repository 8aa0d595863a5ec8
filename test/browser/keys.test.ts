import { generateKey, readPrivateKey, readPublicKeys, type SigningKey, writePrivateKey, writePublicKeys } from 'pkjwt/keys'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Chromium, type Opened, startChromium } from './support/open.js'
import { paste, show } from './support/steps.js'

let chromium: Chromium
let opened: Opened
let key: SigningKey

beforeAll(async () => {
  chromium = await startChromium()
  key = await generateKey({ alg: 'ES256' })
})
afterAll(() => chromium?.close())
beforeEach(async () => {
  opened = await chromium.open()
  await show(opened.page, 'Keys')
})
afterEach(async () => {
  expect(opened.complaints).toEqual([])
  await opened.close()
})

const privateCard = (page: Page) => page.locator('.card-secret')
const publicText = (page: Page) => page.getByRole('region', { name: 'Public key text' }).textContent()

async function reveal(page: Page): Promise<string> {
  await privateCard(page).getByRole('button', { name: 'Reveal' }).click()
  return (await page.getByRole('region', { name: 'Private key text' }).textContent()) ?? ''
}

describe('a generated key', () => {
  test.each(['RSA 2048', 'EC P-256', 'EC P-384', 'EC P-521', 'Ed25519, not for Okta'])(
    'of kind %s is read by the library',
    async (kind) => {
      const { page } = opened
      await page.getByLabel('Kind of key').selectOption({ label: kind })
      await page.locator('#generate-key').click()
      await privateCard(page).waitFor()
      const made = await readPrivateKey(await reveal(page))
      expect(made.kid).toBe(made.thumbprint)
      const [registered] = (await readPublicKeys((await publicText(page)) ?? '')).keys
      expect(registered?.thumbprint).toBe(made.thumbprint)
    },
  )

  test('takes its own name', async () => {
    const { page } = opened
    await page.getByLabel('Kind of key').selectOption({ label: 'EC P-256' })
    await page.getByRole('radio', { name: 'Your own' }).check()
    await page.fill('[name=own-kid]', 'mine-2026')
    await page.locator('#generate-key').click()
    await privateCard(page).waitFor()
    expect(JSON.parse((await publicText(page)) ?? '')).toMatchObject({ kid: 'mine-2026' })
  })

  test('shows its private part only after "Reveal", and hides it again', async () => {
    const { page } = opened
    await page.getByLabel('Kind of key').selectOption({ label: 'EC P-256' })
    await page.locator('#generate-key').click()
    await privateCard(page).waitFor()
    const shown = async (text: string) => (await page.locator('#page').innerHTML()).includes(text)
    expect(await shown('"d"')).toBe(false)
    const { d } = JSON.parse(await reveal(page))
    expect(await shown(d)).toBe(true)
    await privateCard(page).getByRole('button', { name: 'Hide' }).click()
    expect(await shown(d)).toBe(false)
  })

  test('is saved without being shown, locked with a passphrase', async () => {
    const { page } = opened
    await page.getByLabel('Kind of key').selectOption({ label: 'EC P-256' })
    await page.locator('#generate-key').click()
    await privateCard(page).getByRole('radio', { name: 'PKCS#8' }).check()
    await page.fill('[name=new-passphrase]', 'correct horse')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      privateCard(page).getByRole('button', { name: 'Download' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('private-key.pem')
    const chunks: Buffer[] = []
    for await (const chunk of await download.createReadStream()) chunks.push(Buffer.from(chunk))
    const text = Buffer.concat(chunks).toString()
    expect(text).toContain('BEGIN ENCRYPTED PRIVATE KEY')
    expect((await readPrivateKey(text, { passphrase: 'correct horse' })).alg).toBe('ES256')
  })

  test('is held by Sign after "Use in Sign"', async () => {
    const { page } = opened
    await page.locator('#generate-key').click()
    await privateCard(page).getByRole('button', { name: 'Use in Sign' }).click()
    await page.waitForSelector('[data-held]')
  })
})

describe('converting', () => {
  test('writes a PEM as JWK and keeps the pair', async () => {
    const { page } = opened
    await paste(page, 'convert', await writePrivateKey(key, 'sec1'))
    await privateCard(page).waitFor()
    expect((await readPrivateKey(await reveal(page))).thumbprint).toBe(key.thumbprint)
  })

  test('writes a JWK as PEM', async () => {
    const { page } = opened
    await paste(page, 'convert', JSON.stringify(await writePrivateKey(key, 'jwk')))
    await privateCard(page).getByRole('radio', { name: 'PKCS#8' }).check()
    expect(await reveal(page)).toContain('BEGIN PRIVATE KEY')
    await page.getByRole('radio', { name: 'SPKI' }).check()
    await expect.poll(() => publicText(page)).toContain('BEGIN PUBLIC KEY')
  })

  test('of a public key has nothing private to write', async () => {
    const { page } = opened
    await paste(page, 'convert', await writePublicKeys(key, 'spki'))
    await page.getByText('There is only a public key').waitFor()
    expect(await privateCard(page).count()).toBe(0)
  })
})

describe('a key set', () => {
  const look = async (page: Page, keys: readonly object[]) => paste(page, 'key-set', JSON.stringify({ keys }))

  test('that is fit to be registered is called so', async () => {
    await look(opened.page, [await writePublicKeys(key, 'jwk')])
    await opened.page.getByText('fit to be registered').waitFor()
  })

  test('with the same kid twice is not', async () => {
    const other = await writePublicKeys(await generateKey({ alg: 'ES256' }), 'jwk')
    await look(opened.page, [await writePublicKeys(key, 'jwk'), { ...other, kid: key.kid }])
    await opened.page.waitForSelector('[data-rule=keys-ambiguous]')
  })

  test('with a key for encryption is not', async () => {
    await look(opened.page, [{ ...(await writePublicKeys(key, 'jwk')), use: 'enc' }])
    await opened.page.waitForSelector('[data-rule=key-use]')
  })

  test('with a private member is refused, and not kept on the screen', async () => {
    const { page } = opened
    await look(page, [await writePrivateKey(key, 'jwk')])
    await page.getByText('Make a new key pair').first().waitFor()
    expect(await page.inputValue('[name=key-set]')).toBe('')
  })
})
