import { parseJwt } from 'pkjwt/jwt'
import { generateKey, type SigningKey, writePrivateKey, writePublicKeys } from 'pkjwt/keys'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Chromium, type Opened, startChromium } from './support/open.js'
import {
  clientId,
  clipboard,
  domain,
  fillWho,
  giveKey,
  paste,
  show,
  signedToken,
  spoken,
  tokenEndpoint,
} from './support/steps.js'

let chromium: Chromium
let opened: Opened
let ec: SigningKey
let rsa: SigningKey
let ecText: string
let rsaText: string

beforeAll(async () => {
  chromium = await startChromium()
  ;[ec, rsa] = await Promise.all([generateKey({ alg: 'ES256' }), generateKey({ alg: 'RS256' })])
  ecText = JSON.stringify(await writePrivateKey(ec, 'jwk'))
  rsaText = await writePrivateKey(rsa, 'pkcs8')
})
afterAll(() => chromium?.close())
beforeEach(async () => {
  opened = await chromium.open()
})
afterEach(async () => {
  expect(opened.complaints).toEqual([])
  await opened.close()
})

describe('an assertion', () => {
  test('appears by itself once organisation, client id and key are there', async () => {
    const { page } = opened
    await giveKey(page, ecText)
    await fillWho(page)
    const { header, claims } = parseJwt(await signedToken(page))
    expect(header).toEqual({ alg: 'ES256', kid: ec.kid, typ: 'JWT' })
    expect(claims).toMatchObject({ iss: clientId, sub: clientId, aud: tokenEndpoint })
    expect(Number(claims['exp']) - Number(claims['iat'])).toBe(305)
    expect(await spoken(page)).toContain('Assertion signed')
  })

  test('is generated, signed, checked and copied without leaving the page', async () => {
    const { page } = opened
    await fillWho(page)
    await page.getByRole('button', { name: 'Generate key' }).click()
    await signedToken(page)
    await page.locator('#copy-assertion').click()
    await show(page, 'Check')
    await page.locator('[name=check]').focus()
    await page.keyboard.press('ControlOrMeta+v')
    await page.waitForSelector('[data-verdict=good]')
    expect(await page.locator('.verdict').textContent()).toContain('the key that Sign holds')
    await show(page, 'Sign')
    expect(await clipboard(page)).toBe(await signedToken(page))
  })

  test('is greyed and never replaced in silence when a change makes it unsound', async () => {
    const { page } = opened
    await giveKey(page, ecText)
    await fillWho(page)
    const before = await signedToken(page)
    await page.fill('[name=exp]', '7200')
    await page.waitForSelector('[data-status=stale]')
    await page.waitForSelector('[data-rule=exp-far]')
    expect(await page.locator('[data-token]').getAttribute('data-token')).toBe(before)
    expect(await page.locator('[data-token]').getAttribute('class')).toContain('token-faded')
  })

  test('is signed again when the change is sound, and says so', async () => {
    const { page } = opened
    await giveKey(page, ecText)
    await fillWho(page)
    const before = await signedToken(page)
    await page.getByRole('button', { name: '10 min' }).click()
    await page.getByText('Signed again at').waitFor()
    expect(await signedToken(page)).not.toBe(before)
  })

  test('is not signed again for scopes, which are no part of it', async () => {
    const { page } = opened
    await giveKey(page, ecText)
    await fillWho(page)
    const before = await signedToken(page)
    await page.fill('[name=scopes]', 'okta.users.read ')
    await page.waitForTimeout(400)
    expect(await signedToken(page)).toBe(before)
  })

  test('counts down, says when it has expired, and is signed again at a press', async () => {
    const { page } = opened
    await page.clock.install()
    await giveKey(page, ecText)
    await fillWho(page)
    await page.clock.runFor(500)
    await signedToken(page)
    expect(await page.locator('.countdown').textContent()).toMatch(/expires in (5 min 00|4 min 5\d) s/)
    await page.clock.runFor(301_000)
    await page.waitForSelector('[data-status=expired]')
    expect(await spoken(page)).toContain('The assertion has expired')
    await page.getByRole('button', { name: 'Sign again', exact: true }).click()
    await page.clock.runFor(500)
    await page.waitForSelector('[data-status=signed]')
  })

  test('is signed anew at its end when that is asked for', async () => {
    const { page } = opened
    await page.clock.install()
    await giveKey(page, ecText)
    await fillWho(page)
    await page.clock.runFor(500)
    const before = await signedToken(page)
    await page.getByLabel('Sign again when it expires').check()
    await page.clock.runFor(303_000)
    await page.getByText('Signed again at').waitFor()
    expect(await signedToken(page)).not.toBe(before)
  })

  test('that the rules refuse is signed only by "Sign anyway"', async () => {
    const { page } = opened
    await giveKey(page, ecText)
    await fillWho(page)
    await signedToken(page)
    await page.fill('[name=exp]', '7200')
    await page.waitForSelector('[data-rule=exp-far]')
    await page.getByRole('button', { name: 'Generate JWT' }).click()
    await page.getByRole('button', { name: 'Sign anyway' }).click()
    const { claims } = parseJwt(await signedToken(page))
    expect(Number(claims['exp']) - Number(claims['iat'])).toBe(7205)
  })

  test('that lacks something leads to the field', async () => {
    const { page } = opened
    await page.getByRole('button', { name: 'Generate JWT' }).click()
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('domain')
    await page.getByRole('button', { name: 'a private key' }).click()
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('private-key')
  })
})

