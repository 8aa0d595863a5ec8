import { readFileSync } from 'node:fs'
import { generateKey, type SigningKey, writePrivateKey } from 'pkjwt/keys'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Chromium, type From, type Opened, pageFile, startChromium } from './support/open.js'
import { fillWho, giveKey, paste, show, signedToken, spoken } from './support/steps.js'

let chromium: Chromium
let rsa: SigningKey
let pem: string
let jwk: string

beforeAll(async () => {
  chromium = await startChromium()
  rsa = await generateKey({ alg: 'RS256' })
  pem = await writePrivateKey(rsa, 'pkcs8')
  jwk = JSON.stringify(await writePrivateKey(rsa, 'jwk'))
})
afterAll(() => chromium?.close())

/** Through every mode, as somebody who does everything once. */
async function wholeRun({ page }: Opened): Promise<void> {
  await fillWho(page)
  await page.fill('[name=scopes]', 'okta.users.read ')
  await page.getByLabel('Remember organisation').check()
  await giveKey(page, pem)
  const token = await signedToken(page)
  await page.locator('#copy-assertion').click()
  await show(page, 'Check')
  await paste(page, 'check', token)
  await page.waitForSelector('[data-verdict=good]')
  await show(page, 'Keys')
  await page.locator('#generate-key').click()
  await page.locator('.card-secret').waitFor()
  const download = page.waitForEvent('download')
  await page.locator('.card-secret').getByRole('button', { name: 'Download' }).click()
  await download
  await show(page, 'Request')
  await paste(page, 'answer', '{"error":"invalid_client"}')
  await page.locator('.finding').first().waitFor()
  await page.getByRole('button', { name: 'Offline' }).click()
  await page.getByText('Requests made by this page: 0').waitFor()
}

/** Every place in which a text could have stayed. */
function places(page: Page): Promise<Record<string, string>> {
  return page.evaluate(() => ({
    document: document.documentElement.outerHTML,
    fields: Array.from(
      document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea'),
      (field) => field.value,
    ).join('\n'),
    localStorage: JSON.stringify({ ...localStorage }),
    sessionStorage: JSON.stringify({ ...sessionStorage }),
    address: location.href,
    history: JSON.stringify(history.state),
    title: document.title,
    globals: Object.keys(window).join(),
  }))
}

async function placesWith(page: Page, text: string): Promise<string[]> {
  return Object.entries(await places(page)).flatMap(([place, held]) => (held.includes(text) ? [place] : []))
}

describe('the network', () => {
  test.each<From>(['file', 'http'])('is not asked for anything in a whole run from %s', async (from) => {
    const servedBefore = chromium.served.length
    const opened = await chromium.open({ from })
    await opened.page.evaluate(() => {
      addEventListener('securitypolicyviolation', ({ violatedDirective }) => console.error(violatedDirective))
    })
    await wholeRun(opened)
    // A file that is saved is an address inside the page, not on the network.
    expect(opened.requests.filter((url) => !/^(data|blob):/.test(url))).toEqual([])
    expect(opened.complaints).toEqual([])
    expect(chromium.served.slice(servedBefore)).toEqual(from === 'http' ? ['/'] : [])
    await opened.close()
  })

  test('is forbidden by the policy in every way that a script could try', async () => {
    const { page, close } = await chromium.open({ from: 'http' })
    const before = chromium.served.length
    const address = `${new URL(page.url()).origin}/leak`
    const outcomes = await page.evaluate(async (url) => {
      const attempts = {
        fetch: () => fetch(url).then(() => 'sent'),
        beacon: async () => (navigator.sendBeacon(url, 'x') ? 'queued' : 'refused'),
        socket: () =>
          new Promise((resolve) =>
            Object.assign(new WebSocket(url.replace('http', 'ws')), {
              onopen: () => resolve('sent'),
              onerror: () => resolve('refused'),
            }),
          ),
        image: () =>
          new Promise((resolve) =>
            Object.assign(new Image(), { onload: () => resolve('sent'), onerror: () => resolve('refused'), src: url }),
          ),
        script: () => import(/* @vite-ignore */ url).then(() => 'sent'),
      }
      const told = await Promise.all(
        Object.entries(attempts).map(async ([name, attempt]) => [
          name,
          await Promise.resolve()
            .then(attempt)
            .catch(() => 'refused'),
        ]),
      )
      const form = Object.assign(document.createElement('form'), { action: url, method: 'post' })
      document.body.append(form)
      form.submit()
      return Object.fromEntries(told)
    }, address)
    await page.waitForTimeout(500)
    expect(outcomes).toMatchObject({ fetch: 'refused', socket: 'refused', image: 'refused', script: 'refused' })
    expect(chromium.served.slice(before)).toEqual([])
    await close()
  })

  test('the policy stands before everything that it rules over', () => {
    const html = readFileSync(pageFile, 'utf8')
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? ''
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^ ]+'; style-src 'sha256-[^ ]+'; /)
    expect(policy).toContain("connect-src 'none'")
    expect(policy).not.toMatch(/unsafe|https?:|blob:|\*/)
    expect(html.indexOf('Content-Security-Policy')).toBeLessThan(html.search(/<(script|style|link)\b/))
  })
})

