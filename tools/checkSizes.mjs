// @ts-check
// Holds the sizes of what users load against `.size-limit.json`: bundles of apps that take one thing from the library, and built files.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bundleForBrowsers } from './bundleForBrowsers.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const bundles = {
  sign: "export { createAssertion } from 'pkjwt'",
  client: "export { createTokenClient } from 'pkjwt'",
  whole: "export * from 'pkjwt'",
}

mkdirSync(`${root}reports/sizes`, { recursive: true })
for (const [name, text] of Object.entries(bundles))
  writeFileSync(`${root}reports/sizes/${name}.js`, await bundleForBrowsers(text))
const { status } = spawnSync(process.execPath, [`${root}node_modules/size-limit/bin.js`], { cwd: root, stdio: 'inherit' })
process.exitCode = status ?? 1
