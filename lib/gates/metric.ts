/** Limits on custom metrics -> gates; a trend or gauge is paired with the counter that says how many samples it rests on. */
import { UsageError } from '../errors.ts'
import { type Declarations, METRICS } from '../metrics/list.ts'
import { didYouMean } from '../nearest.ts'
import type { Gate } from '../summary/model.ts'
import type { MetricLimits } from '../thresholds.ts'
import { samplesFor } from './evidence.ts'

const TREND_STATS = { p50: 'med', p95: 'p(95)', p99: 'p(99)', largest: 'max' } as const

/**
 * @param planned what the script plans of the metric in all instances together
 * @param samplesPlanned what it plans of the metric that says how many samples this one rests on
 * @param instances k6 instances that share the run
 */
export function metricGates(
  name: string,
  limits: MetricLimits,
  planned: number | undefined,
  instances: number,
  fileName: string,
  samplesPlanned?: number,
  declared: Declarations = METRICS,
): Gate[] {
  const where = `${fileName}: metrics.${name}`
  const declaration = Object.hasOwn(declared, name) ? declared[name] : undefined
  if (declaration === undefined)
    throw new UsageError(
      `${where}: unknown metric${didYouMean(name, Object.keys(declared))}; known: ${Object.keys(declared).join(', ')}`,
    )
  if (declaration.type === 'rate')
    throw new UsageError(
      `${where}: ${name} is made for limits of windows (p95_ms, late_share, max_ms, new_connections); give one of those`,
    )
  const standsOn = declaration.metric ?? name
  const kind = declaration.kind ?? 'limit'
  const made: Gate[] = []
  const add = (
    key: string,
    bound: 'min' | 'max',
    kind: Gate['kind'],
    metric: string,
    expression: string,
    limit: number,
    unit: Gate['unit'],
    of?: number,
  ) =>
    made.push({
      window: 'run',
      endpoint: name,
      key,
      kind,
      metric,
      expression,
      limit,
      unit,
      bound,
      why: limits.why,
      ...(of === undefined ? {} : { of }),
    })
  const wrongKind = (key: string) => new UsageError(`${where}.${key}: ${name} is a ${declaration.type}, which has no such limit`)
  for (const key of ['min', 'max', 'min_share', 'max_share'] as const) {
    const limit = limits[key]
    if (limit === undefined) continue
    if (declaration.type === 'trend') throw wrongKind(key)
    const bound = key.startsWith('min') ? 'min' : 'max'
    const share = key.endsWith('share')
    if (share && planned === undefined)
      throw new UsageError(`${where}.${key}: the script plans no number of ${name}; use ${bound} instead`)
    const total = share ? limit * (planned ?? 0) : limit
    // What all instances reach together, each must reach its part of; a gauge is the same in each.
    const part = declaration.type === 'counter' && (share || bound === 'min') ? total / instances : total
    const raw = declaration.type !== 'counter' ? total : bound === 'min' ? Math.ceil(part) : Math.floor(part)
    const stat = declaration.type === 'gauge' ? 'value' : 'count'
    add(
      key,
      bound,
      kind,
      standsOn,
      `${stat}${bound === 'min' ? '>=' : '<='}${raw}`,
      limit,
      share ? 'share' : declaration.unit,
      share ? (planned ?? 0) / instances : undefined,
    )
  }
  for (const key of ['p50', 'p95', 'p99', 'largest'] as const) {
    const limit = limits[key]
    if (limit === undefined) continue
    if (declaration.type !== 'trend') throw wrongKind(key)
    add(key, 'max', kind, standsOn, `${TREND_STATS[key]}<=${limit}`, limit, declaration.unit)
  }
  if (limits.p50_min !== undefined) {
    if (declaration.type !== 'trend') throw wrongKind('p50_min')
    add('p50_min', 'min', kind, standsOn, `med>=${limits.p50_min}`, limits.p50_min, declaration.unit)
  }
  const median = limits.p50 ?? limits.p50_min
  const percentile = limits.p99 !== undefined ? 99 : limits.p95 !== undefined ? 95 : median !== undefined ? 50 : 0
  const strictest = declaration.exact ? 0 : percentile
  if (declaration.evidence !== undefined && made.length > 0) {
    const needed = Math.max(declaration.needs ?? 1, strictest > 0 ? samplesFor(strictest) : 1)
    if (samplesPlanned !== undefined && samplesPlanned / instances < needed)
      throw new UsageError(
        `${where}: needs at least ${needed} samples, but this size of run plans ${Math.floor(samplesPlanned / instances)} of ${declaration.evidence}; make the run larger, or take the limit out`,
      )
    add('samples', 'min', 'evidence', declaration.evidence, `count>=${needed}`, needed, 'count')
  }
  return made
}
