// @ts-check
// The server reads its numbered migrations beside its compiled store; tsc copies none of them.
import { cpSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const migrations = (/** @type {string} */ folder) =>
  fileURLToPath(new URL(`../packages/server/${folder}/store/migrations`, import.meta.url))

rmSync(migrations('dist'), { recursive: true, force: true })
cpSync(migrations('src'), migrations('dist'), { recursive: true })
