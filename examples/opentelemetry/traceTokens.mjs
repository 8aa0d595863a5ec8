// Token clients in OpenTelemetry: a span for each request to a token endpoint, counters for the rest. It listens to every client of the
// process through the diagnostics channel, so no client has to know of it, and nothing is measured while nobody listens.
import { subscribe, unsubscribe } from 'node:diagnostics_channel'

/**
 * @param {{ tracer: any, meter: any }} telemetry
 *   A Tracer and a Meter: `trace.getTracer('pkjwt')` and `metrics.getMeter('pkjwt')` of `@opentelemetry/api`.
 * @returns A function that ends it.
 */
export function traceTokens({ tracer, meter }) {
  const hits = meter.createCounter('pkjwt.token.cache_hits')
  const refusals = meter.createCounter('pkjwt.token.refusals')
  const retries = meter.createCounter('pkjwt.token.retries')
  const skew = meter.createGauge('pkjwt.clock.skew', { unit: 's' })

  /** @param {any} event A `TokenEvent`; none of them carries a token or a key. */
  const listener = (event) => {
    const attributes = { 'pkjwt.client_id': event.clientId }
    switch (event.type) {
      case 'requested': {
        // The event comes when the answer is there; the span begins when the request left.
        const startTime = Date.now() - event.milliseconds
        const status = { 'http.response.status_code': event.status, 'url.full': event.endpoint }
        tracer.startSpan('pkjwt token request', { startTime, attributes: { ...attributes, ...status } }).end()
        break
      }
      case 'cacheHit':
        hits.add(1, attributes)
        break
      case 'refused':
        refusals.add(1, { ...attributes, 'error.type': event.error ?? 'unknown' })
        break
      case 'retried':
        retries.add(1, { ...attributes, 'pkjwt.reason': event.reason })
        break
      case 'skewChanged':
        skew.record(event.offsetSeconds, attributes)
        break
    }
  }
  subscribe('pkjwt:client', listener)
  return () => unsubscribe('pkjwt:client', listener)
}
