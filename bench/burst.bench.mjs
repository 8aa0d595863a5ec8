// How long the event loop stands still while 64 RS256 assertions are signed at once, in signatures.
import { createPrivateKey, sign } from 'node:crypto'
import fastJwt from 'fast-jwt'
import { importPKCS8, SignJWT } from 'jose'
import { generateKey, writePrivateKey } from 'pkjwt/keys'
import { createAssertion } from 'pkjwt/protocol'
import { median, printTable } from './harness.mjs'

const burst = 64
const rounds = 15
const key = await generateKey()
const pem = await writePrivateKey(key, 'pkcs8')
const keyObject = createPrivateKey(pem)
const joseKey = await importPKCS8(pem, 'RS256')
const options = { key, clientId: '0oa1abcdEFGHijkl2345', audience: 'https://example.okta.com/oauth2/v1/token' }
const claims = { iss: '0oa1abcdEFGHijkl2345', exp: Math.floor(Date.now() / 1000) + 300 }
const fast = fastJwt.createSigner({ algorithm: 'RS256', key: pem })

const candidates = {
  pkjwt: () => createAssertion(options),
  jose: () => new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(joseKey),
  'fast-jwt': async () => fast(claims),
}

const signature = measureOne(() => sign('sha256', Buffer.alloc(330), keyObject))
const rows = []
for (const [name, call] of Object.entries(candidates)) {
  await longestStop(call)
  const stops = []
  for (let round = 0; round < rounds; round += 1) stops.push(await longestStop(call))
  rows.push({ name, 'longest stop, in signatures': median(stops) / signature, milliseconds: median(stops) })
}
printTable(
  `A burst of ${burst} RS256 assertions: how late a timer came at the worst (one signature: ${signature.toFixed(2)} ms)`,
  rows,
)

function measureOne(call) {
  const times = []
  for (let index = 0; index < 200; index += 1) {
    const started = performance.now()
    call()
    times.push(performance.now() - started)
  }
  return median(times)
}

/** How late a timer of one millisecond comes, at the worst, until all of the burst are done. */
async function longestStop(call) {
  let longest = 0
  let last = performance.now()
  let done = false
  const tick = () => {
    const now = performance.now()
    longest = Math.max(longest, now - last - 1)
    last = now
    if (!done) setTimeout(tick, 1)
  }
  setTimeout(tick, 1)
  await Promise.all(Array.from({ length: burst }, call))
  done = true
  await new Promise((resolve) => setTimeout(resolve, 3))
  return longest
}
