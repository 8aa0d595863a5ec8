import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../../../shared/vectors/', import.meta.url))

/**
 * Whether the vectors of others are at hand: they lie beside the project, not in it. Where they are absent their tests are passed over,
 * except in CI, where that is a failure.
 */
export const hasVectors = existsSync(folder) || failInCi()

function failInCi(): false {
  if (process.env['CI']) throw new Error(`the test vectors are missing: ${folder}`)
  return false
}

/** Reads one file of vectors. */
export function readVectors<Content>(path: string): Content {
  return JSON.parse(readFileSync(`${folder}${path}`, 'utf8')) as Content
}
