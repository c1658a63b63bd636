/** Names and kinds of the custom metrics: pure, so that gates can be made and tested without k6. */
export interface MetricDeclaration {
  type: 'counter' | 'trend' | 'gauge'
  unit: 'ms' | 'bytes' | 'count' | 'share' | ''
  doc: string
  /** A trend passes every limit when it has no sample: this counter says how many it has. */
  evidence?: string
}

export const METRICS = {
  failures: { type: 'counter', unit: 'count', doc: 'Requests not answered rightly, by `name` and `class`.' },
  errors: { type: 'counter', unit: 'count', doc: 'Failures less the shed ones, by `name`: what `error_rate` counts.' },
  script_errors: {
    type: 'counter',
    unit: 'count',
    doc: 'Iterations and handlers that threw; k6 itself exits 0 when every iteration throws.',
  },
} as const satisfies Record<string, MetricDeclaration>

export type MetricName = keyof typeof METRICS
