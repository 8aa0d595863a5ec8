import { createTokenClient } from 'pkjwt/client'
import { describe, expect, test } from 'vitest'
import { createStillClock, failureOf, startOfTime, startPair, testKey } from './harness.js'
import { answering, startTokenServer } from './tokenServer.js'

describe.each([
  ['two hours ahead', 7200],
  ['two hours behind', -7200],
  ['forty seconds ahead', 40],
])('a server whose clock is %s', (_, seconds) => {
  test('gives a token on the second request, and on the first from then on', async () => {
    const clock = createStillClock(new Date(startOfTime.getTime() + seconds * 1000))
    await using pair = await startPair({}, { clock })
    // The first refusal tells the time, unless the difference is small enough to be accepted.
    await pair.client.token()
    const before = pair.server.requests.length
    expect(before).toBeLessThanOrEqual(2)
    await pair.client.token({ forceRefresh: true })
    expect(pair.server.requests).toHaveLength(before + 1)
    const ahead = Number(pair.server.requests.at(-1)?.claims['iat']) + 5 - startOfTime.getTime() / 1000
    expect(Math.abs(ahead - seconds)).toBeLessThanOrEqual(1)
    expect(pair.eventsOf('skewChanged')).toMatchObject([
      { offsetSeconds: expect.toSatisfy((value) => Math.abs(value - seconds) <= 1) },
    ])
  })
})

test('a difference of less than five seconds changes nothing', async () => {
  await using pair = await startPair({}, { clock: createStillClock(new Date(startOfTime.getTime() + 4000)) })
  await pair.client.token()
  await pair.client.token({ forceRefresh: true })
  expect(pair.server.requests.at(-1)?.claims['iat']).toBe(startOfTime.getTime() / 1000 - 5)
  expect(pair.eventsOf('skewChanged')).toEqual([])
})

test('a Date that is more than a day away is not followed', async () => {
  await using pair = await startPair({}, { clock: createStillClock(new Date(startOfTime.getTime() + 86_500_000)) })
  expect(await failureOf(pair.client.token())).toMatchObject({ error: 'invalid_client' })
  expect(pair.server.requests).toHaveLength(1)
  expect(pair.eventsOf('skewChanged')).toEqual([])
})

test('a Date with an Age beside it comes from a cache and is not followed', async () => {
  await using pair = await startPair()
  const date = new Date(startOfTime.getTime() - 3_600_000).toUTCString()
  pair.server.faults.push(answering(503, '', { date, age: '3600' }))
  await pair.client.token()
  expect(pair.server.requests.at(-1)?.claims['iat']).toBe(startOfTime.getTime() / 1000 - 5)
})

test('a refusal for another reason is not tried again for the clock alone', async () => {
  await using pair = await startPair()
  const date = new Date(startOfTime.getTime() + 3_600_000).toUTCString()
  pair.server.faults.push(answering(400, { error: 'invalid_scope' }, { date }))
  await expect(pair.client.token()).rejects.toMatchObject({ error: 'invalid_scope' })
  expect(pair.server.requests).toHaveLength(1)
})

test('a server whose Date jumps about is asked twice and no more', async () => {
  await using pair = await startPair()
  const at = (seconds: number) =>
    answering(401, { error: 'invalid_client' }, { date: new Date(startOfTime.getTime() + seconds * 1000).toUTCString() })
  pair.server.faults.push(at(3600), at(7200), at(10_800), at(14_400))
  await expect(pair.client.token()).rejects.toMatchObject({ error: 'invalid_client' })
  expect(pair.server.requests).toHaveLength(2)
})

test('a clock that is put right is followed back', async () => {
  const serverClock = createStillClock(new Date(startOfTime.getTime() + 7_200_000))
  await using pair = await startPair({}, { clock: serverClock })
  await pair.client.token()
  serverClock.forward(-7200)
  await pair.client.token({ forceRefresh: true })
  expect(pair.eventsOf('skewChanged')).toMatchObject([{}, { offsetSeconds: 0 }])
})

test('with the clock of the machine, two hours off, over a real connection', async () => {
  const key = await testKey()
  await using server = await startTokenServer({ key, clock: () => new Date(Date.now() + 7_200_000) })
  const client = createTokenClient({ org: server.origin, clientId: '0oa1', key, scopes: ['okta.users.read'] })
  const token = await client.token()
  // Its end is told by our own clock: that is the one it will be compared with.
  expect(Math.abs(token.expiresAt.getTime() - Date.now() - 3_600_000)).toBeLessThan(5000)
  expect(server.requests).toHaveLength(2)
})
