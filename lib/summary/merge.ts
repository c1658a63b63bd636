/**
 * Several instances -> one run, as if one k6 had sent it. Counts add up, so whatever rests on them is exact; percentiles of the whole are put
 * together from those of the instances, to 1 % of the values, and no limit on latency stands on them. Pure.
 */

import type { Gate, Late, Threshold } from '../gates/model.ts'
import { statName, subMetric, thresholdsOf } from '../gates/threshold.ts'
import { METRICS, type MetricDeclaration } from '../metrics/list.ts'
import { collect } from './collect.ts'
import type { Instance, InstanceMetric } from './instance-model.ts'
import type { K6Data } from './k6-data.ts'
import type { RunSummary } from './model.ts'
import { sentOf } from './observed.ts'
import type { SummaryPlan } from './plan-model.ts'

type Values = Readonly<Record<string, number>>
type Merge = NonNullable<MetricDeclaration['merge']>

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)
/** Never spread into a call: there may be thousands. */
const most = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
const least = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
const MERGES: Readonly<Record<Merge, (numbers: readonly number[]) => number>> = { max: most, min: least, sum }

const each = (parts: readonly Values[], merge: (numbers: readonly number[]) => number): Record<string, number> =>
  Object.fromEntries(
    [...new Set(parts.flatMap((values) => Object.keys(values)))].map((key) => [
      key,
      merge(parts.flatMap((part) => part[key] ?? [])),
    ]),
  )

/** Percentiles of a trend in one instance: shares and values, both ascending. */
interface Steps {
  count: number
  shares: number[]
  values: number[]
}

function stepsOf(values: Values): Steps {
  const points = Object.entries(values).flatMap(([stat, value]): [number, number][] => {
    const percent = stat === 'med' ? 50 : stat === 'min' ? 0 : stat === 'max' ? 100 : Number(/^p\(([\d.]+)\)$/.exec(stat)?.[1])
    return percent >= 0 && percent <= 100 ? [[percent / 100, value]] : []
  })
  points.sort(([a, x], [b, y]) => a - b || x - y)
  return { count: values.count ?? 0, shares: points.map(([share]) => share), values: points.map(([, value]) => value) }
}

/** Share of the values that are at most `value`. */
function shareUpTo({ shares, values }: Steps, value: number): number {
  let [low, high] = [0, values.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((values[middle] as number) <= value) low = middle + 1
    else high = middle
  }
  if (low === 0) return 0
  if (low === values.length) return 1
  const [from, to] = [values[low - 1] as number, values[low] as number]
  const [below, above] = [shares[low - 1] as number, shares[low] as number]
  return below + ((above - below) * (value - from)) / (to - from)
}

/** Halvings after which a percentile is known more closely than it was measured. */
const HALVINGS = 40

function percentile(share: number, parts: readonly Steps[], from: number, to: number): number {
  const wanted = share * sum(parts.map(({ count }) => count))
  let [low, high] = [from, to]
  for (let i = 0; i < HALVINGS && high - low > 1e-9 * high; i++) {
    const middle = (low + high) / 2
    if (sum(parts.map((part) => part.count * shareUpTo(part, middle))) < wanted) low = middle
    else high = middle
  }
  return high
}

/** As the summary of a single run has them. */
const SHOWN = { med: 0.5, 'p(90)': 0.9, 'p(95)': 0.95, 'p(99)': 0.99, 'p(99.9)': 0.999 }

/** @param more percentiles that a gate stands on */
function mergeTrends(parts: readonly Values[], more: readonly number[]): Record<string, number> {
  const count = sum(parts.map((part) => part.count ?? 0))
  const [min, max] = [least(parts.map((part) => part.min ?? 0)), most(parts.map((part) => part.max ?? 0))]
  const steps = parts.map(stepsOf)
  const wanted = { ...SHOWN, ...Object.fromEntries(more.map((percent) => [statName(percent), percent / 100])) }
  return {
    count,
    min,
    max,
    avg: sum(parts.map((part) => (part.avg ?? 0) * (part.count ?? 0))) / count,
    ...Object.fromEntries(Object.entries(wanted).map(([stat, share]) => [stat, percentile(share, steps, min, max)])),
  }
}

