/** Limits on custom metrics -> gates; a trend or gauge is paired with the counter that says how many samples it rests on. */
import { UsageError } from '../base/errors.ts'
import { didYouMean } from '../base/nearest.ts'
import { type Declarations, METRICS, type MetricDeclaration } from '../metrics/list.ts'
import { EVIDENCE, samplesFor } from './evidence.ts'
import { type GateKind, LIMIT } from './kind.ts'
import type { Gate, Threshold } from './model.ts'
import { declared } from './threshold.ts'
import { reasonOf, type Why } from './why.ts'

/** A kind that stands at a custom metric of the script, over the whole run. */
export interface MetricKind extends GateKind {
  schema: NonNullable<GateKind['schema']>
  /** Types of metrics that have such a figure. */
  of: readonly MetricDeclaration['type'][]
  /** Of what the script plans of the metric. */
  share?: true
  /** Of a trend; the total of a counter and the value of a gauge are what they are. */
  stat?: Threshold['stat']
}

const amount = (bound: Gate['bound'], what: string, schema: MetricKind['schema']): MetricKind => ({
  label: 'value',
  unit: '',
  bound,
  of: ['counter', 'gauge'],
  drawn: 'gauge',
  schema,
  sentence: ({ where, value, must }) => `${where} ${what} ${value}; it must be ${must}.`,
})

const shareOf = (bound: Gate['bound'], schema: MetricKind['schema']): MetricKind => ({
  ...{ label: 'share of plan', unit: 'share', bound, of: ['counter', 'gauge'], share: true, schema },
  sentence: ({ where, value, must }) => `${where} came to ${value} of what was planned; it must be ${must}.`,
})

const statistic = (label: string, called: string, stat: Threshold['stat'], bound: Gate['bound'], what: string): MetricKind => ({
  label,
  unit: '',
  bound,
  of: ['trend'],
  stat,
  ...(typeof stat === 'number' ? { drawn: 'trend' as const } : {}),
  schema: LIMIT.amount(`${what} of a trend, at ${bound === 'max' ? 'most' : 'least'}.`),
  sentence: ({ where, value, must }) => `${called} of ${where} was ${value}; it must be ${must}.`,
})

export const METRIC = {
  min: amount('min', 'was', LIMIT.amount('Total of a counter, or value of a gauge, at least.')),
  max: amount('max', 'was', LIMIT.amount('Total of a counter, or value of a gauge, at most.')),
  min_share: shareOf('min', LIMIT.share('Total of a counter as a share of what the script planned, at least.')),
  max_share: shareOf('max', LIMIT.share('Total of a counter as a share of what the script planned, at most.')),
  p50: statistic('p50', 'the median', 50, 'max', 'Median'),
  p95: statistic('p95', 'p95', 95, 'max', '95th percentile'),
  p99: statistic('p99', 'p99', 99, 'max', '99th percentile'),
  largest: statistic('largest', 'the largest', 'max', 'max', 'Largest value'),
  p50_min: statistic('p50', 'the median', 50, 'min', 'Median'),
} as const satisfies Record<string, MetricKind>

const ROWS: Readonly<Record<string, MetricKind>> = METRIC

/** @throws UsageError for a metric that there is not, and for one that has no limits of its own */
function declarationOf(name: string, where: string, declarations: Declarations): MetricDeclaration {
  const declaration = Object.hasOwn(declarations, name) ? declarations[name] : undefined
  if (declaration === undefined)
    throw new UsageError(
      `${where}: unknown metric${didYouMean(name, Object.keys(declarations))}; known: ${Object.keys(declarations).join(', ')}`,
    )
  if (declaration.type === 'rate')
    throw new UsageError(
      `${where}: ${name} is made for limits of windows (p95_ms, late_share, max_ms, new_connections); give one of those`,
    )
  return declaration
}

/** @throws UsageError for a limit that a metric of this type cannot have */
function requireFit(row: MetricKind, { type }: MetricDeclaration, name: string, key: string, where: string): void {
  if (!row.of.includes(type)) throw new UsageError(`${where}.${key}: ${name} is a ${type}, which has no such limit`)
}

/**
 * Which way a limit on one of our metrics is tighter; undefined for a key that is no limit.
 * @throws UsageError for a metric that there is not, and for a limit that one of its kind cannot have
 */
export function metricBoundOf(name: string, key: string, fileName: string): Gate['bound'] | undefined {
  const where = `${fileName}: metrics.${name}`
  const declaration = declarationOf(name, where, METRICS)
  const row = Object.hasOwn(ROWS, key) ? ROWS[key] : undefined
  if (row !== undefined) requireFit(row, declaration, name, key, where)
  return row?.bound
}

/**
 * @param planned what the script plans of the metric in all instances together
 * @param samplesPlanned what it plans of the metric that says how many samples this one rests on
 */
export function metricGates(
  name: string,
  limits: { readonly [K in keyof typeof METRIC]?: number | undefined } & { readonly why: Why },
  planned: number | undefined,
  fileName: string,
  samplesPlanned?: number,
  declarations: Declarations = METRICS,
): Gate[] {
  const where = `${fileName}: metrics.${name}`
  const declaration = declarationOf(name, where, declarations)
  const standsOn = declared(declaration.metric ?? name)
  const kind = declaration.kind ?? 'limit'
  const made: Gate[] = []
  for (const [key, row] of Object.entries(ROWS)) {
    const limit = limits[key as keyof typeof METRIC]
    if (limit === undefined) continue
    requireFit(row, declaration, name, key, where)
    if (row.share && planned === undefined)
      throw new UsageError(`${where}.${key}: the script plans no number of ${name}; use ${row.bound} instead`)
    if (limit === 0 && row.bound === 'min' && declaration.type === 'counter')
      throw new UsageError(
        `${where}.${key}: expected more than 0, found 0: every total is at least that, so nothing could break it`,
      )
    const total = row.share ? limit * (planned ?? 0) : limit
    made.push({
      window: 'run',
      endpoint: name,
      key,
      label: row.label,
      kind,
      ...standsOn,
      stat: row.stat ?? (declaration.type === 'gauge' ? 'value' : 'count'),
      threshold: declaration.type !== 'counter' ? total : row.bound === 'min' ? Math.ceil(total) : Math.floor(total),
      limit,
      unit: row.share ? 'share' : declaration.unit,
      bound: row.bound,
      ...(row.share ? { of: planned ?? 0 } : {}),
      ...(declaration.exact || typeof row.stat !== 'number' ? {} : { needs: samplesFor(row.stat) }),
      why: reasonOf(limits, key),
    })
  }
  const needed = Math.max(declaration.needs ?? 1, ...made.map(({ needs = 1 }) => needs))
  if (declaration.evidence === undefined || made.length === 0) return made
  if (samplesPlanned !== undefined && samplesPlanned < needed)
    throw new UsageError(
      `${where}: needs at least ${needed} samples, but this size of run plans ${samplesPlanned} of ${declaration.evidence}; make the run larger, or take the limit out`,
    )
  const { label, unit, bound, kind: proof } = EVIDENCE.samples
  const samples = { label, unit, bound, kind: proof, stat: 'count' as const, threshold: needed, limit: needed }
  const why = 'A figure of no samples says nothing.'
  return [...made, { window: 'run', endpoint: name, key: 'samples', ...declared(declaration.evidence), ...samples, why }]
}
