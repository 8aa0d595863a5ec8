import { expect, it } from 'vitest'
import { PkjwtError } from '../errors.js'
import type { KeySet } from '../keys/key.js'
import { generateKey } from '../keys/privateKey.js'
import { parseJwt } from './parse.js'
import { signJwt } from './sign.js'
import { verifyJws } from './verify.js'

const tokens = 100_000
const characters = 'ABCyz019-_.=+/ {}"\u0000é'

it(`${tokens} mutated tokens: read or refused, soon, and never accepted`, async () => {
  const key = await generateKey({ alg: 'ES256' })
  const claims = { iss: '0oa1', sub: '0oa1', aud: 'https://example.okta.com/oauth2/v1/token', exp: 1_770_091_506, jti: 'once' }
  const token = await signJwt({ alg: 'ES256', kid: key.kid }, claims, key)
  let slowest = 0
  for (let round = 0; round < tokens; round += 1) {
    const mutated = mutate(token, round)
    const started = performance.now()
    await expectRefused(mutated, { keys: [key.publicKey] })
    slowest = Math.max(slowest, performance.now() - started)
  }
  expect(slowest).toBeLessThan(1000)
})

async function expectRefused(token: string, keys: KeySet): Promise<void> {
  try {
    parseJwt(token)
  } catch (error) {
    expect(error).toBeInstanceOf(PkjwtError)
  }
  const outcome = await verifyJws(token, keys).catch((error: unknown) => error)
  expect(outcome).toBeInstanceOf(PkjwtError)
}

/** One to three places changed, cut out or doubled; the same for the same number. */
function mutate(token: string, seed: number): string {
  let text = token
  let state = seed + 1
  const next = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % below
  }
  for (let change = next(3); change >= 0; change -= 1) {
    const at = next(text.length)
    const how = next(3)
    const piece = how === 0 ? '' : how === 1 ? characters.charAt(next(characters.length)) : text.slice(at, at + next(20))
    text = `${text.slice(0, at)}${piece}${text.slice(at + (how === 2 ? 0 : 1))}`
  }
  return text === token ? `${token}x` : text
}
