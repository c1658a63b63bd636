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

/** k6 pushes no rates; this one can be made of the requests it stands on. */
const KNOWN_RATE = 'http_req_failed'

/** Undefined for what cannot be told while the run goes on, such as a maximum. */
export function readThreshold(metric: string, expression: string): Threshold | undefined {
  const [, stat = '', percentile, operator = '', limit] = STAT.exec(expression.trim()) ?? []
  const [, name = metric, selector = ''] = /^([^{]*)\{(.*)\}$/.exec(metric) ?? []
  if (stat === '' || (stat === 'rate' && name !== KNOWN_RATE)) return undefined
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
