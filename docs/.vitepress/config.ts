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
const addressOf = (path: string) => `/${path.replace(/^docs\//, '').replace(/(?:^|(?<=\/))(?:README|index)\.md$/, '').replace(/\.md$/, '')}`

type MarkdownIt = Parameters<NonNullable<MarkdownOptions['config']>>[0]

/** Links go from file to file, as on GitHub: here each becomes an address of the site. One to a source file leads nowhere, and its text stays. */
function translateLinks(markdown: MarkdownIt): void {
  markdown.core.ruler.push('translate_links', ({ tokens, env }) => {
    const page = posix.relative(root, env.realPath ?? env.path)
    for (const { children } of tokens) {
      let isUnlinking = false
      for (const token of children ?? []) {
        if (token.type !== 'link_open' && token.type !== 'link_close') continue
        const target = String(token.attrGet('href') ?? '')
        if (token.type === 'link_open' && !/^(?:[a-z]+:|#)/.test(target)) {
          const [path = '', anchor] = target.split('#')
          const file = posix.join(posix.dirname(page), decodeURI(path))
          isUnlinking = !isInSite(file)
          token.attrSet('href', addressOf(file) + (anchor === undefined ? '' : `#${anchor}`))
        }
        if (isUnlinking) {
          token.tag = 'span'
          token.attrs = null
          isUnlinking = token.type === 'link_open'
          // The renderer of links is not for it.
          token.type = token.type === 'link_open' ? 'span_open' : 'span_close'
        }
      }
    }
  })
}

export default defineConfig({
  title: 'pkjwt',
  description: 'From a private key to an access token, and nothing of the key ever leaves your machine',
  lang: 'en-GB',
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
