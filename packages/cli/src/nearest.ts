/** The name that was most likely meant: a typing mistake or two away, or the beginning of one name only. */
export function findNearest(typed: string, names: readonly string[]): string | undefined {
  const word = typed.slice(0, 60).toLowerCase()
  const begun = names.filter((name) => word.length > 2 && name.startsWith(word))
  if (begun.length === 1) return begun[0]
  const ranked = names.map((name) => ({ name, steps: stepsBetween(word, name) })).sort((one, other) => one.steps - other.steps)
  const [best] = ranked
  return best !== undefined && best.steps <= Math.max(1, Math.floor(best.name.length / 3)) ? best.name : undefined
}

/** How many letters must be added, taken away, changed or swapped (optimal string alignment). */
function stepsBetween(one: string, other: string): number {
  let before: number[] = []
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]
      const steps = [at(row, j) + 1, at(next, j - 1) + 1, at(row, j - 1) + same, swapped ? at(before, j - 2) + 1 : Infinity]
      next.push(Math.min(...steps))
    }
    before = row
    row = next
  }
  return at(row, other.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity
}
