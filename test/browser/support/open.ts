import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { launchChromium } from '../../../tools/chromium.mjs'

const root = resolve(import.meta.dirname, '../../..')

/** The built page. */
export const pageFile = join(root, 'packages/page/dist/index.html')

/** Where the page is opened from. */
export type From = 'file' | 'http'

/** A page that is open, and everything that it asked for or complained about. */
export interface Opened {
  readonly page: Page
  /** What the browser was asked to fetch, the document itself left out. */
  readonly requests: readonly string[]
  /** Errors of scripts, and everything on the console but plain messages. */
  readonly complaints: readonly string[]
  close(): Promise<void>
}

export interface OpenOptions extends BrowserContextOptions {
  readonly from?: From
  /** Another address to open, in place of the page's own two. */
  readonly at?: string
  /** The part of the address behind "#". */
  readonly fragment?: string
}

/** A browser, and the page on a server of this machine beside the one on disk. */
export interface Chromium {
  open(options?: OpenOptions): Promise<Opened>
  /** The paths that the server was asked for. */
  readonly served: readonly string[]
  close(): Promise<void>
}

/** Starts Chromium; the page is built first when a source is newer than it. */
export async function startChromium(): Promise<Chromium> {
  buildWhenOld()
  const browser = await launchChromium()
  const served: string[] = []
  const server = await servePage(served)
  const { port } = server.address() as AddressInfo
  const addresses = { file: pathToFileURL(pageFile).href, http: `http://127.0.0.1:${port}/` }
  return {
    served,
    open: ({ from = 'file', at = addresses[from], fragment = '', ...options } = {}) =>
      openPage(browser, `${at}${fragment}`, options),
    async close() {
      await browser.close()
      server.close()
    },
  }
}

async function openPage(browser: Browser, address: string, options: BrowserContextOptions): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB', ...options })
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const requests: string[] = []
  const complaints: string[] = []
  const devtools = await context.newCDPSession(page)
  await devtools.send('Network.enable')
  devtools.on('Network.requestWillBeSent', ({ request }) => {
    if (request.url !== address.replace(/#.*$/, '')) requests.push(request.url)
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => message.type() !== 'log' && complaints.push(`${message.type()}: ${message.text()}`))
  await page.goto(address)
  await page.waitForSelector('[data-card]')
  return { page, requests, complaints, close: () => context.close() }
}

function servePage(served: string[]): Promise<Server> {
  const server = createServer((request, response) => {
    served.push(request.url ?? '')
    response.setHeader('content-type', 'text/html; charset=utf-8').end(readFileSync(pageFile))
  })
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done(server)))
}

function buildWhenOld(): void {
  const folders = ['packages/page/src', 'packages/page/build', 'packages/pkjwt/src'].map((path) => join(root, path))
  const files = [join(root, 'packages/page/index.html'), join(root, 'packages/page/vite.config.ts')]
  const newest = Math.max(...folders.map(newestIn), ...files.map((file) => statSync(file).mtimeMs))
  if (existsSync(pageFile) && statSync(pageFile).mtimeMs > newest) return
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const config = join(root, 'packages/page/vite.config.ts')
  execFileSync(process.execPath, [vite, 'build', '--logLevel', 'warn', '--config', config], { cwd: root, stdio: 'ignore' })
}

function newestIn(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.name.includes('.test.') && !entry.name.includes('.testing.'),
  )
  return Math.max(0, ...files.map(({ parentPath, name }) => statSync(join(parentPath, name)).mtimeMs))
}
