// @ts-check
// Draws what one benchmark measured as an SVG: a group of bars for each case, the limit and the target as lines. It reads in light and dark.

const width = 760
const barHeight = 18
const left = 250
const right = 70
const groupGap = 34

/**
 * @param {object} options
 * @param {string} options.title
 * @param {string} options.note Where and when it was measured.
 * @param {readonly import('./results.mjs').Row[]} options.rows
 * @returns {string}
 */
export function plot({ title, note, rows }) {
  const most = Math.max(1.1, ...rows.flatMap(({ ratios, target }) => [...Object.values(ratios), target ?? 0]))
  const x = (/** @type {number} */ ratio) => round(left + (ratio / most) * (width - left - right))
  let y = 64
  const groups = rows.map((row) => {
    const drawn = drawGroup(row, y, x)
    y += groupGap + barHeight * Object.keys(row.ratios).length
    return drawn
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y + 10}" width="${width}" height="${y + 10}" role="img" aria-labelledby="title desc" font-family="system-ui, sans-serif" font-size="13">
<title id="title">${escapeXml(title)}</title>
<desc id="desc">${escapeXml(describe(rows))}</desc>
<style>
  .back { fill: #fff } text { fill: #1f2328 } .soft { fill: #59636e } .ours { fill: #0969da } .other { fill: #afb8c1 }
  .limit { stroke: #59636e } .target { stroke: #bc4c00 } .aim { fill: #bc4c00 }
  @media (prefers-color-scheme: dark) {
    .back { fill: #0d1117 } text { fill: #f0f6fc } .soft { fill: #9198a1 } .ours { fill: #4493f8 } .other { fill: #59636e }
    .limit { stroke: #9198a1 } .target { stroke: #f0883e } .aim { fill: #f0883e }
  }
</style>
<rect class="back" width="100%" height="100%" rx="6"/>
<text x="16" y="26" font-size="16" font-weight="600">${escapeXml(title)}</text>
<text class="soft" x="16" y="46">${escapeXml(note)}</text>
${groups.join('\n')}
</svg>
`
}

/** @param {import('./results.mjs').Row} row @param {number} top @param {(ratio: number) => number} x */
function drawGroup({ what, limit, target, ratios }, top, x) {
  const names = Object.keys(ratios)
  const bottom = top + 22 + barHeight * names.length
  const bars = names.map((name, index) => {
    const y = top + 22 + barHeight * index
    const ratio = ratios[name] ?? 0
    const isOurs = name.startsWith('pkjwt')
    return `<text x="${left - 8}" y="${y + 13}" text-anchor="end"${isOurs ? ' font-weight="600"' : ''}>${escapeXml(name)}</text>
<rect class="${isOurs ? 'ours' : 'other'}" x="${left}" y="${y + 2}" width="${Math.max(1, round(x(ratio) - left))}" height="${barHeight - 4}" rx="2"/>
<text x="${width - 16}" y="${y + 13}" text-anchor="end"${isOurs ? ' font-weight="600"' : ''}>${shownRatio(ratio)}</text>`
  })
  const limitLine = `<line class="limit" x1="${x(1)}" x2="${x(1)}" y1="${top + 18}" y2="${bottom}" stroke-dasharray="2 3"/>`
  const aim =
    target === undefined
      ? ''
      : `<line class="target" x1="${x(target)}" x2="${x(target)}" y1="${top + 18}" y2="${bottom}" stroke-width="2"/>
<text class="aim" x="${width - 16}" y="${top + 13}" text-anchor="end">target ${shownRatio(target)}</text>`
  return `<text x="16" y="${top + 13}" font-weight="600">${escapeXml(what)} <tspan class="soft" font-weight="400">1.00 = ${escapeXml(limit)}</tspan></text>
${bars.join('\n')}
${limitLine}${aim}`
}

/** The same in words. @param {readonly import('./results.mjs').Row[]} rows */
function describe(rows) {
  return rows
    .map(({ what, limit, target, ratios }) => {
      const values = Object.entries(ratios).map(([name, ratio]) => `${name} ${shownRatio(ratio)}`)
      return `${what}, as a ratio to ${limit}: ${values.join(', ')}${target === undefined ? '' : `; target ${shownRatio(target)}`}.`
    })
    .join(' ')
}

/** A ratio with two digits after the point, or the first that is not zero. @param {number} ratio */
export function shownRatio(ratio) {
  return ratio !== 0 && ratio < 0.01 ? String(Number(ratio.toPrecision(1))) : ratio.toFixed(2)
}

const round = (/** @type {number} */ value) => Math.round(value * 10) / 10

/** @param {string} text */
function escapeXml(text) {
  return text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? '&quot;')
}