describe('findings', () => {
  test('are fixed with one click in the form', async () => {
    const { page } = opened
    await giveKey(page, ecText)
    await fillWho(page)
    await page.fill('[name=exp]', '7200')
    await page.locator('[data-rule=exp-far]').getByRole('button', { name: 'Fix' }).click()
    await page.waitForSelector('[data-no-problems]')
    expect(Number(await page.inputValue('[name=exp]'))).toBeGreaterThan(297)
    await signedToken(page)
  })

  test('are fixed with one click in a raw payload', async () => {
    const { page } = opened
    await fillWho(page)
    await giveKey(page, ecText)
    await page.getByRole('radio', { name: 'Raw payload' }).check()
    await page.fill('[name=payload]', JSON.stringify({ iss: 'someone', sub: 'someone', aud: tokenEndpoint, jti: '1' }))
    await page.locator('[data-rule=iss-unknown]').getByRole('button', { name: 'Fix' }).click()
    expect(JSON.parse(await page.inputValue('[name=payload]'))).toMatchObject({ iss: clientId, sub: clientId, jti: '1' })
    const { claims } = parseJwt(await signedToken(page))
    expect(claims).toMatchObject({ iss: clientId, exp: expect.any(Number) })
  })

  test('of JSON name the line at fault', async () => {
    const { page } = opened
    await page.getByRole('radio', { name: 'Raw payload' }).check()
    await page.fill('[name=payload]', '{\n  "iss": "a",\n  "sub": "a",,\n}')
    expect(await page.locator('.fault-line').textContent()).toContain('Line 3')
    expect(await page.locator('[name=payload]').getAttribute('aria-invalid')).toBe('true')
  })

  test('about scopes stand at the scopes and stop no signature', async () => {
    const { page } = opened
    await giveKey(page, ecText)
    await fillWho(page)
    await page.fill('[name=scopes]', 'openid ')
    await page.waitForSelector('.scopes [data-rule=scope-openid]')
    await signedToken(page)
  })
})

describe('form and raw payload', () => {
  test('turn into each other without loss', async () => {
    const { page } = opened
    await fillWho(page)
    await page.getByRole('radio', { name: 'Raw payload' }).check()
    const claims = {
      iss: clientId,
      sub: clientId,
      aud: tokenEndpoint,
      exp: Math.floor(Date.now() / 1000) + 600,
      jti: 'mine',
      tenant: { id: 7 },
    }
    await page.fill('[name=payload]', JSON.stringify(claims))
    await page.getByRole('radio', { name: 'Form' }).check()
    await page.getByRole('radio', { name: 'Raw payload' }).check()
    const after = JSON.parse(await page.inputValue('[name=payload]'))
    expect(after).toEqual({ ...claims, exp: expect.any(Number) })
    expect(Math.abs(after.exp - claims.exp)).toBeLessThan(5)
  })
})

