import { expect, it } from 'vitest'
import { bundleForBrowsers } from '../../tools/bundleForBrowsers.mjs'

// How large it may be stands in .size-limit.json.
it('an app that signs assertions with a key it has carries no rule that only a server runs', async () => {
  const code = await bundleForBrowsers("export { createAssertion } from 'pkjwt'")
  expect(code).toContain('jti')
  expect(code).not.toContain('scope-not-granted')
  expect(code).not.toContain('client_assertion_invalid_audience')
})
