// @ts-check
// How the demo talks: numbered steps, a line of reason, and members with what they mean. Eighty columns, colours by terminal rules.
import process from 'node:process'

const { env, stdout } = process
const isColourful = env['NO_COLOR'] ? false : Boolean(env['FORCE_COLOR']) || (stdout.isTTY && env['TERM'] !== 'dumb')
const columns = Math.min(80, stdout.columns ?? 80)

/** @param {number} on @param {number} off */
const style = (on, off) => (/** @type {string} */ text) => (isColourful ? `\u001b[${on}m${text}\u001b[${off}m` : text)

export const bold = style(1, 22)
export const dim = style(2, 22)
export const red = style(31, 39)
export const green = style(32, 39)
export const yellow = style(33, 39)
export const cyan = style(36, 39)

let steps = 0

/** Begins a step: what happens, and why. @param {string} title @param {string} why */
export function step(title, why) {
  steps += 1
  say(`\n${cyan(`${steps}`)}  ${bold(title)}`)
  for (const line of wrap(why, columns - 3)) say(`   ${dim(line)}`)
}

/** Shows members, each with what it means. @param {readonly (readonly [name: string, value: string, meaning?: string])[]} rows */
export function show(rows) {
  const nameWidth = Math.max(...rows.map(([name]) => name.length))
  for (const [name, value, meaning] of rows) {
    const [first = '', ...rest] = chop(value, columns - nameWidth - 8)
    const isRoom = meaning !== undefined && nameWidth + first.length + meaning.length + 9 <= columns
    say(`     ${yellow(name.padEnd(nameWidth))}  ${first}${isRoom ? dim(`  ${meaning}`) : ''}`)
    for (const line of rest) say(`     ${' '.repeat(nameWidth)}  ${line}`)
    if (meaning !== undefined && !isRoom) {
      for (const line of wrap(meaning, columns - nameWidth - 8)) say(`     ${' '.repeat(nameWidth)}  ${dim(line)}`)
    }
  }
}

/** Says that it worked. @param {string} sentence */
export function done(sentence) {
  for (const [index, line] of wrap(sentence, columns - 5).entries()) say(`   ${index === 0 ? green('✓') : ' '} ${line}`)
}

/** Says that the server refused. @param {string} sentence */
export function refused(sentence) {
  for (const [index, line] of wrap(sentence, columns - 5).entries()) say(`   ${index === 0 ? red('✗') : ' '} ${line}`)
}

/** @param {string} line */
export function say(line) {
  stdout.write(`${line}\n`)
}

/** A token as it may be shown: its first characters, and how long it is. @param {string} token */
export function shortened(token) {
  return `${token.slice(0, 12)}… (${token.length} characters)`
}

/** @param {string} text @param {number} width */
function wrap(text, width) {
  /** @type {string[]} */
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines
}

/** @param {string} text @param {number} width */
function chop(text, width) {
  return text.match(new RegExp(`.{1,${Math.max(10, width)}}`, 'gu')) ?? ['']
}
