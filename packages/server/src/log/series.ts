const endpoint = 'The name of the endpoint'

/** Counters, with what each label says. */
export const counters = {
  pkjwt_requests_total: { help: 'Requests by endpoint and status.', labels: { endpoint, status: 'The HTTP status' } },
  pkjwt_refusals_total: {
    help: 'Refusals by the rule that was broken.',
    labels: { endpoint, rule: 'The id of the rule, or the code of the refusal when no rule led to it' },
  },
  pkjwt_tokens_issued_total: { help: 'Access tokens that were issued.', labels: {} },
  pkjwt_assertions_remembered_total: { help: 'Uses of an assertion or a proof that were remembered.', labels: {} },
  pkjwt_assertions_replayed_total: { help: 'Uses that were refused because they were not the first.', labels: {} },
  pkjwt_log_entries_dropped_total: { help: 'Entries that the operational log left out.', labels: {} },
  pkjwt_audit_failures_total: { help: 'Events that could not be written to the audit log.', labels: {} },
  pkjwt_store_failures_total: { help: 'Requests that failed because the store was away.', labels: {} },
  pkjwt_key_fetches_total: {
    help: 'Key sets fetched from a jwks_uri, by outcome.',
    labels: { outcome: '`good`, `unavailable`, `empty` or `ambiguous`' },
  },
  pkjwt_records_purged_total: { help: 'Records of used assertions that were purged.', labels: {} },
  pkjwt_connections_refused_total: { help: 'Connections that were closed because there were too many.', labels: {} },
} as const

/** What goes up and down. */
export const gauges = {
  pkjwt_connections_open: { help: 'Connections that are open now.' },
} as const

/** What is told of the process. */
export const processGauges = {
  process_resident_memory_bytes: { help: 'Resident memory.' },
} as const

/** How long things take. */
export const histograms = {
  pkjwt_request_duration_seconds: { help: 'How long requests took.', labels: { endpoint } },
} as const

/** The upper limits of the buckets of a histogram. */
export const bucketSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/** The name of something that goes up and down. */
export type GaugeName = keyof typeof gauges

/** The name of a counter. */
export type CounterName = keyof typeof counters

/** The labels that a counter has. */
export type LabelsOf<Name extends CounterName> = Readonly<Record<keyof (typeof counters)[Name]['labels'], string>>
