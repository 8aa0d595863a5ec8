import { expect, it } from 'vitest'
import { type ColourChoice, paintFor } from './colour.js'

const terminal = { isTerminal: true, columns: 80, write: () => undefined }
const file = { isTerminal: false, columns: undefined, write: () => undefined }
const isColourful = (stream: typeof terminal | typeof file, env: Record<string, string>, choice: ColourChoice = 'auto') =>
  paintFor(stream, env, choice).red('x') !== 'x'

it.each([
  ['a terminal', terminal, {}, 'auto', true],
  ['a file', file, {}, 'auto', false],
  ['a terminal with NO_COLOR', terminal, { NO_COLOR: '1' }, 'auto', false],
  ['a terminal with an empty NO_COLOR', terminal, { NO_COLOR: '' }, 'auto', true],
  ['a dumb terminal', terminal, { TERM: 'dumb' }, 'auto', false],
  ['a file with FORCE_COLOR', file, { FORCE_COLOR: '1' }, 'auto', true],
  ['a file with CLICOLOR_FORCE', file, { CLICOLOR_FORCE: '1' }, 'auto', true],
  ['a terminal with FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, 'auto', false],
  ['NO_COLOR before FORCE_COLOR', file, { NO_COLOR: '1', FORCE_COLOR: '1' }, 'auto', false],
  ['what is typed before NO_COLOR', file, { NO_COLOR: '1' }, 'always', true],
  ['what is typed before the terminal', terminal, {}, 'never', false],
] as const)('colours on %s', (_, stream, env, choice, expected) => {
  expect(isColourful(stream, env, choice)).toBe(expected)
})
