import { join } from 'node:path'
import { generateKey } from 'pkjwt/keys'
import { expect, test } from 'vitest'
import { bundleScript, startServerProcess } from '../server/child.js'
import { seedApp, startHttpServer } from '../server/support.js'
import { grade, makeFolder, startBareServer, wrongOf } from './support.js'

const replay = ['--only', 'replay', '--profile', 'okta'] as const

test('one instance gives one token for fifty copies, and says so', async () => {
  const key = await generateKey({ alg: 'ES256' })
  await using server = await startHttpServer({ seed: { apps: [seedApp('app', key)] } })
  const graded = await grade([`${server.url}/oauth2/v1/token`], { key, flags: replay })
  expect(wrongOf(graded)).toEqual([])
  expect(graded).toMatchObject({ code: 0, ok: true })
  expect(graded.cases.map(({ id, came }) => `${id}: ${came}`)).toEqual([
    expect.stringMatching(/^replay\/at-once: one token for 50 copies; 49 times 401 invalid_client/),
    expect.stringMatching(/^replay\/in-sequence: no token for 50 copies/),
    expect.stringMatching(/^replay\/resigned: no token for 1 copy/),
    expect.stringMatching(/^replay\/forged: no token for 1 copy.*signature/),
    expect.stringMatching(/^replay\/after-forged: one token for 50 copies/),
    'replay/after-audience: one token for 1 copy',
    expect.stringMatching(/^replay\/after-scope: no token for 1 copy; once 401 invalid_client/),
  ])
})

test('two processes on one SQLite file give one token between them', async () => {
  const key = await generateKey({ alg: 'ES256' })
  await using folder = await makeFolder()
  using bundle = await bundleScript('test/server/childMain.ts')
  const issuer = 'http://127.0.0.1:9'
  const settings = { store: join(folder.path, 'shared.db'), issuer, seed: { apps: [seedApp('app', key)] } }
  const one = await startServerProcess(bundle, settings)
  const two = await startServerProcess(bundle, settings)
  try {
    const endpoints = [one, two].map(({ url }) => `${url}/oauth2/v1/token`)
    const flags = [...replay, '--audience', `${issuer}/oauth2/v1/token`]
    const graded = await grade(endpoints, { key, flags })
    expect(wrongOf(graded)).toEqual([])
    expect(graded.cases[0]?.copies).toMatchObject([{ sent: 25 }, { sent: 25 }])
    expect(graded.cases[0]?.copies?.map(({ tokens }) => tokens).toSorted()).toEqual([0, 1])
  } finally {
    await Promise.all([one.kill(), two.kill()])
  }
})

test('a server that remembers nothing gives a token for every copy, and fails', async () => {
  const key = await generateKey({ alg: 'ES256' })
  const body = '{"token_type":"Bearer","expires_in":60,"access_token":"t"}'
  await using server = await startBareServer((request, response) => {
    request.resume().on('end', () => response.end(body))
  })
  const graded = await grade([server.url], { key, flags: [...replay, '--copies', '5'] })
  expect(graded).toMatchObject({ code: 1, ok: false })
  expect(graded.cases.map(({ verdict, came }) => `${verdict}: ${came}`)).toEqual([
    'accepted: 5 tokens for 5 copies',
    'accepted: 5 tokens for 5 copies',
    'accepted: one token for 1 copy',
    'accepted: one token for 1 copy',
    'accepted: 5 tokens for 5 copies',
    'right: one token for 1 copy',
    'accepted: one token for 1 copy',
  ])
})
