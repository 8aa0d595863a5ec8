import {
  bucketSeconds,
  type CounterName,
  counters,
  type GaugeName,
  gauges,
  histograms,
  type LabelsOf,
  processGauges,
} from './series.js'

/** Counters and durations, for Prometheus. No label ever holds a client id: there would be as many series as clients. */
export interface Metrics {
  count<Name extends CounterName>(name: Name, labels?: LabelsOf<Name>, by?: number): void
  /** Notes how long a request took. */
  observe(seconds: number, labels: Labels): void
  /** Names something to be read each time that the metrics are written. */
  measure(name: GaugeName, read: () => number): void
  /** Everything in Prometheus' text format. */
  write(): string
}

type Labels = Readonly<Record<string, string>>

interface Histogram {
  readonly buckets: number[]
  sum: number
  count: number
}

/** Creates the counters of one server. */
export function createMetrics(): Metrics {
  const counts = new Map<CounterName, Map<string, number>>()
  const durations = new Map<string, Histogram>()
  const measured: { readonly name: GaugeName; readonly read: () => number }[] = []
  return {
    count(name, labels, by = 1) {
      const series = counts.get(name) ?? new Map<string, number>()
      const key = labels === undefined ? '' : writeLabels(labels)
      series.set(key, (series.get(key) ?? 0) + by)
      counts.set(name, series)
    },
    observe(seconds, labels) {
      const key = writeLabels(labels)
      const histogram = durations.get(key) ?? { buckets: bucketSeconds.map(() => 0), sum: 0, count: 0 }
      const index = bucketSeconds.findIndex((limit) => seconds <= limit)
      if (index >= 0) histogram.buckets[index] = (histogram.buckets[index] ?? 0) + 1
      histogram.sum += seconds
      histogram.count++
      durations.set(key, histogram)
    },
    measure: (name, read) => void measured.push({ name, read }),
    write() {
      const read = measured.flatMap(({ name, read }) => writeGauge(name, gauges[name].help, read()))
      return `${[...writeCounters(counts), ...writeHistograms(durations), ...read, ...writeProcess()].join('\n')}\n`
    },
  }
}

function writeCounters(counts: ReadonlyMap<CounterName, ReadonlyMap<string, number>>): string[] {
  return [...counts].flatMap(([name, series]) => [
    `# HELP ${name} ${counters[name].help}`,
    `# TYPE ${name} counter`,
    ...[...series].map(([labels, value]) => `${name}${braced(labels)} ${value}`),
  ])
}

const durationName = 'pkjwt_request_duration_seconds'

function writeHistograms(durations: ReadonlyMap<string, Histogram>): string[] {
  const rows = [...durations].flatMap(([labels, { buckets, sum, count }]) => {
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
  const head = [`# HELP ${durationName} ${histograms[durationName].help}`, `# TYPE ${durationName} histogram`]
  return rows.length === 0 ? [] : [...head, ...rows]
}

const memoryName = 'process_resident_memory_bytes'

function writeProcess(): string[] {
  return writeGauge(memoryName, processGauges[memoryName].help, process.memoryUsage().rss)
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
