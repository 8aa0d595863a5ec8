import { describe, expect, it } from 'vitest'
import { checkMentions } from './calls.js'
import { follow } from './follow.js'
import { readPages } from './page.js'
import { missingPrograms } from './programs.js'
import { findTypeErrors } from './types.js'

const pages = readPages()

// docs/writing.md tells how a page is written so that it can be followed here.
describe('following a page', () => {
  it.for(pages.map((page) => [page.path, page] as const))('%s', { timeout: 60_000 }, async ([, page], { skip }) => {
    const missing = missingPrograms(page.blocks.map(({ code }) => code).join('\n'))
    if (process.env['CI'] === undefined) skip(missing.length > 0, `this machine lacks ${missing.join(', ')}`)
    await follow(page)
  })
})

it('the programs of all pages have the right types', { timeout: 60_000 }, () => {
  expect(findTypeErrors(pages)).toEqual([])
})

it.each(pages.map(({ path, text }) => [path, text]))('%s mentions commands and flags that exist', async (_path, text) => {
  await checkMentions(text)
})
