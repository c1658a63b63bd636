/** Metrics of requests and of the iterations that send them: every script has them. */
import type { MetricDeclaration } from './declaration.ts'

export const REQUEST_METRICS = {
  failures: { type: 'counter', unit: 'count', doc: 'Requests not answered correctly, by `name` and `class`.' },
  errors: { type: 'counter', unit: 'count', doc: 'Failures less the shed ones, by `name`: what `error_rate` counts.' },
  script_errors: {
    type: 'counter',
    unit: 'count',
    doc: 'Iterations and handlers that threw; k6 itself exits 0 when every iteration throws.',
  },
  late: {
    type: 'counter',
    unit: 'count',
    doc: 'Answers that were waited for longer than a limit, connecting included, and requests without one; by `limit`, which is its endpoint and key.',
  },
  late_rate: {
    type: 'rate',
    unit: 'share',
    doc: 'The same as a share of all answers, where no number of requests is planned.',
  },
  new_connections: {
    type: 'counter',
    unit: 'count',
    doc: "Requests that had to open a connection, the first of each VU, host and window apart, and those that Go's HTTP client repeated.",
  },
  new_connection_rate: {
    type: 'rate',
    unit: 'share',
    doc: 'The same as a share of all requests, where no number of requests is planned.',
  },
  start_lag_ms: {
    type: 'trend',
    unit: 'ms',
    doc: 'From the planned start of an iteration to its real one, of one iteration in 64; only of arrival rates that do not change, and without meaning once iterations were dropped.',
    evidence: 'start_lags',
    kind: 'load',
  },
  start_lags: { type: 'counter', unit: 'count', doc: 'Iterations whose start was compared with the plan.', kind: 'load' },
  iterations_cut_off: {
    type: 'gauge',
    unit: 'count',
    doc: 'Iterations that k6 has cut off before they ended, as a VU of a later window sees it: what they waited for has no sample.',
    merge: 'sum',
    evidence: 'start_lags',
    kind: 'load',
  },
  not_sent: {
    type: 'counter',
    unit: 'count',
    doc: 'Requests that a VU had in turn and could not make, since the answer that they build on did not come.',
  },
  came_back: {
    type: 'counter',
    unit: 'count',
    doc: 'Requests that were shed and came back when `Retry-After` said so: the first of each VU.',
  },
  shed_again: {
    type: 'trend',
    unit: 'share',
    doc: 'Whether such a request was not served then either: 1, or 0.',
    evidence: 'came_back',
  },
  retry_after_kept: {
    type: 'counter',
    unit: 'count',
    doc: 'Requests that were shed, came back when `Retry-After` said so, and were served.',
    kind: 'evidence',
  },
  retry_after_broken: {
    type: 'counter',
    unit: 'count',
    doc: 'Requests that came back when `Retry-After` said so, to a gateway that was not over its limit any more, and were shed again.',
  },
} as const satisfies Record<string, MetricDeclaration>
