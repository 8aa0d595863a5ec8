import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Browser } from 'playwright-core'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium } from '../../tools/chromium.mjs'
import { startSuiteServer } from '../client/suiteServer.js'

const root = resolve(import.meta.dirname, '../..')

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser?.close())

/** The library as a bundler makes it for a page: whatever needs Node would stop it here. */
async function bundleLibrary(): Promise<string> {
  const bundle = await rolldown({
    input: resolve(root, 'packages/pkjwt/src/index.ts'),
    platform: 'browser',
    resolve: { alias: { '#crypto': resolve(root, 'packages/pkjwt/src/keys/crypto.web.ts') } },
    onLog: (_, log) => {
      if (log.code === 'UNRESOLVED_IMPORT') throw new TypeError(log.message)
    },
  })
  const { output } = await bundle.generate({ format: 'es', codeSplitting: false })
  return output[0].code
}

test('the suite for every runtime, in Chromium', async () => {
  const suite = await readFile(resolve(root, 'test/client/runtimeSuite.mjs'), 'utf8')
  const html = '<!doctype html><title>suite</title>'
  const files = new Map([
    ['/suite.html', { type: 'text/html', text: html }],
    ['/suite.mjs', { type: 'text/javascript', text: suite }],
    ['/pkjwt.mjs', { type: 'text/javascript', text: await bundleLibrary() }],
  ])
  await using server = await startSuiteServer(files)
  const page = await browser.newPage()
  await page.goto(`${server.origin}/suite.html`)
  const { origin, apps } = server
  const results = await page.evaluate(
    `Promise.all([import('/suite.mjs'), import('/pkjwt.mjs')]).then(([{ runSuite }, library]) =>
      runSuite({ library, origin: ${JSON.stringify(origin)}, apps: ${JSON.stringify(apps)} }))`,
  )
  expect(results).toSatisfy((list: readonly { readonly error?: string }[]) => list.length > 10)
  expect((results as readonly { readonly error?: string }[]).filter(({ error }) => error !== undefined)).toEqual([])
})
