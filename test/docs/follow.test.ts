import { describe, expect, it } from 'vitest'
import { checkMentions } from './calls.js'
import { follow } from './follow.js'
import { readPage } from './page.js'
import { findTypeErrors } from './types.js'

const fence = '```'
const pageOf = (...blocks: readonly (readonly [info: string, code: string])[]) =>
  readPage('page.md', blocks.map(([info, code]) => `# Page\n\n${fence}${info}\n${code}\n${fence}\n`).join('\n'))

describe('a page is followed', () => {
  it('with its commands, its programs and what they print', async () => {
    const page = pageOf(
      ['js file=name.mjs', 'export const name = "Ada"'],
      ['sh', 'export GREETING=Hello; pkjwt key show private-key.jwk'],
      ['text', '✓ private-key.jwk\n…\n  kid   …\n…'],
      ['js', "import { name } from './name.mjs'\nconst greeting = process.env.GREETING"],
      ['js continued', 'console.log(greeting, name)'],
      ['text', 'Hello Ada'],
      ['sh exit=2', 'pkjwt sign --no-such-flag 2>/dev/null'],
      ['sh checked: it would push', 'pkjwt keygen -o - | unknown-program'],
    )
    await follow(page)
    expect(findTypeErrors([page])).toEqual([])
  })
})

describe('a page is refused', () => {
  it.each([
    ['a language that nobody checks', ['ruby', 'puts 1'], 'nobody knows how to check the language "ruby"'],
    ['a command that fails', ['sh', 'pkjwt inspect nothing'], 'Cannot read a token'],
    ['a command that should fail, and does not', ['sh exit=1', 'true'], 'expected +0 to be 1'],
    ['a program that is not on the stage', ['sh', 'brew install pkjwt'], 'brew: command not found'],
    [
      'a flag that does not exist, where nothing is run',
      ['sh checked: why', 'pkjwt sign --kee x'],
      'Cannot use the flag "--kee"',
    ],
    ['a script of npm that does not exist', ['sh', 'npm run nothing'], 'there is no npm run nothing'],
    ['a program that throws', ['js', 'throw new Error("broken")'], 'broken'],
    ['a name that the library does not have', ['js', "import { no } from 'pkjwt'"], 'no'],
    ['a fragment that is no TypeScript', ['ts fragment', 'const = 1'], 'expected'],
    ['JSON that is none', ['json', '{ "a": }'], 'Unexpected token'],
    ['YAML that is none', ['yaml', 'a: [1'], 'Flow sequence'],
    ['a workflow with a wrong flag', ['yaml', 'steps:\n  - run: pkjwt token --organisation x'], 'Cannot use the flag'],
    ['a container with a wrong flag', ['yaml', 'command: [pkjwt, token, --orgg, x]'], 'Cannot use the flag "--orgg"'],
    ['a text that nothing prints', ['text', 'hello'], 'no block before it prints anything'],
    ['an answer without a status', ['http', 'HTTP/1.1\ncontent-type: text/plain'], 'HTTP'],
  ] as const)('with %s', async (_what, block, message) => {
    await expect(follow(pageOf(block))).rejects.toThrow(message)
  })

  it('with an output that is another one', async () => {
    await expect(follow(pageOf(['sh', 'echo one; echo two'], ['text', 'one']))).rejects.toThrow('in place of two')
  })

  it('with a word behind the language that means nothing', () => {
    expect(() => pageOf(['sh skip', 'false'])).toThrow('docs/writing.md knows no "skip"')
  })

  it('with a type that does not fit, where nothing is run', () => {
    const page = pageOf(['js checked: why', "import { createAssertion } from 'pkjwt'\nawait createAssertion({ clientId: 1 })"])
    expect(findTypeErrors([page]).join()).toContain("page.md:5: Type 'number' is not assignable")
  })

  it('with a command that does not exist, in its prose', async () => {
    await expect(checkMentions('Run `pkjwt login`.')).rejects.toThrow('there is no such command')
  })
})
