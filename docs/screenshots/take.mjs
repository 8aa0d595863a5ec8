// @ts-check
// Takes the pictures in this folder anew, of the built page: `npm run build && node docs/screenshots/take.mjs [FOLDER]`.
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { launchChromium } from '../../tools/chromium.mjs'

const folder = resolve(process.argv[2] ?? import.meta.dirname)
const file = pathToFileURL(resolve(import.meta.dirname, '../../packages/page/dist/index.html')).href

const windows = {
  light: { viewport: { width: 1024, height: 610 }, colorScheme: /** @type {const} */ ('light') },
  dark: { viewport: { width: 1024, height: 610 }, colorScheme: /** @type {const} */ ('dark') },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: /** @type {const} */ ('light') },
}

const refusal = JSON.stringify({
  error: 'invalid_client',
  error_description: 'The audience claim for client_assertion must be the endpoint invoked for the request.',
})

const browser = await launchChromium()
for (const [name, window] of Object.entries(windows)) {
  const page = await browser.newPage({ ...window, locale: 'en-GB', reducedMotion: 'reduce' })
  await page.goto(file)
  /** @param {string} mode */
  const show = (mode) => page.getByRole('tab', { name: mode, exact: true }).first().click()
  /** @param {string} picture */
  const take = async (picture) => {
    await page.evaluate(
      (isPhone) => {
        const results = document.querySelector('.column-results')
        scrollTo(0, isPhone && results !== null ? results.getBoundingClientRect().top + scrollY - 8 : 0)
      },
      name === 'phone' && picture !== 'start',
    )
    await page.screenshot({ path: resolve(folder, `${picture}-${name}.png`) })
  }

  await page.fill('[name=domain]', 'example.okta.com')
  await page.fill('[name=client-id]', '0oar95zt9zIpYuz6A0h7')
  await page.fill('[name=scopes]', 'okta.users.read okta.groups.read ')
  await take('start')
  await page.getByRole('button', { name: 'Generate key' }).click()
  await page.waitForSelector('[data-status=signed]')
  await take('sign')

  const token = await page.locator('[data-token]').getAttribute('data-token')
  await show('Check')
  await page.fill('[name=check]', token ?? '')
  await page.fill('[name=check-org]', 'https://example.okta.com/oauth2/default')
  await page.waitForSelector('[data-verdict=good-but]')
  await take('check')

  await show('Keys')
  await page.waitForSelector('.card-secret')
  await take('keys')

  await show('Request')
  await page.fill('[name=answer]', refusal)
  await page.waitForSelector('.finding')
  await take('request')
  await page.close()
}
await browser.close()
