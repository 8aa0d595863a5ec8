import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { languages, type Reading } from './languages.js'
import type { Block, Page } from './page.js'
import { type Stage, setStage } from './stage.js'

/** Does with the blocks of a page what its reader would do, one after the other. It throws at the first that does not hold. */
export async function follow(page: Page): Promise<void> {
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
