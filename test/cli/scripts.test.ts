import { readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'vitest'
import { readScript, runCase } from './script.js'

const folder = new URL('./scripts/', import.meta.url)

describe.each(readdirSync(folder))('%s', (file) => {
  const script = readScript(readFileSync(new URL(file, folder), 'utf8'))
  it.concurrent.each(script.cases)('$title', (each) => runCase(script, each))
})
