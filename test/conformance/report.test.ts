import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateKey, type SigningKey, writePrivateKey } from 'pkjwt/keys'
import { beforeAll, describe, expect, test } from 'vitest'
import { seedApp, startHttpServer } from '../server/support.js'
import { call, makeFolder, startBareServer } from './support.js'

const tokenBody = '{"token_type":"Bearer","expires_in":60,"access_token":"a-token-nobody-may-see"}'

interface Reported {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly junit: string
}

/** Runs the kit with a report card as text and as JUnit. */
async function report(url: string, key: SigningKey, flags: readonly string[] = []): Promise<Reported> {
  await using folder = await makeFolder()
  const [file, junit] = [join(folder.path, 'key.jwk'), join(folder.path, 'report.xml')]
  await writeFile(file, JSON.stringify(await writePrivateKey(key, 'jwk')), { mode: 0o600 })
  const who = ['--client-id', 'app', '--key', file, '--scope', 'okta.users.read', '--profile', 'okta']
  const called = await call(['conformance', url, ...who, '--junit', junit, ...flags])
  return { ...called, junit: await readFile(junit, 'utf8').catch(() => '') }
}

describe('against a server that accepts everything', () => {
  const seen: string[] = []
  let reported: Reported

  beforeAll(async () => {
    await using server = await startBareServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        seen.push(body)
        response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(tokenBody)
      })
    })
    reported = await report(server.url, await generateKey({ alg: 'ES256' }))
  })

  test('the card has a row for each case, and each failure in full', () => {
    const { code, stdout } = reported
    expect(code).toBe(1)
    expect(stdout).toMatch(/^client {2}1 of 12 right$/m)
    expect(stdout).toMatch(/^ {2}✗ ACCEPTED +an "exp" in quotation marks$/m)
    const [, failure = ''] = stdout.split('✗ ACCEPTED  expired an hour ago\n')
    expect(failure.split('\n').slice(0, 4).join('\n')).toMatchInlineSnapshot(`
      "  case      exp-past/expired-an-hour-ago
        says      RFC 7523 §3 (4)
        wanted    refused: 401 invalid_client: The client_assertion token is expired.
        came      200, a token"
    `)
    expect(stdout).toMatch(/\d+ of \d+ cases right; \d+ accepted that should be refused\n$/)
  })

  test('JUnit has the same failures', () => {
    const { junit, stdout } = reported
    expect(junit).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites name="pkjwt conformance http:/)
    expect(junit.match(/<failure type="accepted"/g)?.length).toBe(stdout.match(/^✗ ACCEPTED/gm)?.length)
    expect(junit).toContain('name="expired an hour ago (exp-past/expired-an-hour-ago)"')
    expect(junit).not.toContain('the run reached its end')
  })

  test('neither shows a signature, or the token that came', () => {
    const signatures = seen.flatMap((body) => [...body.matchAll(/(?<=\.)[\w-]{86}(?![\w-])/g)].map(([signature]) => signature))
    expect(signatures.length).toBeGreaterThan(100)
    const told = reported.stdout + reported.stderr + reported.junit
    expect(signatures.filter((signature) => told.includes(signature))).toEqual([])
    expect(told).not.toContain('a-token-nobody-may-see')
    expect(told).toContain('.SIGNATURE')
  })
})

test('against our own server the card ends with how many cases are right', async () => {
  const key = await generateKey({ alg: 'ES256' })
  await using server = await startHttpServer({ seed: { apps: [seedApp('app', key)] } })
  const { code, stdout, junit } = await report(`${server.url}/oauth2/v1/token`, key, ['--only', 'signature'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^signature {2}(\d+) of \1 right\n/)
  expect(stdout).toMatch(/\n(\d+) of \1 cases right\n$/)
  expect(junit).toMatch(/<testsuite name="signature" tests="\d+" failures="0" errors="0">/)
})

test('a run that ends early says so in JUnit, too', async () => {
  await using server = await startBareServer((request, response) => {
    request.resume().on('end', () => response.writeHead(429).end())
  })
  const { code, junit } = await report(server.url, await generateKey({ alg: 'ES256' }))
  expect(code).toBe(75)
  expect(junit).toContain('<error message="Cannot go on: the server limits the rate')
})

test('a report that cannot be written is told before anything is sent', async () => {
  let requests = 0
  await using server = await startBareServer((_, response) => {
    requests += 1
    response.end()
  })
  await using folder = await makeFolder()
  const key = await generateKey({ alg: 'ES256' })
  const file = join(folder.path, 'key.jwk')
  await writeFile(file, JSON.stringify(await writePrivateKey(key, 'jwk')), { mode: 0o600 })
  const words = ['conformance', server.url, '--client-id', 'app', '--key', file, '--scope', 's']
  const { code, stderr } = await call([...words, '--junit', join(folder.path, 'missing', 'report.xml')])
  expect({ code, requests }).toEqual({ code: 73, requests: 0 })
  expect(stderr).toContain('its folder is not there')
})
