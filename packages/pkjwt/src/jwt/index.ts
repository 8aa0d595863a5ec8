export * from './kind.js'
export * from './parse.js'
export * from './sign.js'
export * from './verify.js'
