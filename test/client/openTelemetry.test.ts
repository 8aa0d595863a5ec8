import { expect, test } from 'vitest'
import { traceTokens } from '../../examples/opentelemetry/traceTokens.mjs'
import { startPair } from './harness.js'
import { answering } from './tokenServer.js'

test('the recipe for OpenTelemetry makes a span a request and counts the rest', async () => {
  const told: unknown[] = []
  // Only what the recipe uses of the two; what they do with it is the affair of the SDK.
  const counter = (name: string) => ({ add: (value: number, attributes: object) => told.push([name, value, attributes]) })
  const tracer = {
    startSpan: (name: string, { attributes }: { attributes: object }) => ({ end: () => told.push([name, attributes]) }),
  }
  const meter = {
    createCounter: counter,
    createGauge: (name: string) => ({ record: (value: number) => told.push([name, value]) }),
  }
  const stop = traceTokens({ tracer, meter })
  await using pair = await startPair({ onEvent: undefined })
  pair.server.faults.push(answering(503, ''))
  await pair.client.token()
  await pair.client.token()
  stop()
  await pair.client.token()
  const client = { 'pkjwt.client_id': '0oa1' }
  const request = (status: number) => ({ ...client, 'http.response.status_code': status, 'url.full': pair.server.tokenEndpoint })
  expect(told).toEqual([
    ['pkjwt token request', request(503)],
    ['pkjwt.token.retries', 1, { ...client, 'pkjwt.reason': 'server_failed' }],
    ['pkjwt token request', request(200)],
    ['pkjwt.token.cache_hits', 1, client],
  ])
})
