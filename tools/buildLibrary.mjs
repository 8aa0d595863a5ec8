// @ts-check
// Bundles the library for Node: one file for each entry of its `exports`, and chunks that they share, so that a class is one class
// whichever entry it came from. A hundred small files take three times as long to import (decisions/0008). Browsers and their bundlers
// get the small files, of which they take what is used.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const root = fileURLToPath(new URL('../packages/pkjwt/', import.meta.url))
const rooms = ['encoding', 'containers', 'keys', 'jwt', 'rules', 'profiles', 'protocol', 'client', 'node']
const entries = ['index', 'errors', ...rooms.map((room) => `${room}/index`)]

const build = await rolldown({
  input: Object.fromEntries(entries.map((entry) => [entry, join(root, 'src', `${entry}.ts`)])),
  platform: 'node',
  resolve: { alias: { '#crypto': join(root, 'src/keys/crypto.node.ts') } },
  transform: { target: 'node20.19' },
  tsconfig: false,
  // What one room imports lazily, another may import at once.
  checks: { ineffectiveDynamicImport: false },
})
rmSync(join(root, 'dist/bundled'), { recursive: true, force: true })
await build.write({
  dir: join(root, 'dist/bundled'),
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
})
await build.close()
