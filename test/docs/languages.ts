import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { expect } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { checkCall, checkCommand } from './calls.js'
import { findMissingLine } from './output.js'
import type { Block } from './page.js'
import type { Stage } from './stage.js'

/** A page that is being followed. */
export interface Reading {
  readonly stage: Stage
  /** What the block before printed. */
  printed: string | undefined
  /** The program so far, for a block that continues it. */
  program: string
}

/** What is done with the blocks of a language. */
export const languages: Readonly<Record<string, (block: Block, reading: Reading) => Promise<void>>> = {
  async sh({ code, exit, checkedBecause }, reading) {
    const rehearsed = checkedBecause !== undefined
    const ran = await reading.stage.shell(reading.stage.substitute(code), { rehearsed })
    expect(ran.exit, ran.output).toBe(rehearsed ? 0 : exit)
    for (const call of ran.calls) await checkCall(call)
    reading.printed = rehearsed ? undefined : ran.output
  },
  js: runProgram,
  ts: runProgram,
  async json({ code }) {
    JSON.parse(code)
  },
  async yaml({ code }, { stage }) {
    for (const document of parseAllDocuments(code)) {
      if (document.errors[0] !== undefined) throw document.errors[0]
      await checkCommandsIn(document.toJS(), stage)
    }
  },
  async text({ code, isIllustration }, { printed, stage }) {
    if (isIllustration) return
    if (printed === undefined) throw new Error('no block before it prints anything; a picture is marked with "text illustration"')
    const missing = findMissingLine(stage.substitute(code), printed)
    if (missing !== undefined) throw new Error(`this is not printed: ${missing}\n--- printed\n${printed}`)
  },
  async http({ code }) {
    const [head = '', body = ''] = code.split('\n\n')
    const [start = '', ...headers] = head.trim().split('\n')
    expect(start).toMatch(/^(?:(?:GET|POST|PUT|DELETE) \S+(?: HTTP\/[\d.]+)?|HTTP\/[\d.]+ [1-5]\d\d( .*)?)$/)
    for (const header of headers) expect(header).toMatch(/^[\w-]+: \S/)
    if (/^content-type: application\/json/im.test(head)) JSON.parse(body)
  },
}

/** What is looked at and not run: the syntax of a program. Its types are looked at with those of all pages. */
async function runProgram(block: Block, reading: Reading): Promise<void> {
  const { language, line, isContinued, isFragment, checkedBecause } = block
  reading.program = `${isContinued ? reading.program : ''}${block.code}`
  if (isFragment) checkSyntax(block.code)
  if (isFragment || checkedBecause !== undefined) return
  const name = `line-${line}.mjs`
  const program = reading.stage.substitute(reading.program)
  const runnable =
    language === 'ts' ? ts.transpile(program, { target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true }) : program
  writeFileSync(join(reading.stage.folder(), name), runnable)
  const ran = await reading.stage.shell(`node ${name}`)
  expect(ran.exit, ran.output).toBe(block.exit)
  reading.printed = ran.output
}

/** A fragment is statements, or elements of a list. */
function checkSyntax(code: string): void {
  const faults = [code, `[${code}]`].map((text) => ts.transpileModule(text, { reportDiagnostics: true }).diagnostics ?? [])
  if (faults.every((found) => found.length > 0)) throw new Error(String(faults[0]?.[0]?.messageText))
}

/** Scripts of a workflow and arguments of a container: what they would call is looked at. */
async function checkCommandsIn(value: unknown, stage: Stage): Promise<void> {
  if (typeof value === 'string' && /(?:^|\s)pkjwt /.test(value)) {
    const { exit, output, calls } = await stage.shell(value.replaceAll(/\$\{\{.*?\}\}/g, 'value'), { rehearsed: true })
    expect(exit, output).toBe(0)
    for (const call of calls) await checkCall(call)
  }
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value) && value[0] === 'pkjwt') await checkCommand(value.slice(1).map(String))
  // The image of the server has its command in it.
  const { image, args } = value as { readonly image?: unknown; readonly args?: unknown }
  if (String(image).includes('pkjwt-server') && Array.isArray(args)) await checkCommand(['serve', ...args.map(String)])
  for (const each of Object.values(value)) await checkCommandsIn(each, stage)
}
