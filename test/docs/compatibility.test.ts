import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const document = readFileSync(new URL('../../docs/okta-compatibility.md', import.meta.url), 'utf8')
const rows = document
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| Behaviour') && !line.startsWith('| ---'))

describe('docs/okta-compatibility.md', () => {
  it.each(rows.map((row) => [row.slice(2, 80), row]))('names a test that exists: %s', (_start, row) => {
    const [, path = '', title = ''] = /\[\w+\]\(([^)]+)\) `(.+)` \|$/.exec(row) ?? []
    const file = new URL(path, new URL('../../docs/', import.meta.url))
    expect(existsSync(file), `${path} exists`).toBe(true)
    expect(readFileSync(file, 'utf8')).toContain(title)
  })
})
