import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { viteSingleFile } from 'vite-plugin-singlefile'
import { contentPolicy } from './build/contentPolicy.js'
import { licences } from './build/licences.js'

const { version } = readPackage()
const library = (path: string) => fileURLToPath(new URL(`../pkjwt/src/${path}`, import.meta.url))

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // The library's source, so that nothing has to be built before; and its half for browsers.
  resolve: {
    alias: [
      { find: /^#crypto$/, replacement: library('keys/crypto.web.ts') },
      { find: /^pkjwt\/errors$/, replacement: library('errors.ts') },
      { find: /^pkjwt\/(encoding|containers|keys|jwt|rules|profiles|protocol|client)$/, replacement: library('$1/index.ts') },
    ],
  },
  define: { __VERSION__: JSON.stringify(version) },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [viteSingleFile({ removeViteModuleLoader: true }), licences(), contentPolicy()],
  build: {
    target: 'es2023',
    // Everything lands in one file: there is nothing to load ahead, and no code for it is wanted.
    modulePreload: false,
    reportCompressedSize: false,
  },
})

function readPackage(): { version: string } {
  return JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'))
}
