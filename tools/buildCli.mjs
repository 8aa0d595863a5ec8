// @ts-check
// Bundles the command line as CommonJS into both packages: `pkjwt` carries all commands, `@pkjwt/server` its `serve` alone.
// CommonJS starts a tenth faster than ESM, and keeps what a command does not use from being loaded (decisions/0004).
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
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

const shared = {
  platform: /** @type {const} */ ('node'),
  resolve: { alias },
  transform: { target: 'node20.19' },
  tsconfig: false,
  preserveEntrySignatures: /** @type {const} */ (false),
  // A list of rules reads them from their modules, which does nothing: a list that nobody runs may go.
  treeshake: { propertyReadSideEffects: /** @type {const} */ (false) },
  // What one room imports lazily, another that is loaded lazily itself may import at once.
  checks: { ineffectiveDynamicImport: false },
}

/** Loaded by import() where a command needs it, because it may be absent. */
const external = [/^@pkjwt\/server(\/|$)/, /^node:/]

/**
 * The file that is run, and beside it what is reached by import() only.
 *
 * @param {string} input @param {string} dist @param {string} name
 */
async function bundle(input, dist, name) {
  const build = await rolldown({ ...shared, input: { [name]: input }, external })
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
 * What `sign` needs, as one function for `start.cjs` to compile or to take from the code cache. It holds ASCII only, which V8 reads
 * without decoding.
 *
 * @param {string} input @param {string} file @param {string} cold The module that has a bundle of its own.
 */
async function bundleWarm(input, file, cold) {
  const build = await rolldown({ ...shared, input, external, plugins: [leaveOut(cold, './cli/cold.cjs')] })
  // Of what is left out, require is enough, and quicker than import().
  const { output } = await build.generate({ format: 'cjs', codeSplitting: false, minify: true, dynamicImportInCjs: false })
  await build.close()
  const code = output[0].code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  writeFileSync(file, `(function(exports,require){${code}\n})`)
}

/** @param {string} module @param {string} file */
function leaveOut(module, file) {
  return {
    name: 'elsewhere',
    /** @param {string} id @param {string | undefined} importer */
    resolveId: (id, importer) =>
      importer !== undefined && fileURLToPath(new URL(id.replace(/\.js$/, '.ts'), pathToFileURL(importer))) === module
        ? { id: file, external: true }
        : undefined,
  }
}

/**
 * All the rest of the command line, in one file. It carries its own copy of what both need: tree shaking leaves `sign` a small part of
 * the library, and sharing would give it the whole.
 *
 * @param {string} input @param {string} file
 */
async function bundleRest(input, file) {
  const build = await rolldown({ ...shared, input, external })
  await build.write({ format: 'cjs', file, codeSplitting: false, minify: true })
  await build.close()
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

const dist = path('pkjwt/dist')
// The page comes with both: `pkjwt page` opens it, and `serve` serves it.
for (const name of ['pkjwt', 'server']) {
  mkdirSync(path(`${name}/dist`), { recursive: true })
  copyFileSync(path('page/dist/index.html'), path(`${name}/dist/page.html`))
}
mkdirSync(`${dist}/cli`, { recursive: true })
await bundleWarm(path('cli/src/main.ts'), `${dist}/cli/warm.js`, path('cli/src/cold.ts'))
await bundleRest(path('cli/src/cold.ts'), `${dist}/cli/cold.cjs`)
copyFileSync(path('cli/start.cjs'), `${dist}/cli.cjs`)
chmodSync(`${dist}/cli.cjs`, 0o755)
execFileSync(process.execPath, [fileURLToPath(new URL('codeCache.cjs', import.meta.url)), dist])
for (const name of readdirSync(`${dist}/cli`))
  if (!/^(cold\.cjs|warm\.js|warm-.*\.cache)$/.test(name)) rmSync(`${dist}/cli/${name}`)
if (existsSync(path('cli/src/serveMain.ts'))) await bundle(path('cli/src/serveMain.ts'), path('server/dist'), 'serve')
