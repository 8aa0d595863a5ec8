import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

/** What starts a PostgreSQL for tests, which is TypeScript. */
export async function loadPostgres() {
  const path = (name) => fileURLToPath(new URL(name, import.meta.url))
  const folder = path('../node_modules/.cache/pkjwt-bench')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'startPostgres.mjs')
  const build = await rolldown({ input: path('../test/postgres/startPostgres.ts'), platform: 'node', external: ['postgres'] })
  await build.write({ file, format: 'esm' })
  await build.close()
  return import(file)
}
