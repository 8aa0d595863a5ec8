import fc from 'fast-check'
import { expect, it } from 'vitest'
import { findCommand } from '../../packages/cli/src/commands.js'
import type { Io } from '../../packages/cli/src/io.js'
import { run } from '../../packages/cli/src/run.js'

const commands = [
  'sign',
  'inspect',
  'verify',
  'diagnose',
  'key show',
  'key public',
  'key',
  'config show',
  'completion',
  'help',
  'sing',
  '',
]
const flags = [
  ...[
    '--key',
    '--keys',
    '--json',
    '--org',
    '--audience',
    '--client-id',
    '--profile',
    '--at',
    '--claims',
    '--claim',
    '--claim-json',
  ],
  ...[
    '--lifetime',
    '--header',
    '--response',
    '--passphrase-file',
    '--format',
    '--no-check',
    '--no-jti',
    '--help',
    '--debug',
    '-q',
    '-',
    '--',
  ],
]
const values = [
  'okta',
  'example.okta.com',
  '+5m',
  '1e99',
  'a=b',
  'a={',
  'env:NOTHING',
  'fd:77',
  'ssh-agent:x',
  'nowhere.pem',
  '{}',
  'eyJhbGciOiJFUzI1NiJ9.e30.AA',
]

const words = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...flags) },
    { weight: 4, arbitrary: fc.constantFrom(...values) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  ),
  { maxLength: 8 },
)

it('no words and no input make the command line fail over itself, or print what steers a terminal', async () => {
  const calls = fc.record({ command: fc.constantFrom(...commands), words, input: fc.string({ unit: 'binary', maxLength: 400 }) })
  await fc.assert(
    fc.asyncProperty(calls, async ({ command, words: rest, input }) => {
      const { io, written } = createIo(input)
      const code = await run(
        [...command.split(' '), ...rest].filter((word) => word !== ''),
        io,
        findCommand,
      )
      expect(code, written()).not.toBe(70)
      expect(written()).not.toMatch(/[^\P{Cc}\n]/u)
      if (rest.includes('--json') && !rest.includes('--')) expect(() => JSON.parse(written('stdout'))).not.toThrow()
    }),
    { numRuns: 400 },
  )
})

function createIo(input: string): { readonly io: Io; written(stream?: 'stdout'): string } {
  const out: string[] = []
  const talk: string[] = []
  const stream = (kept: string[]) => ({ isTerminal: false, columns: undefined, write: (text: string) => void kept.push(text) })
  const io: Io = {
    env: {},
    stdin: { isTerminal: false, read: async () => new TextEncoder().encode(input) },
    stdout: stream(out),
    stderr: stream(talk),
    clock: () => new Date('2030-01-01T00:00:00Z'),
    ended: () => new Promise(() => {}),
  }
  return { io, written: (only) => (only === undefined ? [...out, ...talk] : out).join('') }
}
