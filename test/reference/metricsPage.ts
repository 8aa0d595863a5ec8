import { endpoints } from '../../packages/server/src/log/endpoints.js'
import { bucketSeconds, counters, gauges, histograms, processGauges } from '../../packages/server/src/log/series.js'
import { code, heading, page, table } from './markdown.js'

interface Series {
  readonly help: string
  readonly labels?: Readonly<Record<string, string>>
}

/** Writes `docs/reference/metrics.md` from the tables of series and endpoints. */
export function metricsPage(): string {
  return page(
    heading(
      'Metrics',
      "What a server tells at `GET /metrics`, in Prometheus' text format. Several processes on one store tell each its own.",
    ),
    'A counter is there from the first time that it counts. No label ever holds a client id: there would be as many series as clients.',
    table(
      ['Series', 'Type', 'Meaning', 'Labels'],
      [
        ...rowsOf('counter', counters),
        ...rowsOf('gauge', gauges),
        ...rowsOf('histogram', histograms),
        ...rowsOf('gauge', processGauges),
      ],
    ),
    `The limits of the buckets of a histogram, in seconds: ${bucketSeconds.join(', ')}.`,
    '## Endpoints\n\nThe label `endpoint`, which also stands in the log and in the ledger of a test server.',
    table(
      ['Endpoint', 'Called as'],
      Object.entries(endpoints).map(([name, called]) => [code(name), called]),
    ),
  )
}

function rowsOf(type: string, series: Readonly<Record<string, Series>>): string[][] {
  return Object.entries(series).map(([name, { help, labels = {} }]) => {
    const told = Object.entries(labels).map(([label, meaning]) => `${code(label)}: ${meaning}`)
    return [code(name), type, help, told.join('; ')]
  })
}
