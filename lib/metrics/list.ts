/** Names and kinds of the custom metrics: pure, so that gates can be made and tested without k6. */

import { BENCHMARK_METRICS } from './benchmarks.ts'
import type { MetricDeclaration } from './declaration.ts'
import { AGENT_METRICS, DELIVERY_METRICS } from './rpc.ts'
import { SOCKET_METRICS } from './sockets.ts'
import { STREAM_METRICS } from './streams.ts'

export type { MetricDeclaration }

export const METRICS = {
  failures: { type: 'counter', unit: 'count', doc: 'Requests not answered rightly, by `name` and `class`.' },
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
  watch_looks: {
    type: 'counter',
    unit: 'count',
    doc: "Looks at the gateway's metrics that showed something new.",
    watches: ['memory', 'cpu', 'start', 'connections'],
  },
  watch_points: {
    type: 'counter',
    unit: 'count',
    doc: "Figures read out of the gateway's metrics after the warm-up, by `of`.",
  },
  watch_memory: {
    type: 'trend',
    unit: 'bytes',
    doc: 'Resident memory of the gateway.',
    evidence: 'watch_points{of:memory}',
    watches: ['memory'],
  },
  watch_memory_slope: {
    type: 'gauge',
    unit: 'bytes',
    doc: "Growth of the gateway's resident memory a minute: least squares over the looks of the last two thirds, 0 where that is less than 32 MiB in all.",
    evidence: 'watch_points{of:memory_slope}',
    watches: ['memory'],
  },
  watch_cpu: {
    type: 'trend',
    unit: 'share',
    doc: "The gateway's CPU time between two looks, as a share of one core.",
    evidence: 'watch_points{of:cpu}',
    watches: ['cpu'],
  },
  watch_connections: {
    type: 'trend',
    unit: 'count',
    doc: 'Connections that the gateway has open.',
    evidence: 'watch_points{of:connections}',
    watches: ['connections'],
  },
  watch_connection_slope: {
    type: 'gauge',
    unit: 'count',
    doc: "Growth of the gateway's open connections a minute, as `watch_memory_slope`, 0 where that is ten or less in all.",
    evidence: 'watch_points{of:connection_slope}',
    watches: ['connections'],
  },
  watch_cache_hits: {
    type: 'trend',
    unit: 'share',
    doc: "Share of the gateway's cache lookups between two looks that the cache could answer.",
    evidence: 'watch_points{of:cache}',
    watches: ['hits'],
  },
  watch_restarts: {
    type: 'counter',
    unit: 'count',
    doc: 'Times that the gateway process was seen to have been started anew.',
    evidence: 'watch_points{of:restarts}',
    watches: ['start', 'cpu'],
  },
  degradation: {
    type: 'gauge',
    unit: 'share',
    doc: "Growth of the probe's p95 from its first window to its last; 0 where it is below DEGRADATION_FLOOR.",
    evidence: 'degradation_samples',
    // Ten samples beyond the 95th percentile of either window.
    needs: 200,
  },
  degradation_samples: { type: 'counter', unit: 'count', doc: 'Samples of the smaller of the two windows that are compared.' },
  probe_first_p95: {
    type: 'gauge',
    unit: 'ms',
    doc: "The probe's p95 in its first window.",
    evidence: 'degradation_samples',
    needs: 200,
  },
  probe_last_p95: {
    type: 'gauge',
    unit: 'ms',
    doc: "The probe's p95 in its last window.",
    evidence: 'degradation_samples',
    needs: 200,
  },
  ...SOCKET_METRICS,
  ...STREAM_METRICS,
  ...AGENT_METRICS,
  ...DELIVERY_METRICS,
  ...BENCHMARK_METRICS,
} as const satisfies Record<string, MetricDeclaration>

export type MetricName = keyof typeof METRICS
