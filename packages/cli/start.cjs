#!/usr/bin/env node
// Starts the command line. Most of the time of `pkjwt sign` beyond Node's own would go into compiling, so that what the compiler made of
// warm.js when it was built is read instead, wherever this Node has the same engine. Another engine refuses it and compiles.
'use strict'
const { readFileSync } = require('node:fs')
const { Script } = require('node:vm')

const filename = `${__dirname}/cli/warm.js`
let cachedData
try {
  cachedData = readFileSync(`${__dirname}/cli/warm-${process.versions.v8}-${process.arch}.cache`)
} catch {
  // It was built with another version of Node.
}
new Script(readFileSync(filename, 'latin1'), { filename, cachedData }).runInThisContext()(exports, require)
