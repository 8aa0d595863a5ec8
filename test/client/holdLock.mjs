// A process that takes a lock and never releases it, written by hand so that it needs nothing built.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'

const { folder, file } = JSON.parse(readFileSync(0, 'utf8'))
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, file), JSON.stringify({ id: 'killed', pid: process.pid, host: hostname() }), { flag: 'wx' })
process.stdout.write('held')
setInterval(() => {}, 1000)
