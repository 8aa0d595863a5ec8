import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { type Example, listExamples, runExample } from './example.js'
import { hasOpenSsh, withAgent } from './exampleAgent.js'
import { withStage } from './exampleStage.js'
import { createProgram, listExported } from './exported.js'
import { libraryPage } from './libraryPage.js'

// STYLE: every export has a doc comment, every function an example that asserts. Here the examples are compiled and run.

const all = listExported(createProgram())
const examples = listExamples(all)

describe('what can be imported', () => {
  it('has a doc comment', () => {
    expect(all.filter(({ text }) => text === '').map(({ name, file }) => `${file}: ${name}`)).toEqual([])
  })

  it('has an example when it is a function', () => {
    const functions = all.filter(({ kind }) => kind === 'function')
    expect(functions.length).toBeGreaterThan(100)
    expect(functions.filter(({ examples }) => examples.length === 0).map(({ name, file }) => `${file}: ${name}`)).toEqual([])
  })
})

it('docs/reference/library.md tells of everything that can be imported', async () => {
  await expect(libraryPage(all)).toMatchFileSnapshot('../../docs/reference/library.md')
})

describe('the examples of doc comments', () => {
  it('have the right types', { timeout: 60_000 }, () => {
    const program = createProgram(new Map(examples.map(({ path, program }) => [path, program])))
    const faults = examples.flatMap(({ path, title }) => {
      const file = program.getSourceFile(path)
      return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
        ({ messageText }) => `${title}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
      )
    })
    expect(faults).toEqual([])
  })

  it.each(examples.filter((each) => !needsAgent(each)).map((each) => [each.title, each] as const))(
    '%s',
    async (_title, example) => {
      await withStage((stage) => runExample(example, stage))
    },
  )

  it.skipIf(!hasOpenSsh).each(examples.filter(needsAgent).map((each) => [each.title, each] as const))(
    '%s, with an agent',
    async (_title, example) => {
      await withAgent(() => withStage((stage) => runExample(example, stage)))
    },
  )
})

function needsAgent({ code }: Example): boolean {
  return code.includes('SshAgent')
}
