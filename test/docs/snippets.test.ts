import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkMentions } from './calls.js'
import { languages, type Reading } from './languages.js'
import { type Block, type Page, readPages } from './page.js'
import { missingPrograms } from './programs.js'
import { type Stage, setStage } from './stage.js'
import { findTypeErrors } from './types.js'

const pages = readPages()

// docs/writing.md tells how a page is written so that it can be followed here.
describe('following a page', () => {
  it.each(pages.map((page) => [page.path, page] as const))('%s', { timeout: 60_000 }, async (_path, page) => {
    const missing = missingPrograms(page.blocks.map(({ code }) => code).join('\n'))
    if (missing.length > 0 && process.env['CI'] === undefined) return console.warn(`${page.path} needs ${missing}`)
    await follow(page)
  })
})

it('the programs of all pages have the right types', { timeout: 60_000 }, () => {
  expect(findTypeErrors(pages)).toEqual([])
})

it.each(pages.map(({ path, text }) => [path, text]))('%s mentions commands and flags that exist', async (_path, text) => {
  await checkMentions(text)
})

async function follow(page: Page): Promise<void> {
  if (page.blocks.length === 0) return
  await using stage = await setStage(page)
  const reading: Reading = { stage, printed: undefined, program: '' }
  for (const block of page.blocks) await explained(block, reading)
}

async function explained(block: Block, reading: Reading): Promise<void> {
  try {
    const read = languages[block.language]
    if (read === undefined) throw new Error(`nobody knows how to check the language "${block.language}"`)
    if (block.file !== undefined) save(block.file, block.code, reading.stage)
    if (block.file === undefined || ['json', 'yaml'].includes(block.language)) await read(block, reading)
  } catch (error) {
    throw new Error(`${block.page}:${block.line}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

function save(name: string, code: string, { folder, substitute }: Stage): void {
  const file = join(folder(), name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, substitute(code))
}
