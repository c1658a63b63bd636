/** A k6 threshold, read so that it can be judged on what has been recorded so far. */

export interface Threshold {
  /** Metric without its selector. */
  metric: string
  tags: Readonly<Record<string, string>>
  /** `count`, `rate`, `value`, or a percentile (0..1). */
  stat: 'count' | 'rate' | 'value' | number
  bound: 'max' | 'min'
  limit: number
}

const STAT = /^(count|rate|value|med|p\(([\d.]+)\))\s*(<=|>=|<|>|===?)\s*(-?[\d.]+(?:e[+-]?\d+)?)$/

/** Undefined for what cannot be told while the run goes on, such as a maximum. */
export function readThreshold(metric: string, expression: string): Threshold | undefined {
  const [, stat = '', percentile, operator = '', limit] = STAT.exec(expression.trim()) ?? []
  const [, name = metric, selector = ''] = /^([^{]*)\{(.*)\}$/.exec(metric) ?? []
  if (stat === '') return undefined
  return {
    metric: name,
    tags: Object.fromEntries(
      selector
        .split(',')
        .filter(Boolean)
        .map((pair) => [pair.slice(0, pair.indexOf(':')).trim(), pair.slice(pair.indexOf(':') + 1).trim()]),
    ),
    stat: stat === 'med' ? 0.5 : percentile === undefined ? (stat as 'count') : Number(percentile) / 100,
    bound: operator.startsWith('>') ? 'min' : 'max',
    limit: Number(limit),
  }
}

const OUTCOMES: Record<string, string> = {
  errors: 'errors',
  dropped_iterations: 'dropped',
  script_errors: 'script errors',
}

/** What a threshold is about, in a few words: `spike / all p95`. */
export function thresholdName({ metric, tags, stat }: Threshold): string {
  const { scenario, name, expected_response, status, class: failure } = tags
  const where = scenario === undefined ? 'run' : `${scenario} / ${name ?? 'all'}`
  if (typeof stat === 'number')
    return `${where} ${metric === 'http_req_duration' ? '' : `${metric} `}p${Number((stat * 100).toFixed(2))}`
  if (metric === 'http_reqs')
    return `${where} ${expected_response === 'true' ? 'right answers' : status === '429' ? 'shed' : 'samples'}`
  if (metric === 'http_req_failed') return `${where} error rate`
  return `${where} ${failure?.replace(/_/g, ' ') ?? OUTCOMES[metric] ?? metric}`
}
