import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readIndex, slugOf, writeLlmsText } from '../../docs/.vitepress/pages.js'
import { readPages, root } from './page.js'

// Every page that somebody may read here, whatever folder it lies in.
const paths = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(root + path) && !/^(?:\.changeset|test)\//.test(path))

describe('the links of a page', () => {
  it.each(paths)('%s', (path) => {
    expect(linksOf(path).flatMap((link) => faultOf(link, path) ?? [])).toEqual([])
  })
})

it('docs/index.md leads to every page', () => {
  const listed = new Set(readIndex().flatMap(({ pages }) => pages.map(({ path }) => path)))
  const inDocs = readPages().map(({ path }) => path)
  expect(inDocs.filter((path) => path.startsWith('docs/') && path !== 'docs/index.md' && !listed.has(path))).toEqual([])
})

it('every page says in a first sentence what it gives', () => {
  const pages = readIndex().flatMap((section) => section.pages)
  expect(pages.filter(({ title, sentence }) => title.endsWith('.md') || !/^.{20,400}[.:?]$/.test(sentence))).toEqual([])
})

// Write it again with: npx vitest run test/docs -u
it('llms.txt lists the pages as they are', async () => {
  await expect(writeLlmsText((path) => path)).toMatchFileSnapshot('../../llms.txt')
})

/** Targets of links and images, outside of code. */
function linksOf(path: string): readonly string[] {
  const text = withoutCode(readFileSync(root + path, 'utf8'))
  const inline = [...text.matchAll(/\]\((?:<([^>]+)>|([^\s)]+))(?:\s+"[^"]*")?\)/g)].map(
    ([, bracketed, bare]) => bracketed ?? bare,
  )
  const inHtml = [...text.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, target]) => target)
  return [...inline, ...inHtml].filter((target) => target !== undefined)
}

function faultOf(link: string, page: string): string | undefined {
  if (/^(?:https:|mailto:)/.test(link)) return undefined
  if (/^[a-z]+:/.test(link)) return `${link}: not https`
  const [target = '', anchor] = link.split('#')
  const file = target === '' ? page : posix.join(posix.dirname(page), decodeURI(target))
  if (!existsSync(root + file)) return `${link}: there is no ${file}`
  if (anchor === undefined || !file.endsWith('.md')) return undefined
  return anchorsOf(file).has(decodeURI(anchor)) ? undefined : `${link}: ${file} has no such heading`
}

function anchorsOf(path: string): ReadonlySet<string> {
  const slugs = [...withoutFences(readFileSync(root + path, 'utf8')).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    slugOf(heading),
  )
  const seen = new Map<string, number>()
  // A heading that comes again gets a number, as on GitHub.
  const anchors = slugs.map((slug) => {
    const count = seen.get(slug) ?? 0
    seen.set(slug, count + 1)
    return count === 0 ? slug : `${slug}-${count}`
  })
  return new Set(anchors)
}

function withoutFences(text: string): string {
  return text.replaceAll(/^ *(`{3,})[^\n]*\n[\s\S]*?^ *\1 *$/gm, '')
}

function withoutCode(text: string): string {
  return withoutFences(text).replaceAll(/`[^`\n]*`/g, '`')
}
