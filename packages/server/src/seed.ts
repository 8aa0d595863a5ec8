export { applySeed } from './seed/apply.js'
export { readSeed } from './seed/read.js'
