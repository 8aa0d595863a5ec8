// @ts-check
// What was measured: kept in results.json, shown as one table and as plots in README.md.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { arch, cpus, loadavg } from 'node:os'
import { plot, shownRatio } from './plot.mjs'

/**
 * How fast candidates were, against a limit whose speed is 1. More is better.
 *
 * @typedef {object} Row
 * @property {string} what
 * @property {string} limit
 * @property {number} [target] What pkjwt has to reach.
 * @property {Readonly<Record<string, number>>} ratios By candidate; those that start with `pkjwt` are ours.
 */

/** @typedef {{ date: string, node: string, cpu: string, load: number, rows: readonly Row[] }} Section */

const path = (/** @type {string} */ name) => new URL(name, import.meta.url)

/** Titles of the benchmarks that are compared as ratios, in the order of the table. */
export const titles = {
  sign: 'Signing',
  verify: 'Verifying',
  keys: 'Reading a key and signing once',
  client: 'The token client',
  process: 'The command line, start to end',
  token: 'The token endpoint',
}

/** @returns {Readonly<Record<string, Section>>} */
export function readResults() {
  return JSON.parse(readFileSync(path('results.json'), 'utf8'))
}

/** Keeps what one benchmark measured in this run, in place of what it measured before. @param {string} name @param {readonly Row[]} rows */
export function keepResults(name, rows) {
  const kept = { ...readResults(), [name]: { ...machine(), rows } }
  const ordered = Object.fromEntries(Object.keys(titles).flatMap((each) => (each in kept ? [[each, kept[each]]] : [])))
  writeFileSync(path('results.json'), `${JSON.stringify(ordered, undefined, 2)}\n`)
}

function machine() {
  const model = cpus()[0]?.model.trim() || arch()
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    cpu: `${cpus().length} × ${model}`,
    load: Math.round(loadavg()[0] ?? 0),
  }
}

/** Everything that was measured, as one Markdown table. @param {Readonly<Record<string, Section>>} results */
export function writeTable(results) {
  const lines = Object.entries(results).flatMap(([name, { rows }]) =>
    rows.map(({ what, limit, target, ratios }) => {
      const entries = Object.entries(ratios).map(([candidate, ratio]) => /** @type {const} */ ([candidate, shownRatio(ratio)]))
      const ours = entries.filter(([candidate]) => candidate.startsWith('pkjwt'))
      const peers = entries.filter(([candidate]) => !candidate.startsWith('pkjwt'))
      const own = ours.map(([candidate, ratio]) => (candidate === 'pkjwt' ? `**${ratio}**` : `${candidate} ${ratio}`)).join(', ')
      const beside = peers.map((peer) => peer.join(' ')).join(', ')
      return `| ${titleOf(name)} | ${what} | ${limit} | ${own} | ${target === undefined ? '' : shownRatio(target)} | ${beside} |`
    }),
  )
  return ['| | what | 1.00 is | pkjwt | target | others |', '| --- | --- | --- | --- | --- | --- |', ...lines].join('\n')
}

/** The plots by file name. @param {Readonly<Record<string, Section>>} results */
export function writePlots(results) {
  return Object.fromEntries(
    Object.entries(results).map(([name, section]) => [
      `${name}.svg`,
      plot({ title: `${titleOf(name)}: longer is faster`, note: noteOf(section), rows: section.rows }),
    ]),
  )
}

/** The part of README.md between the two marks. @param {Readonly<Record<string, Section>>} results */
export function writeOverview(results) {
  const pictures = Object.entries(results).map(
    ([name, section]) => `![${titleOf(name)}, as bars: the figures are in the table](plots/${name}.svg)\n\n${noteOf(section)}.`,
  )
  const busy = Object.values(results).some(isBusy)
  const warning = busy
    ? '**Some of it was measured on a busy machine and is to be measured again; the chapters below have better figures.**\n\n'
    : ''
  return `${marks[0]}\n\n${warning}${writeTable(results)}\n\n${pictures.join('\n\n')}\n\n${marks[1]}`
}

export const marks = /** @type {const} */ (['<!-- measured: npm run bench -->', '<!-- measured: end -->'])

/** Brings plots and README.md up to what results.json holds. */
export function refresh() {
  const results = readResults()
  mkdirSync(path('plots'), { recursive: true })
  for (const [name, text] of Object.entries(writePlots(results))) writeFileSync(path(`plots/${name}`), text)
  const readme = readFileSync(path('README.md'), 'utf8')
  const [before = '', rest = ''] = readme.split(marks[0])
  const [, after = ''] = rest.split(marks[1])
  writeFileSync(path('README.md'), `${before}${writeOverview(results)}${after}`)
  return writeTable(results)
}

/** @param {string} name */
const titleOf = (name) => titles[/** @type {keyof typeof titles} */ (name)]

/** @param {Section} section */
function noteOf(section) {
  const { date, node, cpu, load } = section
  return `${date}, Node ${node.slice(1)}, ${cpu}, load ${load}${isBusy(section) ? ': too busy for figures to rely on' : ''}`
}

/** Whether more ran than the machine has cores. @param {Section} section */
const isBusy = ({ cpu, load }) => load > Number.parseInt(cpu, 10)
