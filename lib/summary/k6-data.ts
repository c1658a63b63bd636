/** What k6 hands to handleSummary, in v1 and v2. */
interface K6Metric {
  type: string
  values: Record<string, number>
  thresholds?: Record<string, { ok: boolean }>
}

export interface K6Data {
  metrics: Record<string, K6Metric>
  state: { testRunDurationMs: number }
}

export const count = (data: K6Data, metric: string): number => data.metrics[metric]?.values.count ?? 0

/** k6 reads a trend or rate without samples as 0, which is no measurement. */
export const isEmpty = ({ type, values }: K6Metric): boolean =>
  (type === 'trend' && (values.count ?? 0) === 0) || (type === 'rate' && (values.passes ?? 0) + (values.fails ?? 0) === 0)
