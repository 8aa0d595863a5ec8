import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { plot, shownRatio } from '../../bench/plot.mjs'
import { readResults, writeOverview, writePlots } from '../../bench/results.mjs'
import { root } from './packed.js'

const read = (path: string) => readFileSync(join(root, 'bench', path), 'utf8')

describe('bench/', () => {
  it('shows in its table what results.json holds', () => {
    expect(read('README.md')).toContain(writeOverview(readResults()))
  })

  it('shows in its plots what results.json holds', () => {
    const plots = writePlots(readResults())
    expect(readdirSync(join(root, 'bench/plots')).sort()).toEqual(Object.keys(plots).sort())
    for (const [name, text] of Object.entries(plots)) expect(read(`plots/${name}`)).toBe(text)
  })

  it('compares everything that is promised', () => {
    expect(Object.keys(readResults())).toEqual(['sign', 'verify', 'keys', 'client', 'process', 'token'])
  })
})

describe('a plot', () => {
  const row = { what: 'a < b', limit: 'bare', target: 0.8, ratios: { pkjwt: 0.5, other: 0.25 } }
  const drawn = plot({ title: 'Signing', note: 'today', rows: [row] })

  it('says the same in words', () => {
    expect(drawn).toContain('<title id="title">Signing</title>')
    expect(drawn).toContain('<desc id="desc">a &lt; b, as a ratio to bare: pkjwt 0.50, other 0.25; target 0.80.</desc>')
  })

  it('draws a bar twice as long for what is twice as fast', () => {
    const [ours = 0, other = 0] = [...drawn.matchAll(/<rect class="(?:ours|other)"[^>]* width="([\d.]+)"/g)].map(([, width]) =>
      Number(width),
    )
    expect(ours / other).toBeCloseTo(2, 1)
  })

  it('draws the target only where there is one', () => {
    const { target: _, ...without } = row
    expect(drawn).toContain('<line class="target"')
    expect(plot({ title: 'Signing', note: 'today', rows: [without] })).not.toContain('<line class="target"')
  })

  it('is for light and dark', () => {
    expect(drawn).toContain('@media (prefers-color-scheme: dark)')
  })
})

it('a ratio is never shown as nothing', () => {
  expect([1, 0.004, 0.000123].map(shownRatio)).toEqual(['1.00', '0.004', '0.0001'])
})
