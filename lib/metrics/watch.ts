/** Metrics of the gateway as its own metrics and the probe show it, for scripts that watch it. */
import type { MetricDeclaration } from './declaration.ts'

export const WATCH_METRICS = {
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
} as const satisfies Record<string, MetricDeclaration>

/** Of the probe that compares the end of a run with its beginning. */
export const DEGRADATION_METRICS = {
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
    doc: "The probe's p95 in its first window, without the second that had most of its slowest answers.",
    evidence: 'degradation_samples',
    needs: 200,
  },
  probe_last_p95: {
    type: 'gauge',
    unit: 'ms',
    doc: "The probe's p95 in its last window, without the second that had most of its slowest answers.",
    evidence: 'degradation_samples',
    needs: 200,
  },
} as const satisfies Record<string, MetricDeclaration>
