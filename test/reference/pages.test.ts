import { expect, it } from 'vitest'
import { httpPage } from './httpPage.js'
import { readOpenapi } from './openapi.js'

// Each page is written again with `npx vitest run test/reference -u`; without, a difference fails.

it('docs/reference/http.md says what the server does', async () => {
  await expect(httpPage(await readOpenapi())).toMatchFileSnapshot('../../docs/reference/http.md')
})
