import { generateKey } from 'pkjwt/keys'
import { expect, test } from 'vitest'
import { seedApp, startHttpServer } from '../server/support.js'
import { grade, wrongOf } from './support.js'

test.each([
  ['okta', 'ES256'],
  ['okta', 'RS256'],
  ['rfc7523', 'EdDSA'],
  ['fapi2', 'ES256'],
] as const)('our own server is right in every case of the profile %s with %s', async (profile, alg) => {
  const key = await generateKey({ alg })
  await using server = await startHttpServer({ profile, seed: { apps: [seedApp('app', key)] } })
  const audience = profile === 'fapi2' ? ['--audience', server.url] : []
  const flags = ['--profile', profile, '--not-granted', 'okta.apps.read', ...audience]
  const graded = await grade([`${server.url}/oauth2/v1/token`], { key, flags })
  expect(wrongOf(graded)).toEqual([])
  expect(graded).toMatchObject({ code: 0, ok: true })
})