function mergeRates(parts: readonly Values[]): Record<string, number> {
  const [passes, fails] = [sum(parts.map((part) => part.passes ?? 0)), sum(parts.map((part) => part.fails ?? 0))]
  return { passes, fails, rate: passes / (passes + fails) }
}

/** k6's own gauges. */
const OF_K6: Readonly<Record<string, Merge>> = { vus: 'sum', vus_max: 'sum' }

function mergeOf(name: string, { metrics = {} }: SummaryPlan): Merge {
  const metric = name.split('{', 1)[0] as string
  const builtIn: Readonly<Record<string, MetricDeclaration>> = METRICS
  return OF_K6[metric] ?? builtIn[metric]?.merge ?? metrics[metric]?.merge ?? 'max'
}

function mergeMetric(name: string, parts: readonly InstanceMetric[], plan: SummaryPlan): InstanceMetric {
  const [only, ...others] = parts
  if (only !== undefined && others.length === 0) return only
  const type = only?.type ?? 'counter'
  const values = parts.filter((part) => part.type === type).map((part) => part.values)
  switch (type) {
    case 'counter':
      return { type, values: each(values, sum) }
    case 'rate':
      return { type, values: mergeRates(values) }
    case 'gauge':
      return { type, values: each(values, MERGES[mergeOf(name, plan)]) }
    case 'trend': {
      const percents = plan.gates.flatMap((gate) =>
        typeof gate.stat === 'number' && subMetric(gate) === name ? [gate.stat] : [],
      )
      return { type, values: mergeTrends(values, percents) }
    }
  }
}

type Metrics = Readonly<Record<string, InstanceMetric>>

/** As k6 judges: what has no sample is 0, but a rate of none holds. */
function holds(threshold: Threshold, bound: Gate['bound'], metrics: Metrics): boolean {
  const metric = metrics[subMetric(threshold)]
  if (metric === undefined && threshold.stat === 'rate') return true
  const value = metric?.values[statName(threshold.stat)] ?? 0
  return bound === 'max' ? value <= threshold.threshold : value >= threshold.threshold
}

/** "p95 ≤ L" is "at most 5 % later than L": of what was sent, counted one by one. */
function inTime(late: Late, { window, endpoint }: Gate, metrics: Metrics): boolean {
  if (late.stat === 'rate') return holds(late, 'max', metrics)
  const sent = metrics[sentOf(window, endpoint)]?.values.count ?? 0
  return (metrics[subMetric(late)]?.values.count ?? 0) <= sent * late.share + 1e-6
}

/** What k6 would have said of the thresholds of these gates. */
function judged(gates: readonly Gate[], metrics: Metrics): K6Data['metrics'] {
  const all: K6Data['metrics'] = { ...metrics }
  const say = (name: string, type: string, expression: string, ok: boolean): void => {
    const metric = all[name] ?? { type, values: type === 'counter' ? { count: 0 } : {} }
    all[name] = { ...metric, thresholds: { ...metric.thresholds, [expression]: { ok } } }
  }
  for (const gate of gates) {
    const [own, waited] = thresholdsOf(gate)
    const { late } = gate
    const type = { count: 'counter', rate: 'rate', value: 'gauge' }[String(gate.stat)] ?? 'trend'
    const ok = late === undefined || gate.metric === late.metric ? holds(gate, gate.bound, metrics) : inTime(late, gate, metrics)
    say(own.metric, type, own.expression, ok)
    if (late !== undefined && waited !== undefined)
      say(waited.metric, late.stat === 'rate' ? 'rate' : 'counter', waited.expression, holds(late, 'max', metrics))
  }
  return all
}

/** @param instances of the same run, one at least: their plans are the same */
export function mergeInstances(instances: readonly [Instance, ...Instance[]]): RunSummary {
  const [{ plan }] = instances
  const names = [...new Set(instances.flatMap(({ metrics }) => Object.keys(metrics)))]
  const metrics = Object.fromEntries(
    names.map((name) => [
      name,
      mergeMetric(
        name,
        instances.flatMap((one) => one.metrics[name] ?? []),
        plan,
      ),
    ]),
  )
  const state = { testRunDurationMs: most(instances.map(({ duration_ms }) => duration_ms)) }
  const finished = most(instances.map(({ ended }) => ended))
  return { ...collect(plan, { metrics: judged(plan.gates, metrics), state }), finished_at: new Date(finished).toISOString() }
}
