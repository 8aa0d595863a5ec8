import { expect, it } from 'vitest'
import { makeSeeds, readMutated } from './mutated.testing.js'

it('2,000 keys that were changed at random: each is read or refused, soon, and by nothing but a PkjwtError', async () => {
  const { read, refused, slowestMs } = await readMutated(await makeSeeds(), { count: 2000, seed: 20 })
  expect(read + refused).toBe(2000)
  // Both happen, else nothing was tried: white space and names do not matter, most of the rest does.
  expect(read).toBeGreaterThan(50)
  expect(refused).toBeGreaterThan(1000)
  expect(slowestMs).toBeLessThan(1000)
}, 60_000)
