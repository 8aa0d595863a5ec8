import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchChromium } from '../../tools/chromium.mjs'

const file = resolve(import.meta.dirname, '../../packages/page/dist/index.html')

let browser: Browser
let page: Page

beforeAll(async () => {
  if (!existsSync(file)) throw new Error('Cannot open the page: it is not built, run npm run build')
  browser = await launchChromium()
})

afterAll(() => browser?.close())

beforeEach(async () => {
  page = await browser.newPage()
  await page.goto(pathToFileURL(file).href)
})

test('the page opens from disk', async () => {
  expect(await page.title()).toBe('pkjwt')
})

test('the page may not talk to the network, not even to this machine', async () => {
  const answer = page.evaluate(() => fetch('http://127.0.0.1:9/').then(() => 'sent', String))
  const refused = page.waitForEvent('console', { predicate: (message) => message.text().includes('Content Security Policy') })
  expect(await answer).toMatch(/^TypeError/)
  expect((await refused).text()).toMatch(/connect-src|default-src/)
})
