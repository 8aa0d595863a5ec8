/** Counters and durations, for Prometheus. No label ever holds a client id: there would be as many series as clients. */
export interface Metrics {
  count(name: CounterName, labels?: Labels, by?: number): void
  /** Notes how long a request took. */
  observe(seconds: number, labels: Labels): void
  /** Names something to be read each time that the metrics are written. */
  measure(name: GaugeName, read: () => number): void
  /** Everything in Prometheus' text format. */
  write(): string
}

type Labels = Readonly<Record<string, string>>

const counters = {
  pkjwt_requests_total: 'Requests by endpoint and status.',
  pkjwt_refusals_total: 'Refusals by the rule that was broken.',
  pkjwt_tokens_issued_total: 'Access tokens that were issued.',
  pkjwt_assertions_remembered_total: 'Uses of an assertion or a proof that were remembered.',
  pkjwt_assertions_replayed_total: 'Uses that were refused because they were not the first.',
  pkjwt_log_entries_dropped_total: 'Entries that the operational log left out.',
  pkjwt_audit_failures_total: 'Events that could not be written to the audit log.',
  pkjwt_store_failures_total: 'Requests that failed because the store was away.',
  pkjwt_key_fetches_total: 'Key sets fetched from a jwks_uri, by outcome.',
  pkjwt_records_purged_total: 'Records of used assertions that were purged.',
  pkjwt_connections_refused_total: 'Connections that were closed because there were too many.',
} as const

const gauges = {
  pkjwt_connections_open: 'Connections that are open now.',
} as const

/** The name of something that goes up and down. */
export type GaugeName = keyof typeof gauges

/** The name of a counter. */
export type CounterName = keyof typeof counters

const bucketSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

interface Histogram {
  readonly buckets: number[]
  sum: number
  count: number
}

/** Creates the counters of one server. */
export function createMetrics(): Metrics {
  const counts = new Map<CounterName, Map<string, number>>()
  const histograms = new Map<string, Histogram>()
  const measured: { readonly name: GaugeName; readonly read: () => number }[] = []
  return {
    count(name, labels = {}, by = 1) {
      const series = counts.get(name) ?? new Map<string, number>()
      const key = writeLabels(labels)
      series.set(key, (series.get(key) ?? 0) + by)
      counts.set(name, series)
    },
    observe(seconds, labels) {
      const key = writeLabels(labels)
      const histogram = histograms.get(key) ?? { buckets: bucketSeconds.map(() => 0), sum: 0, count: 0 }
      const index = bucketSeconds.findIndex((limit) => seconds <= limit)
      if (index >= 0) histogram.buckets[index] = (histogram.buckets[index] ?? 0) + 1
      histogram.sum += seconds
      histogram.count++
      histograms.set(key, histogram)
    },
    measure: (name, read) => void measured.push({ name, read }),
    write() {
      const read = measured.flatMap(({ name, read }) => writeGauge(name, gauges[name], read()))
      return `${[...writeCounters(counts), ...writeHistograms(histograms), ...read, ...writeProcess()].join('\n')}\n`
    },
  }
}

function writeCounters(counts: ReadonlyMap<CounterName, ReadonlyMap<string, number>>): string[] {
  return [...counts].flatMap(([name, series]) => [
    `# HELP ${name} ${counters[name]}`,
    `# TYPE ${name} counter`,
    ...[...series].map(([labels, value]) => `${name}${braced(labels)} ${value}`),
  ])
}

const durationName = 'pkjwt_request_duration_seconds'

function writeHistograms(histograms: ReadonlyMap<string, Histogram>): string[] {
  const rows = [...histograms].flatMap(([labels, { buckets, sum, count }]) => {
    let below = 0
    const written = bucketSeconds.map((limit, index) => {
      below += buckets[index] ?? 0
      return `${durationName}_bucket${braced(`${labels},le="${limit}"`)} ${below}`
    })
    return [
      ...written,
      `${durationName}_bucket${braced(`${labels},le="+Inf"`)} ${count}`,
      `${durationName}_sum${braced(labels)} ${sum}`,
      `${durationName}_count${braced(labels)} ${count}`,
    ]
  })
  const head = [`# HELP ${durationName} How long requests took.`, `# TYPE ${durationName} histogram`]
  return rows.length === 0 ? [] : [...head, ...rows]
}

function writeProcess(): string[] {
  return writeGauge('process_resident_memory_bytes', 'Resident memory.', process.memoryUsage().rss)
}

function writeGauge(name: string, help: string, value: number): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${value}`]
}

function writeLabels(labels: Labels): string {
  let text = ''
  for (const name in labels) text += `${text === '' ? '' : ','}${name}="${labels[name]}"`
  return text
}

function braced(labels: string): string {
  return labels === '' ? '' : `{${labels}}`
}
