import { writeFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { defineConfig, type MarkdownOptions } from 'vitepress'
import { readIndex, root, slugOf, writeLlmsText } from './pages.js'

/** Pages outside docs/ that belong to the site, and where they lie in it. */
const rewrites: Readonly<Record<string, string>> = {
  'docs/:path(.*)': ':path',
  'decisions/README.md': 'decisions/index.md',
  'bench/README.md': 'bench/index.md',
}

const isInSite = (path: string) => path.endsWith('.md') && !/^(?:README\.md$|packages\/|examples\/|test\/|tools\/|\.)/.test(path)

/** Where a page lies in the site. */
const addressOf = (path: string) =>
  `/${path
    .replace(/^docs\//, '')
    .replace(/(?:^|(?<=\/))(?:README|index)\.md$/, '')
    .replace(/\.md$/, '')}`

type MarkdownIt = Parameters<NonNullable<MarkdownOptions['config']>>[0]

type Token = Parameters<Parameters<MarkdownIt['core']['ruler']['push']>[1]>[0]['tokens'][number]

/** Links go from file to file, as on GitHub: here each becomes an address of the site. */
function translateLinks(markdown: MarkdownIt): void {
  markdown.core.ruler.push('translate_links', ({ tokens, env }) => {
    const folder = posix.dirname(posix.relative(root, env.realPath ?? env.path))
    for (const token of tokens) {
      // Words behind the language are for the tests.
      if (token.type === 'fence') token.info = token.info.split(' ')[0] ?? ''
      const links = (token.children ?? []).filter(({ type }) => type === 'link_open' || type === 'link_close')
      for (let index = 0; index < links.length; index += 2) translateLink(links.slice(index, index + 2), folder)
    }
  })
}

/** One to a source file leads nowhere, and only its text stays. */
function translateLink(ends: readonly Token[], folder: string): void {
  const target = ends[0]?.attrGet('href') ?? ''
  if (/^(?:[a-z]+:|#)/.test(target)) return
  const [path = '', anchor] = target.split('#')
  const file = posix.join(folder, decodeURI(path))
  if (isInSite(file)) ends[0]?.attrSet('href', addressOf(file) + (anchor === undefined ? '' : `#${anchor}`))
  else for (const end of ends) Object.assign(end, { type: end.type.replace('link', 'span'), tag: 'span', attrs: null })
}

export default defineConfig({
  title: 'pkjwt',
  description: 'From a private key to an access token, and nothing of the key ever leaves your machine',
  lang: 'en-GB',
  // No picture in the tab, and no request for one.
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  srcDir: '..',
  srcExclude: ['README.md', ...['packages', 'examples', 'test', 'tools', '.*', 'reports'].map((folder) => `${folder}/**`)],
  rewrites,
  cleanUrls: true,
  markdown: {
    anchor: { slugify: slugOf },
    config: translateLinks,
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    sidebar: readIndex().map(({ title, pages }) => ({
      text: title,
      items: pages.map((page) => ({ text: page.title, link: addressOf(page.path) })),
    })),
  },
  buildEnd({ outDir }) {
    writeFileSync(join(outDir, 'llms.txt'), writeLlmsText(addressOf))
  },
})
