export type { ApplySeedOptions, SeedDifference } from './seed/apply.js'
export { applySeed } from './seed/apply.js'
export type { Seed, SeedApp } from './seed/read.js'
export { readSeed } from './seed/read.js'
