// Calls a URL with nodeFetch in a process where the parts of the global fetch throw as soon as they are touched.
import { readFileSync } from 'node:fs'
import { transformWithOxc } from 'vite'

const [, , file, url] = process.argv
for (const name of ['fetch', 'Headers', 'Request', 'Response', 'FormData']) {
  Object.defineProperty(globalThis, name, {
    get() {
      throw new TypeError(`${name} was touched`)
    },
  })
}
const { code } = await transformWithOxc(readFileSync(file, 'utf8'), file)
const { nodeFetch } = await import(`data:text/javascript,${encodeURIComponent(code)}`)
const response = await nodeFetch(url, {
  method: 'POST',
  headers: { accept: 'application/json' },
  body: 'a=1',
  redirect: 'manual',
})
await response.text()
process.stdout.write(String(response.status))
