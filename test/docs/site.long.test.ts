import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readIndex, root } from '../../docs/.vitepress/pages.js'
import { launchChromium } from '../../tools/chromium.mjs'

const folder = join(root, 'docs/.vitepress/dist')
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

let server: Server
let browser: Browser
let page: Page
let origin: string
const faults: string[] = []

beforeAll(async () => {
  // It fails when a link is dead.
  await promisify(execFile)('npm', ['run', 'docs'], { cwd: root })
  server = createServer(async ({ url = '/' }, response) => {
    const path = decodeURI(new URL(url, 'http://site').pathname)
    const found = await findFile([path, `${path}.html`, join(path, 'index.html')])
    if (found === undefined) response.writeHead(404).end()
    else response.setHeader('content-type', types[extname(found.path)] ?? 'application/octet-stream').end(found.content)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  browser = await launchChromium()
  page = await browser.newPage({ viewport: { width: 390, height: 844 } })
  page.on('request', (request) => {
    if (!/^(?:data:|blob:)/.test(request.url()) && !request.url().startsWith(origin)) faults.push(`asks ${request.url()}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${response.status()} for ${response.url()}`)
  })
  page.on('pageerror', ({ message }) => faults.push(message))
})

afterAll(async () => {
  await browser?.close()
  server?.closeAllConnections()
  server?.close()
})

it('every page of the index is there, asks nobody else, and fits a phone', async () => {
  await page.goto(origin)
  const links = await page.locator('main a[href^="/"]').evaluateAll((all) => all.map((link) => String(link.getAttribute('href'))))
  expect(new Set(links).size).toBeGreaterThanOrEqual(readIndex().flatMap(({ pages }) => pages).length)
  for (const link of new Set(links)) {
    await page.goto(origin + link, { waitUntil: 'networkidle' })
    expect(await page.locator('main h1').count(), link).toBe(1)
    expect(await page.evaluate(() => document.documentElement.scrollWidth), link).toBeLessThanOrEqual(390)
  }
  expect(faults).toEqual([])
})

it('the search finds a rule without asking anybody', async () => {
  await page.goto(origin, { waitUntil: 'networkidle' })
  await page.locator('.VPNavBarSearch button').first().click()
  await page.getByRole('searchbox').fill('jti-used')
  await page.getByRole('option').first().click()
  await page.waitForURL(/\/rules#jti-used$/)
  expect(faults).toEqual([])
})

async function findFile(paths: readonly string[]) {
  for (const path of paths) {
    try {
      return { path, content: await readFile(join(folder, path)) }
    } catch {
      // The next one, then.
    }
  }
  return undefined
}
