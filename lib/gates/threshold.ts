/** A threshold of k6 as data, and as the text that k6 is told. It is never read back from the text. */
import type { Gate, Threshold } from './model.ts'

type Tags = Threshold['tags']

/** The tags that a gate looks at: a window is a k6 scenario, an endpoint is the system tag `name`; `*` is every endpoint of it. */
export const tagsOf = (window: string, endpoint: string, more: Tags = {}): Tags => ({
  ...(endpoint === '*' ? {} : { name: endpoint }),
  scenario: window,
  ...more,
})

/** Endpoint and window come first, all others after them. */
const FIRST = ['name', 'scenario']

/**
 * `http_reqs{name:health,scenario:spike}`: how k6 calls a metric with tags. The same tags have the same name whatever order they are in: a plan
 * that has come through k6's options has them sorted.
 */
export function subMetric({ metric, tags }: Pick<Threshold, 'metric' | 'tags'>): string {
  const others = Object.keys(tags).filter((tag) => !FIRST.includes(tag))
  const pairs = [...FIRST, ...others.sort()].flatMap((tag) => (tags[tag] === undefined ? [] : [`${tag}:${tags[tag]}`]))
  return pairs.length === 0 ? metric : `${metric}{${pairs.join(',')}}`
}

/** A sub-metric that was declared by name: `watch_points{of:memory}`. */
export function declared(name: string): Pick<Threshold, 'metric' | 'tags'> {
  const [metric = name, selector = ''] = name.replace(/\}$/, '').split('{')
  const pairs = selector
    .split(',')
    .filter(Boolean)
    .map((pair) => [pair.slice(0, pair.indexOf(':')), pair.slice(pair.indexOf(':') + 1)])
  return { metric, tags: Object.fromEntries(pairs) }
}

/** As k6 names the statistic, in expressions and in its summary. */
export const statName = (stat: Threshold['stat']): string =>
  stat === 50 ? 'med' : typeof stat === 'number' ? `p(${stat})` : stat

/** `p(95)<=300` */
const expression = ({ stat, threshold }: Threshold, bound: Gate['bound']): string =>
  `${statName(stat)}${bound === 'max' ? '<=' : '>='}${threshold}`

export interface K6Threshold {
  /** With its selector. */
  metric: string
  expression: string
}

/** What k6 is told of a gate: one threshold, or two that must both hold. */
export const thresholdsOf = (gate: Gate): [K6Threshold, ...K6Threshold[]] => [
  { metric: subMetric(gate), expression: expression(gate, gate.bound) },
  ...(gate.late === undefined ? [] : [lateThreshold(gate.late)]),
]

export const lateThreshold = (late: Threshold): K6Threshold => ({ metric: subMetric(late), expression: expression(late, 'max') })

/** k6's `thresholds` option: sub-metric -> expressions. */
export function toThresholds(gates: readonly Gate[]): Record<string, string[]> {
  const thresholds: Record<string, string[]> = {}
  for (const { metric, expression } of gates.flatMap(thresholdsOf)) {
    const expressions = thresholds[metric] ?? []
    thresholds[metric] = expressions
    if (!expressions.includes(expression)) expressions.push(expression)
  }
  return thresholds
}
