import { generateKey } from 'pkjwt/keys'
import { expect, it } from 'vitest'
import { conformanceDocument } from './document.js'
import { startOidcProvider } from './oidcProvider.js'
import { grade } from './support.js'

it('docs/conformance.md tells the true result of node-oidc-provider', async () => {
  const key = await generateKey({ alg: 'ES256' })
  await using server = await startOidcProvider(key)
  const { code, cases, error } = await grade([server.tokenEndpoint], { key, scope: 'read', flags: ['--not-granted', 'write'] })
  expect({ code, error }).toEqual({ code: 1, error: undefined })
  await expect(conformanceDocument(cases)).toMatchFileSnapshot('../../docs/conformance.md')
})
