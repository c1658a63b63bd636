/** What a script measures beyond requests, one chart a metric: a counter as its growth, a gauge as it is, a trend as its percentiles. */
import { METRICS, type MetricDeclaration } from '../../lib/metrics/list.ts'
import type { RunSummary } from '../../lib/summary/model.ts'
import type { SeriesFile } from '../record/series-model.ts'
import { type Axis, wide } from './axis.ts'
import { metricLimits } from './limits.ts'
import { lineChart } from './line-chart.ts'
import { OF_THE_MACHINE } from './machine-charts.ts'
import type { PageChart, Values } from './model.ts'

/** A script with more measurements than this shows the first ones; all of them are in series.json. */
const MOST = 24
const UNITS: Record<string, PageChart['unit']> = { ms: 'ms', bytes: 'mib', count: 'count', share: 'share' }

type Metric = SeriesFile['metrics'][number]

/** Without the tags behind it. */
const plainName = (metric: string): string => metric.replace(/\{.*/, '')

/** Counters that only say how many samples another measurement rests on. */
const EVIDENCE = new Set(
  (Object.values(METRICS) as MetricDeclaration[]).flatMap(({ evidence }) =>
    evidence === undefined ? [] : [plainName(evidence)],
  ),
)

function linesOf({ kind, first, values, p50 = [], p95 = [] }: Metric, length: number): Record<string, Values> {
  if (kind === 'trend') return { p50: wide(p50, first, length), p95: wide(p95, first, length) }
  const all = wide(values, first, length)
  // A counter that nobody has heard of has not grown.
  return kind === 'counter' ? { 'new each second': all.map((value) => value ?? 0) } : { value: all }
}

export function measuredCharts(series: SeriesFile, summary: RunSummary | undefined, axis: Axis): PageChart[] {
  const names = series.metrics.map(({ name }) => plainName(name))
  // A script's own trend or gauge has its counter beside it.
  const isEvidence = (name: string): boolean =>
    EVIDENCE.has(name) || (name.endsWith('_samples') && names.includes(name.slice(0, -'_samples'.length)))
  const isOnly = (name: string): boolean => names.filter((other) => other === name).length === 1
  return series.metrics
    .filter(({ name }) => !OF_THE_MACHINE.includes(name) && !isEvidence(plainName(name)))
    .slice(0, MOST)
    .flatMap((metric) => {
      const name = plainName(metric.name)
      const declared = (METRICS as Record<string, MetricDeclaration>)[name]
      return lineChart(
        {
          id: `measured-${metric.name.replace(/[^\w]+/g, '-')}`,
          // Tags are of use where they tell metrics apart.
          title: isOnly(name) ? name : metric.name,
          unit: UNITS[metric.unit] ?? '',
          lines: linesOf(metric, series.t.length),
          limits: metricLimits(name, metric.kind, summary, series.t.at(-1) ?? 0),
          ...(declared === undefined ? {} : { doc: declared.doc }),
        },
        axis,
      )
    })
}
