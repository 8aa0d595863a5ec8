// What the benchmarks share: candidates in turns, so that a machine that slows down slows all of them down.
import { appendFileSync } from 'node:fs'

/**
 * Runs candidates in short slices, in random order, and sets each against the limit of the same round.
 *
 * @param options.candidates Functions by name; each call may give a promise.
 * @param options.limit The name of the candidate that the others are measured against.
 * @param options.inFlight How many calls of one candidate run at once. Default 1.
 * @returns By name: `ratio` of throughput to the limit (median of the rounds) and `rate`, calls per second in the best round.
 */
export async function measureInTurns({ candidates, limit, sliceMilliseconds, rounds, inFlight = 1 }) {
  const names = Object.keys(candidates)
  const rates = Object.fromEntries(names.map((name) => [name, []]))
  for (const name of names) await slice(candidates[name], sliceMilliseconds, inFlight)
  for (let round = 0; round < rounds; round += 1) {
    for (const name of shuffled(names)) rates[name].push(await slice(candidates[name], sliceMilliseconds, inFlight))
  }
  return Object.fromEntries(
    names.map((name) => [
      name,
      { ratio: median(rates[name].map((rate, round) => rate / rates[limit][round])), rate: Math.max(...rates[name]) },
    ]),
  )
}

async function slice(call, milliseconds, inFlight) {
  const started = performance.now()
  const end = started + milliseconds
  let calls = 0
  const loop = async () => {
    do {
      const value = call()
      if (value instanceof Promise) await value
      calls += 1
    } while (performance.now() < end)
  }
  await Promise.all(Array.from({ length: inFlight }, loop))
  return (calls * 1000) / (performance.now() - started)
}

export function median(values) {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

function shuffled(values) {
  const copy = [...values]
  for (let index = copy.length - 1; index > 0; index -= 1) {
    const other = Math.floor(Math.random() * (index + 1))
    const kept = copy[index]
    copy[index] = copy[other]
    copy[other] = kept
  }
  return copy
}

/**
 * Hands a comparison to `run.mjs`, for the one table and the plots. Run alone, a benchmark only prints.
 *
 * @param {import('./results.mjs').Row} row
 */
export function recordRatios(row) {
  const file = process.env.PKJWT_BENCH_RESULTS
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(row)}\n`)
}

/** The ratios of `measureInTurns`, without those of the limit. */
export function ratiosOf(measured, limit) {
  return Object.fromEntries(Object.entries(measured).flatMap(([name, { ratio }]) => (name === limit ? [] : [[name, ratio]])))
}

/** Prints rows as a Markdown table, ready for `bench/README.md`. */
export function printTable(title, rows) {
  const columns = Object.keys(rows[0])
  console.log(`\n${title}\n`)
  console.log(`| ${columns.join(' | ')} |`)
  console.log(`| ${columns.map(() => '---').join(' | ')} |`)
  for (const row of rows) console.log(`| ${columns.map((column) => shown(row[column])).join(' | ')} |`)
}

function shown(value) {
  if (typeof value !== 'number') return String(value)
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2)
}
