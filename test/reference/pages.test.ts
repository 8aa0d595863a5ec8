import { expect, it } from 'vitest'
import { commandLinePage } from './commandLinePage.js'
import { errorsPage, roomsOf } from './errorsPage.js'
import { cliErrors, inputErrors, keyErrors, refusedErrors, unavailableErrors } from './errorTable.js'
import { httpPage } from './httpPage.js'
import { readOpenapi } from './openapi.js'

// Each page is written again with `npx vitest run test/reference -u`; without, a difference fails.

it('docs/reference/http.md says what the server does', async () => {
  await expect(httpPage(await readOpenapi())).toMatchFileSnapshot('../../docs/reference/http.md')
})

it('docs/reference/errors.md has every error code', async () => {
  await expect(errorsPage()).toMatchFileSnapshot('../../docs/reference/errors.md')
})

it('every error code is thrown somewhere', () => {
  const all = { ...keyErrors, ...refusedErrors, ...unavailableErrors, ...inputErrors, ...cliErrors }
  expect(Object.keys(all).filter((each) => roomsOf(each).length === 0)).toEqual([])
})

it('docs/reference/command-line.md has the help of every command', async () => {
  await expect(await commandLinePage()).toMatchFileSnapshot('../../docs/reference/command-line.md')
})
