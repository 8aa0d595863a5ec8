// @ts-check
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

/**
 * What a bundler for browsers makes of a module that takes something from the built library: what is loaded at once, without what
 * is loaded when it is needed.
 *
 * @param {string} text The module, such as `export { createAssertion } from 'pkjwt'`.
 * @returns {Promise<string>}
 */
export async function bundleForBrowsers(text) {
  const folder = await mkdtemp(join(tmpdir(), 'pkjwt-bundle-'))
  try {
    await symlink(fileURLToPath(new URL('../node_modules', import.meta.url)), join(folder, 'node_modules'))
    const input = join(folder, 'entry.mjs')
    await writeFile(input, text)
    const build = await rolldown({ input, platform: 'browser', logLevel: 'silent' })
    const { output } = await build.generate({ format: 'esm', minify: true })
    await build.close()
    const loaded = new Set([output[0].fileName])
    for (const name of loaded) {
      const chunk = output.find(({ fileName }) => fileName === name)
      if (chunk?.type === 'chunk') for (const next of chunk.imports) loaded.add(next)
    }
    return output.map((chunk) => (chunk.type === 'chunk' && loaded.has(chunk.fileName) ? chunk.code : '')).join('\n')
  } finally {
    await rm(folder, { recursive: true })
  }
}
