/** CPU, memory and VUs over time, and whatever else the script measures. */
import { METRICS, type MetricDeclaration } from '../../lib/metrics/list.ts'
import type { SeriesFile } from '../recorder/series-model.ts'
import { type Axis, pick, wide } from './axis.ts'
import { placesToDraw } from './downsample.ts'
import type { PageChart, Values } from './model.ts'

const STRETCHES = 200
/** A script with more measurements than this shows the first ones; all of them are in series.json. */
const MOST_MEASURED = 24

type Metric = SeriesFile['metrics'][number]

/** What the monitor asks the gateway itself, beside what this machine sees of its process. */
const WATCHED = { cpu: 'watch_cpu', memory: 'watch_memory', connections: 'watch_connections' } as const

/** Without the tags behind it. */
const plainName = (metric: string): string => metric.replace(/\{.*/, '')

const mebibytes = (values: Values): Values =>
  values.map((value) => (value === null ? null : Number((value / 1_048_576).toPrecision(4))))

function chart(id: string, title: string, unit: PageChart['unit'], axis: Axis, lines: Record<string, Values>): PageChart[] {
  const present = Object.entries(lines).filter(([, values]) => values.some((value) => value !== null))
  if (present.length === 0) return []
  const drawn = placesToDraw(
    present.map(([, values]) => pick(values, axis.places)),
    axis.places.length,
    STRETCHES,
  ).map((place) => axis.places[place] ?? 0)
  return [
    {
      id,
      title,
      unit,
      t: drawn.map((place) => axis.middles[place] ?? 0),
      lines: Object.fromEntries(
        present.map(([name, values]) => [name, pick(unit === 'mib' ? mebibytes(values) : values, drawn)]),
      ),
    },
  ]
}

const means = (metric: Metric | undefined, length: number): Values =>
  metric ? wide(metric.mean ?? metric.values, metric.first, length) : []

export function machineCharts(series: SeriesFile, axis: Axis): PageChart[] {
  const length = series.t.length
  const metric = (name: string): Metric | undefined => series.metrics.find((found) => found.name === name)
  const { k6, gateway } = series.processes
  const said = { cpu: means(metric(WATCHED.cpu), length), memory: means(metric(WATCHED.memory), length) }
  return [
    ...chart('cpu', 'CPU', 'cores', axis, {
      'k6 (generator)': k6?.cpu ?? [],
      gateway: gateway?.cpu ?? [],
      'gateway, by its own metrics': said.cpu,
    }),
    ...chart('memory', 'Memory', 'mib', axis, {
      'k6 (generator)': k6?.rss ?? [],
      gateway: gateway?.rss ?? [],
      'gateway, by its own metrics': said.memory,
    }),
    ...chart('vus', 'VUs', 'count', axis, { busy: series.vus, made: series.vus_max }),
    ...chart('connections', 'Open connections of the gateway', 'count', axis, {
      'by its own metrics': means(metric(WATCHED.connections), length),
    }),
  ]
}

const UNITS: Record<string, PageChart['unit']> = { ms: 'ms', bytes: 'mib', count: 'count', share: 'share' }

/** Counters that only say how many samples another measurement rests on. */
const EVIDENCE = new Set(
  (Object.values(METRICS) as MetricDeclaration[]).flatMap(({ evidence }) =>
    evidence === undefined ? [] : [plainName(evidence)],
  ),
)

/** One chart a measurement: a counter as its growth, a gauge as it is, a trend as its percentiles. */
export function measuredCharts(series: SeriesFile, axis: Axis): PageChart[] {
  const length = series.t.length
  const shown = Object.values(WATCHED) as string[]
  return series.metrics
    .filter(({ name }) => !shown.includes(name) && !EVIDENCE.has(plainName(name)))
    .slice(0, MOST_MEASURED)
    .flatMap((metric) => {
      const { name, kind, unit, first, values } = metric
      const lines: Record<string, Values> =
        kind === 'trend'
          ? { p50: wide(metric.p50 ?? [], first, length), p95: wide(metric.p95 ?? [], first, length) }
          : { [kind === 'counter' ? 'new each second' : 'value']: wide(values, first, length) }
      return chart(`measured-${name.replace(/[^\w]+/g, '-')}`, name, UNITS[unit] ?? '', axis, lines)
    })
}