describe('the text of a key', () => {
  test.each([
    ['PEM', () => pem, () => pem.split('\n')[5] ?? ''],
    ['JWK', () => jwk, () => JSON.parse(jwk).d],
  ])('given as %s is nowhere after reading', async (_, text, secret) => {
    const { page, close } = await chromium.open({ from: 'http' })
    await page.getByLabel('Remember organisation').check()
    await fillWho(page)
    await giveKey(page, text())
    await signedToken(page)
    expect(secret().length).toBeGreaterThan(40)
    expect(await placesWith(page, secret())).toEqual([])
    await page.keyboard.press('ControlOrMeta+z')
    expect(await placesWith(page, secret())).toEqual([])
    await close()
  })

  test('that is typed or filled in is gone as well', async () => {
    const { page, close } = await chromium.open()
    await page.fill('[name=private-key]', pem)
    await page.waitForSelector('[data-held]')
    expect(await placesWith(page, pem.split('\n')[5] ?? '')).toEqual([])
    await close()
  })

  test('that waits for its passphrase is not in the document meanwhile', async () => {
    const { page, close } = await chromium.open()
    const locked = await writePrivateKey(rsa, 'pkcs8', { passphrase: 'correct horse' })
    await paste(page, 'private-key', locked)
    await page.locator('[name=passphrase]').waitFor()
    expect(await placesWith(page, locked.split('\n')[5] ?? '')).toEqual([])
    await page.fill('[name=passphrase]', 'correct horse')
    await page.keyboard.press('Enter')
    await page.waitForSelector('[data-held]')
    expect(await placesWith(page, 'correct horse')).toEqual([])
    await close()
  })

  test('is not printed', async () => {
    const { page, close } = await chromium.open()
    await show(page, 'Keys')
    await page.getByLabel('Kind of key').selectOption({ label: 'EC P-256' })
    await page.locator('#generate-key').click()
    await page.getByRole('button', { name: 'Reveal' }).click()
    const shown = page.getByRole('region', { name: 'Private key text' })
    await shown.waitFor()
    await page.emulateMedia({ media: 'print' })
    expect(await shown.isVisible()).toBe(false)
    await close()
  })
})

describe('a key is forgotten', () => {
  test('after fifteen idle minutes, which is said', async () => {
    const { page, close } = await chromium.open()
    await page.clock.install()
    await giveKey(page, pem)
    await page.clock.runFor(14 * 60_000)
    expect(await page.locator('[data-held]').count()).toBe(1)
    await page.clock.runFor(70_000)
    await page.locator('[data-held]').waitFor({ state: 'detached' })
    expect(await spoken(page)).toContain('the private key was forgotten')
    await close()
  })

  test('when the page is left', async () => {
    const { page, close } = await chromium.open({ from: 'http' })
    await giveKey(page, pem)
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })))
    await page.locator('[data-held]').waitFor({ state: 'detached' })
    await close()
  })
})

describe('what is remembered', () => {
  test('is nothing at first', async () => {
    const { page, close } = await chromium.open({ from: 'http' })
    await fillWho(page)
    await show(page, 'Check')
    expect(await page.evaluate(() => localStorage.length)).toBe(0)
    await close()
  })

  test('is organisation, theme and tab, after somebody asked for it', async () => {
    const { page, close } = await chromium.open({ from: 'http' })
    await fillWho(page)
    await page.getByLabel('Remember organisation').check()
    await page.getByRole('button', { name: /^Theme/ }).click()
    await show(page, 'Check')
    expect(await page.evaluate(() => Object.values({ ...localStorage }))).toEqual([
      JSON.stringify({ mode: 'check', theme: 'light', domain: 'example.okta.com' }),
    ])
    await page.reload()
    await page.getByText('What to check').waitFor()
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('light')
    await show(page, 'Sign')
    expect(await page.inputValue('[name=domain]')).toBe('example.okta.com')
    await page.getByLabel('Remember organisation').uncheck()
    expect(await page.evaluate(() => localStorage.length)).toBe(0)
    await close()
  })
})
