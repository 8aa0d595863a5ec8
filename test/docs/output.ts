/**
 * Whether a program printed what a page says. `…` stands for any characters, a line that is `…` alone for any lines.
 * @returns The first line of the page that was not printed
 */
export function findMissingLine(expected: string, printed: string): string | undefined {
  const wanted = trimmed(expected)
  const lines = trimmed(printed)
  let at = 0
  let isFree = false
  for (const line of wanted) {
    if (line === '…') {
      isFree = true
      continue
    }
    const found = isFree ? lines.findIndex((each, index) => index >= at && fits(line, each)) : fits(line, lines[at]) ? at : -1
    if (found < 0) return line
    at = found + 1
    isFree = false
  }
  return isFree || at === lines.length ? undefined : `(the end, in place of ${lines[at]})`
}

function fits(line: string, printed: string | undefined): boolean {
  if (printed === undefined) return false
  const pattern = line.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${pattern.join('.*')}$`).test(printed)
}

function trimmed(text: string): readonly string[] {
  return text
    .trim()
    .split('\n')
    .map((line) => line.trimEnd())
}
