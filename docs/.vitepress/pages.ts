// What the site, llms.txt and the tests know of the pages: docs/index.md is the one list of them.
import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface ListedPage {
  /** From the root of the project. */
  readonly path: string
  readonly title: string
  /** The first sentence: what the reader gets. */
  readonly sentence: string
}

export interface Section {
  readonly title: string
  readonly pages: readonly ListedPage[]
}

export const root = fileURLToPath(new URL('../../', import.meta.url))

/** Reads docs/index.md: its sections, and each page that they link, once. */
export function readIndex(): readonly Section[] {
  const [, ...sections] = readFileSync(`${root}docs/index.md`, 'utf8').split(/^## /m)
  return sections.map((section) => {
    const [title = ''] = section.split('\n')
    const links = [...section.matchAll(/\]\(([^)#:]+\.md)\)/g)].map(([, target = '']) => posix.join('docs', target))
    return { title, pages: [...new Set(links)].map(readListed) }
  })
}

function readListed(path: string): ListedPage {
  const text = readFileSync(root + path, 'utf8').replaceAll(/<!--.*?-->/gs, '')
  const [, heading = path, rest = ''] = /^# (.+)\n([\s\S]*)$/m.exec(text) ?? []
  const paragraph = rest.trim().split(/\n\s*\n/)[0] ?? ''
  const [sentence = ''] = plain(paragraph).split(/(?<=[.!?]) /)
  return { path, title: plain(heading), sentence }
}

/** The text of a line without links and backticks. */
function plain(markdown: string): string {
  return markdown
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[`*]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

/** The address of a heading, as GitHub makes it, so that a link works in both places. */
export function slugOf(heading: string): string {
  const kept = plain(heading)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}\p{Pc} -]/gu, '')
  return kept.replaceAll(' ', '-')
}

/** The pages for machines that read: llmstxt.org. */
export function writeLlmsText(addressOf: (path: string) => string): string {
  const [summary = ''] = /^(?!#).+(?:\n.+)*/m.exec(readFileSync(`${root}docs/index.md`, 'utf8')) ?? []
  const sections = readIndex().map(({ title, pages }) => {
    const lines = pages.map((page) => `- [${page.title}](${addressOf(page.path)}): ${page.sentence}`)
    return `## ${title}\n\n${lines.join('\n')}\n`
  })
  return [`# pkjwt\n\n> ${plain(summary)}\n`, ...sections].join('\n')
}
