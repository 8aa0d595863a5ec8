import fc from 'fast-check'
import { parseJwt } from 'pkjwt/jwt'
import { generateKey, readPrivateKey, type SigningKey, writePrivateKey } from 'pkjwt/keys'
import { type AssertionDraft, type AssertionOptions, draftAssertion } from 'pkjwt/protocol'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Chromium, startChromium } from './support/open.js'
import { giveKey, signedToken } from './support/steps.js'

// The page and `pkjwt sign` must not differ in what they make of the same input. `sign` takes the library's draft as it is.

let chromium: Chromium
let key: SigningKey
let keyText: string

beforeAll(async () => {
  chromium = await startChromium()
  keyText = JSON.stringify(await writePrivateKey(await generateKey({ alg: 'ES256', kid: 'key-1' }), 'jwk'))
  key = await readPrivateKey(keyText)
})
afterAll(() => chromium?.close())

interface Input {
  readonly domain: string
  readonly clientId: string
  readonly lifetimeSeconds: number
  readonly jti: string | false
  readonly iat: boolean
  readonly tenant: string | undefined
  readonly kid: string | undefined
}

const word = fc.stringMatching(/^[a-zA-Z0-9_-]{1,24}$/)
const inputs: fc.Arbitrary<Input> = fc.record({
  domain: fc
    .tuple(word, fc.constantFrom('', '/', '/oauth2/default'), fc.constantFrom('', 'https://'))
    .map(([name, end, start]) => `${start}${name.toLowerCase().replace(/^[-_]+|[-_]+$/g, '') || 'a'}.okta.com${end}`),
  clientId: word.map((id) => `0oa${id}`),
  lifetimeSeconds: fc.integer({ min: 1, max: 3600 }),
  jti: fc.oneof(word, fc.constant(false as const)),
  iat: fc.boolean(),
  tenant: fc.option(fc.oneof(word, fc.constantFrom('{"a":[1,2]}', 'true', '7', '"7"', 'ü – “quoted”')), { nil: undefined }),
  kid: fc.option(word, { nil: undefined }),
})

/** The input as somebody types it. */
async function fillIn(page: Page, input: Input): Promise<void> {
  await page.fill('[name=domain]', input.domain)
  await page.fill('[name=client-id]', input.clientId)
  await page.fill('[name=exp]', String(input.lifetimeSeconds))
  await page.getByLabel('Token id (jti)').selectOption(input.jti === false ? 'none' : 'held')
  if (input.jti !== false) await page.fill('[name=jti]', input.jti)
  const toggle = page.getByRole('button', { name: input.iat ? 'Put in: iat' : 'Leave out: iat' })
  if ((await toggle.count()) > 0) await toggle.click()
  const remove = page.getByRole('button', { name: 'Remove tenant' })
  if ((await remove.count()) > 0) await remove.click()
  if (input.tenant !== undefined) {
    await page.getByRole('button', { name: 'Add claim' }).click()
    await page.getByLabel('Name', { exact: true }).fill('tenant')
    await page.getByLabel('Value, as JSON or text').fill(input.tenant)
  }
  await page.fill('[name=kid]', input.kid ?? 'key-1')
}

/** The same input as the options of the library. */
function optionsOf(input: Input, now: Date): AssertionOptions {
  const { domain, clientId, lifetimeSeconds, jti, iat, tenant, kid } = input
  return {
    key,
    org: domain,
    clientId,
    lifetimeSeconds,
    jti,
    now,
    ...(iat ? {} : { iat: false as const }),
    ...(tenant === undefined ? {} : { claims: { tenant: asJson(tenant) } }),
    ...(kid === undefined ? {} : { header: { kid } }),
  }
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

test('the page and the library make the same header and claims of 200 random inputs', { timeout: 300_000 }, async () => {
  const { page, complaints, close } = await chromium.open()
  await giveKey(page, keyText)
  await page.getByText('Header', { exact: true }).first().click()
  for (const input of fc.sample(inputs, 200)) {
    await fillIn(page, input)
    await page.getByRole('button', { name: /^(Generate JWT|Sign again)$/ }).click()
    await page.waitForFunction(() => document.querySelector('[data-status=signed], [data-status=expired]') !== null)
    const token = (await page.locator('[data-token]').getAttribute('data-token')) ?? ''
    const { header, claims } = parseJwt(token)
    // The moment of signing is the page's own; everything else follows from the input.
    const now = new Date((Number(claims['exp']) - input.lifetimeSeconds) * 1000)
    // As it goes over the wire: JSON has no -0.
    const draft: AssertionDraft = JSON.parse(JSON.stringify(draftAssertion(optionsOf(input, now))))
    expect({ header, claims }, JSON.stringify(input)).toEqual({ header: draft.header, claims: draft.claims })
    expect(Object.keys(claims)).toEqual(Object.keys(draft.claims))
  }
  expect(complaints).toEqual([])
  await close()
})

test('of the guide\'s payload too, with its quoted "exp"', async () => {
  const { page, close } = await chromium.open()
  const payload = { aud: 'https://example.okta.com/oauth2/v1/token', iss: '0oa1', sub: '0oa1', exp: '1614664267' }
  await giveKey(page, keyText)
  await page.getByRole('radio', { name: 'Raw payload' }).check()
  await page.fill('[name=payload]', JSON.stringify(payload))
  const { header, claims } = parseJwt(await signedToken(page))
  const now = new Date((Number(claims['exp']) - 300) * 1000)
  const draft = draftAssertion({ key, payload, now })
  expect({ header, claims }).toEqual({ header: draft.header, claims: draft.claims })
  await close()
})
