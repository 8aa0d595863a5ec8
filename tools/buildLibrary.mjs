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
  preserveEntrySignatures: 'allow-extension',
  // What one room imports lazily, another may import at once.
  checks: { ineffectiveDynamicImport: false },
})

/**
 * The modules that `import 'pkjwt'` needs. Error classes stay a file of their own: everything shares them.
 *
 * @returns {import('rolldown').CodeSplittingNameFunction}
 */
function core() {
  /** @type {Set<string> | undefined} */
  let known
  return (id, modules) => {
    known ??= reachable(join(root, 'src/index.ts'))
    return known.has(id) && !id.endsWith('src/errors.ts') ? 'core' : null

    /** @param {string} from @param {Set<string>} found */
    function reachable(from, found = new Set()) {
      if (found.has(from)) return found
      found.add(from)
      for (const next of modules.getModuleInfo(from)?.importedIds ?? []) reachable(next, found)
      return found
    }
  }
}

rmSync(join(root, 'dist/bundled'), { recursive: true, force: true })
await build.write({
  dir: join(root, 'dist/bundled'),
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
  // Each file costs half a millisecond, whatever its size: what the main entry imports at once is one file.
  codeSplitting: { includeDependenciesRecursively: false, groups: [{ debugName: 'core', name: core() }] },
})
await build.close()
