import { createHash } from 'node:crypto'
import type { Plugin } from 'vite'

/**
 * Puts the page's policy in front of everything it rules over: no network at all, and no script or style but the inlined ones, each
 * named by its hash. Whoever changes a byte of them has a page that does nothing.
 */
export function contentPolicy(): Plugin {
  return {
    name: 'content-policy',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        for (const output of Object.values(bundle)) {
          if (output.type === 'asset' && output.fileName.endsWith('.html')) output.source = withPolicy(String(output.source))
        }
      },
    },
  }
}

function withPolicy(html: string): string {
  const policy = [
    "default-src 'none'",
    `script-src ${hashes(html, /<script\b[^>]*>([\s\S]*?)<\/script>/g)}`,
    `style-src ${hashes(html, /<style\b[^>]*>([\s\S]*?)<\/style>/g)}`,
    // The icon in the tab, written out in the file itself.
    'img-src data:',
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
    // No text can become script by way of the DOM either.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
  // A function, because a "$" in the code would be taken for a placeholder of the replacement.
  return html.replace(
    /<meta charset="utf-8">/i,
    (meta) => `${meta}\n<meta http-equiv="Content-Security-Policy" content="${policy}">`,
  )
}

function hashes(html: string, elements: RegExp): string {
  const found = Array.from(html.matchAll(elements), ([, text = '']) => createHash('sha256').update(text).digest('base64'))
  if (found.length === 0) throw new Error(`Cannot write the policy: nothing in the page matches ${elements}`)
  return found.map((hash) => `'sha256-${hash}'`).join(' ')
}
