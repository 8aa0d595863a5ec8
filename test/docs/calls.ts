import { readFileSync } from 'node:fs'
import { everywhere } from '../../packages/cli/src/command.js'
import { commandNames, splitCommand } from '../../packages/cli/src/commandNames.js'
import { findCommand } from '../../packages/cli/src/commands.js'
import { parseWords, readFlags } from '../../packages/cli/src/flags.js'
import { root } from './page.js'

const { scripts, devDependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as Record<
  'scripts' | 'devDependencies',
  Readonly<Record<string, string>>
>

/** Looks at a call that was not run. It throws when `pkjwt` has no such command or flag, or this project no such script. */
export async function checkCall(words: readonly string[]): Promise<void> {
  const [program, first = '', ...rest] = words
  if (program === 'npx') await (first === '@pkjwt/server' ? checkCommand(['serve', ...rest]) : checkCall([first, ...rest]))
  if (program === 'pkjwt') await checkCommand([first, ...rest])
  if (program === 'npm') checkNpm(first, rest)
}

/** Looks at words behind `pkjwt`. */
export async function checkCommand(words: readonly string[]): Promise<void> {
  const { name, rest } = splitCommand(words)
  if (name === undefined && rest.every((word) => ['--help', '--version'].includes(word))) return
  const { flags, wordsMax = 0 } = await findCommand(name ?? '')
  const { given, positionals } = parseWords(rest, { ...everywhere, ...flags })
  readFlags(flags, given)
  if (positionals.length > wordsMax) throw new Error(`pkjwt ${name} does not take ${positionals.at(-1)}`)
}

function checkNpm(verb: string, words: readonly string[]): void {
  const script = verb === 'run' ? words[0] : ['test', 'start'].includes(verb) ? verb : undefined
  if (script !== undefined && scripts[script] === undefined) throw new Error(`there is no npm run ${script}`)
  if (!['install', 'i', 'add'].includes(verb)) return
  const known = ['pkjwt', '@pkjwt/server', '@pkjwt/page', ...Object.keys(devDependencies)]
  const unknown = words.filter((word) => !/^-|\.tgz$/.test(word) && !known.includes(word.replace(/(?<=.)@.*/, '')))
  if (unknown.length > 0) throw new Error(`nothing here is tested with ${unknown}`)
}

/** The names of commands that a text mentions, with their flags: `pkjwt key show`, `pkjwt app …`. */
export async function checkMentions(text: string): Promise<void> {
  for (const [, mention = ''] of text.matchAll(/`(?:npx )?pkjwt ([^`\n…][^`\n]*)`/g)) {
    const words = mention.split(/\s+/)
    if (!mention.includes('…')) await checkCommand(words)
    else if (!commandNames.some((name) => name.startsWith(words[0] ?? ''))) throw new Error(`there is no pkjwt ${words[0]}`)
  }
}