describe('the key box', () => {
  test('unlocks a PEM with its passphrase, and says when it is wrong', async () => {
    const { page } = opened
    await paste(page, 'private-key', await writePrivateKey(rsa, 'pkcs8', { passphrase: 'correct horse' }))
    await page.fill('[name=passphrase]', 'wrong')
    await page.keyboard.press('Enter')
    await page.locator('.note-error').waitFor()
    await page.fill('[name=passphrase]', 'correct horse')
    await page.getByRole('button', { name: 'Unlock' }).click()
    await page.waitForSelector('[data-held]')
    expect(await page.locator('[data-held]').textContent()).toContain('PKCS#8, encrypted')
  })

  test('lets one key of several be chosen', async () => {
    const { page } = opened
    const keys = [await writePrivateKey(rsa, 'jwk'), await writePrivateKey(ec, 'jwk')]
    await paste(page, 'private-key', JSON.stringify({ keys }))
    await page.getByRole('button', { name: `Use ${ec.kid}` }).click()
    await page.waitForSelector('[data-held]')
    expect(await page.locator('[data-held]').textContent()).toContain('EC P-256')
  })

  test.each([
    ['its public half', async () => JSON.stringify(await writePublicKeys(ec, 'jwk')), 'it is a public key'],
    ['a token', async () => 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiIwb2ExIn0.AA', 'this is a token'],
    ['a path', async () => '/home/me/private-key.pem', 'Choose the file with the button'],
    ['half a PEM', async () => rsaText.slice(0, 400), 'Cannot read'],
    ['a weak key', async () => weakKey, '1024'],
    ['nonsense', async () => 'hello there', 'neither a JWK nor PEM'],
  ])('says what it got when it got %s', async (_, make, words) => {
    const { page } = opened
    const text = await make()
    await paste(page, 'private-key', text)
    await page.locator('.note-error').waitFor()
    expect(await page.locator('.note-error').textContent()).toContain(words)
    expect(await page.inputValue('[name=private-key]')).toBe(text)
  })

  test('takes PEM with literal \\n, as environments hold it', async () => {
    await giveKey(opened.page, rsaText.replaceAll('\n', '\\n'))
  })

  test('takes a chosen file', async () => {
    const { page } = opened
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Choose file…' }).first().click(),
    ])
    await chooser.setFiles({ name: 'key.pem', mimeType: 'text/plain', buffer: Buffer.from(rsaText) })
    await page.waitForSelector('[data-held]')
  })

  test('lets an RSA key without "alg" sign with each algorithm of its type', async () => {
    const { page } = opened
    await fillWho(page)
    await giveKey(page, rsaText)
    await signedToken(page)
    await page.getByText('Header', { exact: true }).first().click()
    await page.getByLabel('Algorithm').selectOption('RS512')
    await page.getByText('Signed again at').waitFor()
    expect(parseJwt(await signedToken(page)).header['alg']).toBe('RS512')
  })
})

describe('who and where', () => {
  test.each([
    ['https://example-admin.okta.com/', tokenEndpoint],
    ['example.okta.com/oauth2/default', 'https://example.okta.com/oauth2/default/v1/token'],
  ])('derives the token endpoint of %s', async (typed, endpoint) => {
    await opened.page.fill('[name=domain]', typed)
    expect(await opened.page.locator('.derived').textContent()).toContain(endpoint)
  })

  test('names the slip in a domain at once', async () => {
    await opened.page.fill('[name=domain]', 'https://{yourOktaDomain}')
    expect(await opened.page.locator('.note-error').textContent()).toContain('placeholder')
  })

  test('asks a FAPI server by its issuer', async () => {
    const { page } = opened
    await giveKey(page, ecText)
    await page.getByRole('radio', { name: 'Other' }).check()
    await page.fill('[name=endpoint]', 'https://login.example.com/token')
    await page.getByLabel('Rules of this server').selectOption('fapi2')
    await page.fill('[name=audience]', 'https://login.example.com')
    await page.fill('[name=client-id]', clientId)
    expect(parseJwt(await signedToken(page)).claims['aud']).toBe('https://login.example.com')
  })
})

test('a link carries the form, shows first what is in it, and never a key, a token or a client id unasked', async () => {
  const { page } = opened
  await giveKey(page, ecText)
  await fillWho(page)
  await page.fill('[name=scopes]', 'okta.users.read ')
  await signedToken(page)
  await page.getByRole('button', { name: 'Copy link…' }).click()
  expect(await page.locator('dialog[open]').textContent()).toContain('okta.users.read')
  await page.getByRole('button', { name: 'Copy link', exact: true }).click()
  const fragment = new URL(await clipboard(page)).hash
  expect(fragment).not.toContain(clientId)
  expect(fragment).not.toContain('eyJ')
  const other = await chromium.open({ fragment })
  expect(await other.page.inputValue('[name=domain]')).toBe(domain)
  expect(await other.page.locator('.chip').textContent()).toContain('okta.users.read')
  await other.close()
})

const weakKey = JSON.stringify({
  kty: 'RSA',
  n: 'u8y3Ak2Ca3xqdz5WGvmv5NHXIi6tRbt-rc4eWmk1MhI9wVVj8VYqs9KDeuTUQB4aLBl-6OZsOMpYPwTrcLmhSmLfF7XjTKWmO9Xf1EBFgqVNlQGVDcbmpWfFn3iwKRbmL5mw4KS7Oo_Mw-Jq5Bp5qvfGWXP6zmEo5-jG_4fTIYE',
  e: 'AQAB',
  d: 'AQAB',
})
