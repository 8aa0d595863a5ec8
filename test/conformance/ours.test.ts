import { generateKey } from 'pkjwt/keys'
import { type Profile, profiles } from 'pkjwt/profiles'
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

test.each<[string, Partial<Profile>, readonly string[]]>([
  ['takes assertions that have expired', { expiredToleranceSeconds: 60 }, ['exp-past/expired-some-seconds-beyond-the-tolerance']],
  ['lets them live for two hours', { lifetimeSecondsMax: 7200 }, ['exp-far/some-seconds-beyond-the-maximum']],
  ['is generous with clocks', { aheadSecondsMax: 300 }, ['iat-future/issued-70-seconds-ahead', 'nbf-future/valid-in-70-seconds']],
  ['is mean with clocks', { aheadSecondsMax: 0 }, ['iat-future/issued-8-seconds-ahead', 'nbf-future/valid-in-8-seconds']],
  ['wants a "jti"', { jti: 'required' }, ['jti-missing/no-jti']],
  ['takes no list of audiences', { audienceList: 'refused' }, ['aud-list/a-list-of-one']],
  ['takes the issuer as audience', { audience: 'configured' }, ['aud-mismatch/the-issuer']],
])('a server that %s fails the cases about it, and no other', async (_name, change, ids) => {
  const key = await generateKey({ alg: 'ES256' })
  await using server = await startHttpServer({ profile: { ...profiles.okta, ...change }, seed: { apps: [seedApp('app', key)] } })
  const flags = ['--profile', 'okta', '--only', 'claims']
  const { code, cases } = await grade([`${server.url}/oauth2/v1/token`], { key, flags })
  expect(code).toBe(1)
  expect(cases.filter(({ verdict }) => verdict !== 'right').map(({ id }) => id)).toEqual(ids)
})
