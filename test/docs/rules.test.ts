import { reasons } from 'pkjwt/rules'
import { expect, it } from 'vitest'
import { rulesDocument } from './rulesDocument.js'

it('docs/rules.md says what the rulebook does', async () => {
  await expect(rulesDocument()).toMatchFileSnapshot('../../docs/rules.md')
})

it('docs/rules.md has a chapter for every finding there can be', () => {
  const document = rulesDocument()
  expect(Object.keys(reasons).filter((id) => !document.includes(`\n### ${id}\n`))).toEqual([])
})
