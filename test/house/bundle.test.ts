import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, expect, it } from 'vitest'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pkjwt-bundle-'))
  await symlink(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'))
})
afterAll(() => rm(folder, { recursive: true }))

it('an app that signs assertions with a key it has carries less than 8 kB, and no rule that only a server runs', async () => {
  const code = await bundle("export { createAssertion } from 'pkjwt'")
  expect(code).not.toContain('scope-not-granted')
  expect(code).not.toContain('client_assertion_invalid_audience')
  expect(gzipSync(code).length).toBeLessThan(8000)
})

/** What a bundler for browsers makes of a module that takes something from the built library. */
async function bundle(text: string): Promise<string> {
  const input = join(folder, 'entry.mjs')
  await writeFile(input, text)
  const build = await rolldown({ input, platform: 'browser', logLevel: 'silent' })
  const { output } = await build.generate({ format: 'esm', minify: true })
  await build.close()
  return output[0].code
}
