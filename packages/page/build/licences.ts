import { readFileSync } from 'node:fs'
import type { Plugin } from 'vite'

/** Puts the licences of what the page is made of at its end, so that every copy of the file carries them. */
export function licences(): Plugin {
  const text = readFileSync(new URL('../THIRD-PARTY-LICENSES', import.meta.url), 'utf8')
  return {
    name: 'licences',
    transformIndexHtml: {
      order: 'post',
      handler: (html) => html.replace('</html>', () => `<!--\n${text}-->\n</html>`),
    },
  }
}
