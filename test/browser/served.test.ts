import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pageFile } from './support/open.js'
import { type Served, secretsOf, startServed } from './support/served.js'
import { giveKey, show, signedToken } from './support/steps.js'

let served: Served

beforeAll(async () => {
  served = await startServed()
})
afterAll(() => served?.[Symbol.asyncDispose]())

const policyOf = (html: string) => /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(html)?.[1] ?? ''

describe('the page as the server serves it', () => {
  test('differs from the file in its policy and the addresses of the server, and in nothing else', async () => {
    const file = readFileSync(pageFile, 'utf8')
    const response = await fetch(`${served.org}/`)
    const html = await response.text()
    const told = `<meta name="pkjwt-server" content="${served.org} ${served.org.replace('127.0.0.1', 'localhost')}">`
    expect(policyOf(file)).toContain("connect-src 'none'")
    expect(html.replace("connect-src 'self'", "connect-src 'none'").replace(`\n${told}`, '')).toBe(file)
    expect(response.headers.get('content-security-policy')).toBe(`${policyOf(html)}; frame-ancestors 'none'`)
  })

  test('may talk to its own server and to no other one', async () => {
    const { page, close } = await served.open()
    const attempt = (url: string) => page.evaluate((to) => fetch(to).then(({ status }) => status, String), url)
    expect(await attempt(`${served.org}/oauth2/v1/keys`)).toBe(200)
    expect(await attempt('http://127.0.0.1:9/')).toMatch(/^TypeError/)
    expect(await attempt(served.org.replace('127.0.0.1', 'localhost'))).toMatch(/^TypeError/)
    await close()
  })

  test('asks nobody for anything before it is told to, and says whom it can reach', async () => {
    const { page, requests, complaints, close } = await served.open()
    await page.getByRole('button', { name: 'This server only' }).click()
    await page.getByText(`This page can talk to ${served.org} and to nobody else`).waitFor()
    await page.getByText('Requests made by this page: 0').waitFor()
    expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([])
    expect(complaints).toEqual([])
    await close()
  })
})

test('a page that came over plain http from elsewhere says why nothing can be signed there', async () => {
  const { page, close } = await served.open()
  expect(await page.locator('.insecure').count()).toBe(0)
  await page.addInitScript(() => Object.defineProperty(window, 'isSecureContext', { value: false }))
  await page.reload()
  await page.getByText('Serve it over https').waitFor()
  await close()
})

test('a served page that was saved is the one that talks to nobody', async () => {
  const { page, close } = await served.open()
  const folder = await mkdtemp(join(tmpdir(), 'pkjwt-saved-'))
  await writeFile(join(folder, 'saved.html'), await (await fetch(`${served.org}/`)).text())
  await page.goto(pathToFileURL(join(folder, 'saved.html')).href)
  await page.getByRole('button', { name: 'Offline' }).waitFor()
  expect(await page.getByRole('tab', { name: 'Admin' }).count()).toBe(0)
  expect(await page.evaluate((url) => fetch(url).then(() => 'sent', String), `${served.org}/oauth2/v1/keys`)).toMatch(
    /^TypeError/,
  )
  await rm(folder, { recursive: true })
  await close()
})

describe('Send', () => {
  /** Signs as an app, for the server that the page came from, and turns to the request. */
  async function prepare(app: Served['apps']['nobody'], scopes: string, host = '127.0.0.1') {
    const opened = await served.open({ at: `${served.org.replace('127.0.0.1', host)}/` })
    const { page } = opened
    expect(await page.inputValue('[name=domain]')).toBe(served.org)
    await page.fill('[name=client-id]', app.clientId)
    await page.fill('[name=scopes]', `${scopes} `)
    await giveKey(page, app.jwk)
    await signedToken(page)
    await page.getByRole('button', { name: 'Send it to this server…' }).click()
    return opened
  }

  test('gets a token, says what it is good for, and shows none of it', async () => {
    const { page, sent, close } = await prepare(served.apps.nobody, 'okta.users.read okta.groups.read')
    const answered = page.waitForResponse(/\/oauth2\/v1\/token$/)
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    const { access_token: value } = (await (await answered).json()) as { access_token: string }
    await page.locator('[data-answer=granted]').waitFor()
    const card = page.getByRole('region', { name: 'What came back' })
    await card.getByText('A Bearer token').waitFor()
    expect(await card.locator('.pairs').first().innerText()).toMatch(
      /Granted\s+okta\.users\.read\s+Not granted\s+okta\.groups\.read\s+Expires\s+in /,
    )
    expect(await card.locator('[data-rule=scope-narrowed]').count()).toBe(1)
    await card.getByRole('tab', { name: 'curl' }).click()
    expect(await card.innerText()).toContain(`curl -sS ${served.org}/oauth2/v1/token`)
    expect(await page.evaluate(() => document.documentElement.outerHTML)).not.toContain(value)
    expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))).toBe('[{},{}]')
    await card.getByRole('button', { name: 'Copy the token' }).click()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(value)
    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([`POST ${served.org}/oauth2/v1/token`])
    const secrets = await secretsOf(served.apps.nobody.key)
    expect(secrets.length).toBe(1)
    expect(sent.filter(({ text }) => secrets.some((secret) => text.includes(secret)))).toEqual([])
    await close()
  })

  test('explains a refusal: the same assertion twice', async () => {
    const { page, close } = await prepare(served.apps.nobody, 'okta.users.read')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.locator('[data-answer=granted]').waitFor()
    await page.getByRole('button', { name: 'Send the same again' }).click()
    await page.getByText('Refused: 401 invalid_client').waitFor()
    expect(await page.locator('.finding').first().getAttribute('data-rule')).toBe('jti-used')
    await page.getByRole('button', { name: 'Sign again and send' }).click()
    await page.locator('[data-answer=granted]').waitFor()
    await close()
  })

  test('explains a refusal: a scope that nobody granted', async () => {
    const { page, close } = await prepare(served.apps.nobody, 'okta.groups.manage')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByText('Refused: 400 consent_required').waitFor()
    expect(await page.locator('.finding').first().getAttribute('data-rule')).toBe('scope-not-granted')
    await close()
  })

  test('works under the other name of this machine', async () => {
    const { page, sent, close } = await prepare(served.apps.nobody, 'okta.users.read', 'localhost')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.locator('[data-answer=granted]').waitFor()
    expect(sent.map(({ url }) => new URL(url).hostname)).toEqual(['localhost'])
    await close()
  })

  test('says so when the server is gone', async () => {
    const { page, close } = await prepare(served.apps.nobody, 'okta.users.read')
    await page.route('**/oauth2/v1/token', (route) => route.abort())
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByText('No answer came').waitFor()
    await close()
  })

  test('is not offered for another server, nor in the file', async () => {
    const { page, close } = await prepare(served.apps.nobody, 'okta.users.read')
    await show(page, 'Sign')
    await page.fill('[name=domain]', 'example.okta.com')
    await page.waitForTimeout(400)
    await signedToken(page)
    await show(page, 'Request')
    await page.getByText(`This page may talk to ${served.org} only`).waitFor()
    expect(await page.locator('#send').count()).toBe(0)
    await close()
  })
})
