// @ts-check
// Bundles the command line as CommonJS into both packages: `pkjwt` carries all commands, `@pkjwt/server` its `serve` alone.
// CommonJS starts a tenth faster than ESM, and keeps what a command does not use from being loaded (decisions/0004).
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const path = (/** @type {string} */ name) => fileURLToPath(new URL(`../packages/${name}`, import.meta.url))

/** The library's source goes into the bundle, so that it need not be built before. */
const alias = {
  '#crypto': path('pkjwt/src/keys/crypto.node.ts'),
  'pkjwt/package.json': path('pkjwt/package.json'),
  'pkjwt/errors': path('pkjwt/src/errors.ts'),
  ...Object.fromEntries(
    ['encoding', 'containers', 'keys', 'jwt', 'rules', 'profiles', 'protocol', 'client', 'node'].map((room) => [
      `pkjwt/${room}`,
      path(`pkjwt/src/${room}/index.ts`),
    ]),
  ),
  pkjwt: path('pkjwt/src/index.ts'),
}

/**
 * Two files behind the one that is run: `warm.cjs` has what every start needs, `cold.cjs` all that is reached by import() only. To
 * compile the second costs more than to sign, and whoever signs with a JWK does not pay for it.
 *
 * @param {string} input @param {string} dist @param {string} name
 */
async function bundle(input, dist, name) {
  const build = await rolldown({
    input: { [name]: input },
    platform: 'node',
    // Loaded by import() where a command needs it, because it may be absent.
    external: [/^@pkjwt\/server(\/|$)/, /^node:/],
    resolve: { alias },
    transform: { target: 'node20.19' },
    tsconfig: false,
    preserveEntrySignatures: false,
    // What one room imports lazily, another that is loaded lazily itself may import at once.
    checks: { ineffectiveDynamicImport: false },
  })
  // The bundler keeps a first line that the source has, and two of them do not parse.
  const firstLine = readFileSync(input, 'utf8').startsWith('#!') ? '' : '#!/usr/bin/env node'
  await build.write({
    format: 'cjs',
    dir: dist,
    entryFileNames: '[name].cjs',
    chunkFileNames: `${name}/[name].cjs`,
    codeSplitting: { includeDependenciesRecursively: false, groups: [{ debugName: 'temperature', name: temperature(input) }] },
    minify: true,
    banner: (chunk) => (chunk.isEntry ? firstLine : ''),
  })
  await build.close()
  chmodSync(`${dist}/${name}.cjs`, 0o755)
}

/**
 * @param {string} input
 * @returns {import('rolldown').CodeSplittingNameFunction}
 */
function temperature(input) {
  /** @type {Set<string> | undefined} */
  let warm
  return (id, modules) => {
    warm ??= reachable(input)
    return warm.has(id) ? 'warm' : 'cold'

    /** @param {string} from @param {Set<string>} found */
    function reachable(from, found = new Set()) {
      if (found.has(from)) return found
      found.add(from)
      for (const next of modules.getModuleInfo(from)?.importedIds ?? []) reachable(next, found)
      return found
    }
  }
}

await bundle(path('cli/src/main.ts'), path('pkjwt/dist'), 'cli')
if (existsSync(path('cli/src/serveMain.ts'))) await bundle(path('cli/src/serveMain.ts'), path('server/dist'), 'serve')
