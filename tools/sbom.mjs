// @ts-check
// Writes what each published package is made of, as CycloneDX: `npm run sbom`, into `reports/` or the folder that is named. npm says what a
// package depends on; what is built into the page, which comes with all three, is added. A licence that does not go with Apache-2.0 fails.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Licences of which a work under Apache-2.0 may have parts, when their notices are kept. */
const licencesAllowed = ['Apache-2.0', 'MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0']

/** What the bundler puts into the page. `test/house/sbom.test.ts` holds it against what the page imports. */
const builtIntoPage = ['preact']
const pages = { pkjwt: 'dist/page.html', server: 'dist/page.html', page: 'dist/index.html' }

/** @typedef {{ ref: string, dependsOn: string[] }} Edge */
/** @typedef {{ 'bom-ref': string, name: string, version: string, scope?: string, licenses?: { license?: { id?: string }, expression?: string }[] }} Component */

if (process.argv[1] === fileURLToPath(import.meta.url)) writeAll(process.argv[2] ?? join(root, 'reports'))

/** @param {string} folder */
function writeAll(folder) {
  mkdirSync(folder, { recursive: true })
  for (const [name, page] of Object.entries(pages)) {
    const bom = describePackage(name, page)
    const own = bom.metadata.component
    const refused = [...bom.components, ...own.components.flatMap(({ components }) => components)].filter(
      (part) => !isAllowed(part),
    )
    for (const part of refused) console.error(`${own.name} may not have ${part['bom-ref']}: ${JSON.stringify(part.licenses)}`)
    if (refused.length > 0) process.exitCode = 1
    const file = join(folder, `${own.name.replace('@', '').replace('/', '-')}.cdx.json`)
    writeFileSync(file, `${JSON.stringify(bom, null, 2)}\n`)
    console.log(`${file}: ${bom.components.length} components`)
  }
}

/**
 * The document of one package, out of what npm says of the workspace that holds it. All is listed there, and only what the manifest needs is
 * followed: `--omit dev` would also leave out what something else needs for development.
 *
 * @param {string} name @param {string} page
 * @returns {{ metadata: { component: Component & { components: { components: Component[] }[] } }, components: Component[] }}
 */
function describePackage(name, page) {
  const manifest = JSON.parse(readFileSync(`${root}packages/${name}/package.json`, 'utf8'))
  const words = ['sbom', '--sbom-format', 'cyclonedx', '--workspace', manifest.name]
  const bom = JSON.parse(execFileSync('npm', words, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 }))
  const all = /** @type {Component[]} */ (bom.components)
  const find = (/** @type {string} */ ref) => all.find((part) => part['bom-ref'] === ref) ?? fail(`npm sbom does not name ${ref}`)
  const ref = `${manifest.name}@${manifest.version}`
  const declared = Object.entries({ ...manifest.dependencies, ...manifest.optionalDependencies })
  const direct = { ref, dependsOn: declared.map((entry) => find(entry.join('@'))['bom-ref']) }
  const edges = [direct, .../** @type {Edge[]} */ (bom.dependencies).filter((edge) => edge.ref !== ref)]
  const reached = reach(edges, ref)
  const parts = [{ type: 'file', name: page, components: builtIntoPage.map(describeBuiltIn) }]
  return {
    ...bom,
    // npm names a workspace by its folder.
    metadata: { ...bom.metadata, component: { ...find(ref), name: manifest.name, components: parts } },
    components: all.filter((part) => part['bom-ref'] !== ref && reached.has(part['bom-ref'])),
    dependencies: edges.filter((edge) => reached.has(edge.ref)),
  }
}

/** @param {string} message @returns {never} */
function fail(message) {
  throw new Error(message)
}

/** @param {readonly Edge[]} edges @param {string} from */
function reach(edges, from) {
  const reached = new Set([from])
  for (const ref of reached) for (const next of edges.find((edge) => edge.ref === ref)?.dependsOn ?? []) reached.add(next)
  return reached
}

/** @param {string} name */
function describeBuiltIn(name) {
  const { version, license } = JSON.parse(readFileSync(`${root}node_modules/${name}/package.json`, 'utf8'))
  const ref = `${name}@${version}`
  return { 'bom-ref': ref, type: 'library', name, version, purl: `pkg:npm/${ref}`, licenses: [{ license: { id: license } }] }
}

/** Whether a part's licence goes with ours. @param {Pick<Component, 'licenses'>} part */
export function isAllowed({ licenses = [] }) {
  return licenses.length > 0 && licenses.every(({ license }) => licencesAllowed.includes(license?.id ?? ''))
}
