/** Metrics of the probe that compares the end of a run with its beginning. */
import type { MetricDeclaration } from './declaration.ts'

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
} as const satisfies Record<string, MetricDeclaration>
