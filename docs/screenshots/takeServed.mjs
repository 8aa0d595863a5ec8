// @ts-check
// Takes the pictures of the page as the server serves it: `npm run build && node docs/screenshots/takeServed.mjs [FOLDER]`.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createAuthorizationServer } from '@pkjwt/server'
import { createTokenClient, generateKey, writePrivateKey } from 'pkjwt'
import { createAppAdmin } from 'pkjwt/client'
import { launchChromium } from '../../tools/chromium.mjs'

const folder = resolve(process.argv[2] ?? import.meta.dirname)
const adminToken = 'a-bootstrap-token-for-pictures-only-0123456789'
const day = 86_400_000

const admin = await newApp('0oa7adminEFGHijk2345', 'Platform team')
const billing = await newApp('0oa7billingGHijk2345', 'Billing')
const reader = await newApp('0oa7readerFGHijk2345', 'Dashboard')
const billingNext = await generateKey({ alg: 'RS256' })
const scopes = ['apps', 'appGrants', 'roles'].flatMap((name) => [`okta.${name}.read`, `okta.${name}.manage`])

// The server lives through six weeks in a second, so that keys have an age.
let time = Date.now() - 43 * day
const server = createAuthorizationServer({
  store: ':memory:',
  adminToken,
  clock: () => new Date(time),
  page: readFileSync(resolve(import.meta.dirname, '../../packages/page/dist/index.html'), 'utf8'),
  seed: {
    apps: [
      seed(admin, { grants: [...scopes, 'okta.logs.read', 'okta.users.read'], roles: ['SUPER_ADMIN'] }),
      seed(billing, { grants: ['okta.users.read', 'okta.groups.read'], roles: ['READ_ONLY_ADMIN'] }),
      seed(reader, { grants: ['okta.users.read'] }),
    ],
  },
})
const { url: org } = await server.listen({ port: 0 })
const api = createAppAdmin({
  org,
  fetch: (input, init) => fetch(input, { ...init, headers: { ...init?.headers, authorization: `SSWS ${adminToken}` } }),
})
await use(billing, billing.key)
time += 24 * day
await use(billing, billing.key)
await use(reader, reader.key)
await api.addKey(billing.clientId, billingNext.publicKey.jwk)
time = Date.now() - 7200_000
await use(billing, billingNext)
await use(reader, reader.key)
time = Date.now()
const clock = setInterval(() => {
  time = Date.now()
}, 200)

const windows = {
  light: { viewport: { width: 1180, height: 760 }, colorScheme: /** @type {const} */ ('light') },
  dark: { viewport: { width: 1180, height: 760 }, colorScheme: /** @type {const} */ ('dark') },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: /** @type {const} */ ('light') },
}

const browser = await launchChromium()
await picture('light', 'send', async (page) => {
  await page.fill('[name=client-id]', reader.clientId)
  await page.fill('[name=scopes]', 'okta.users.read okta.groups.read ')
  await page.fill('[name=private-key]', reader.jwk)
  await page.waitForSelector('[data-status=signed]')
  await page.getByRole('tab', { name: 'Request', exact: true }).click()
  await page.locator('#send').click()
  await page.locator('[data-answer]').waitFor()
})
await picture('light', 'admin', async (page) => {
  await signIn(page, admin)
  await choose(page, 'Billing')
})
await picture('dark', 'admin-replace', async (page) => {
  await signIn(page, admin)
  await choose(page, 'Billing')
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.fill('[name=app-key]', JSON.stringify(await writePrivateKey(billingNext, 'jwk')))
  await page.getByRole('button', { name: 'Try the next key' }).click()
  await page.locator('[data-rotation=switch]').waitFor()
  await toCard(page, 'rotate')
})
await picture('phone', 'admin-keys', async (page) => {
  await signIn(page, admin)
  await choose(page, 'Billing')
  await toCard(page, 'keys')
})
await picture('light', 'admin-refused', async (page) => {
  await signIn(page, reader)
  await page.locator('.failure').waitFor()
})
await picture('dark', 'admin-log', async (page) => {
  await signIn(page, admin)
  await page.getByRole('tab', { name: 'Log', exact: true }).click()
  await page.locator('.log-entry').first().waitFor()
})
await browser.close()
clearInterval(clock)
await server.close()

/** @param {string} clientId @param {string} name */
async function newApp(clientId, name) {
  const key = await generateKey({ alg: 'ES256' })
  return { clientId, name, key, jwk: JSON.stringify({ ...(await writePrivateKey(key, 'jwk')), client_id: clientId }) }
}

/** @param {Awaited<ReturnType<typeof newApp>>} app @param {object} rest */
function seed({ clientId, name, key }, rest) {
  return { client_id: clientId, client_name: name, jwks: { keys: [key.publicKey.jwk] }, ...rest }
}

/** @param {{ clientId: string }} app @param {import('pkjwt').SigningKey} key */
async function use({ clientId }, key) {
  await createTokenClient({ org, clientId, key, scopes: ['okta.users.read'], clock: () => new Date(time) }).token()
}

/** @param {import('playwright-core').Page} page @param {{ jwk: string }} app */
async function signIn(page, { jwk }) {
  await page.getByRole('tab', { name: 'Admin', exact: true }).click()
  await page.fill('[name=admin-key]', jwk)
  await page.locator('[data-held]').waitFor()
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** @param {import('playwright-core').Page} page @param {string} name */
async function choose(page, name) {
  await page.getByRole('list', { name: 'Apps of this server' }).getByRole('button', { name }).click()
  await page.locator('[data-key-status]').first().waitFor()
  await page.locator('.chip').first().waitFor()
}

/** @param {import('playwright-core').Page} page @param {string} name */
async function toCard(page, name) {
  await page.locator(`[data-card=${name}]`).evaluate((card) => scrollTo(0, card.getBoundingClientRect().top + scrollY - 12))
}

/**
 * @param {keyof typeof windows} kind
 * @param {string} name
 * @param {(page: import('playwright-core').Page) => Promise<void>} reach
 */
async function picture(kind, name, reach) {
  const page = await browser.newPage({ ...windows[kind], locale: 'en-GB', reducedMotion: 'reduce', acceptDownloads: true })
  await page.goto(org)
  await reach(page)
  await page.mouse.move(0, 0)
  await page.screenshot({ path: resolve(folder, `${name}-${kind}.png`) })
  await page.close()
}
