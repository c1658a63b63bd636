/** What was recorded -> `series.json`. */
import { type Declarations, METRICS } from '../../lib/metrics/list.ts'
import type { RunSummary } from '../../lib/summary/model.ts'
import { INTERVAL_S } from '../k6/push-output.ts'
import type { Clock } from './clock.ts'
import { short } from './columns.ts'
import { add, bucketRatio, type Histogram, quantile } from './histogram.ts'
import type { Percentiles } from './percentiles.ts'
import { phaseTime } from './phases.ts'
import type { ProcessColumns } from './process-sampler.ts'
import { SERIES_SCHEMA, type SeriesFile, type SeriesRow, type SeriesWindow } from './series-model.ts'
import type { Row, Timeline } from './timeline.ts'
import { settle, validAnswers } from './valid-answers.ts'

export interface Recorded {
  script: string
  clock: Clock
  timeline: Timeline
  processes: ReadonlyMap<string, ProcessColumns>
  windows: readonly SeriesWindow[]
  /** Of the script's own. */
  metrics?: Declarations
  complete: boolean
}

/** The factor of k6's histograms, which are of schema 3. */
const K6_SCHEMA = 3
const percentiles = ({ p50, p95, p99 }: Percentiles) => ({ p50: p50.values, p95: p95.values, p99: p99.values })

function latencyOf(histogram: Histogram): SeriesRow['latency'] {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((percentile) => quantile(histogram, percentile))
  return p50 === undefined || p95 === undefined || p99 === undefined
    ? null
    : { p50: short(p50 * 1000), p95: short(p95 * 1000), p99: short(p99 * 1000) }
}

const written = ({ schema, zero, first, counts }: Histogram): SeriesRow['histogram'] => ({ schema, zero, first, counts })

function rowOf(row: Row): SeriesRow {
  const { window, endpoint, first, total: histogram } = row
  return {
    window,
    endpoint,
    first,
    sent: row.sent.values,
    ok: validAnswers(row),
    failed: Object.fromEntries([...row.failed].map(([name, column]) => [name, column.values])),
    ...percentiles(row.percentiles),
    latency: latencyOf(histogram),
    histogram: written(histogram),
    phases: Object.fromEntries([...row.phases].map(([phase, times]) => [phase, phaseTime(times)])),
  }
}

/** Time to the first byte, by window. */
function firstBytes(rows: Iterable<Row>): NonNullable<SeriesFile['waiting']> {
  const windows = new Map<string, Histogram>()
  for (const { window, phases } of rows) {
    const [times, before] = [phases.get('waiting'), windows.get(window)]
    if (window !== '' && times !== undefined) windows.set(window, before === undefined ? times : add(before, times))
  }
  return [...windows].map(([window, histogram]) => ({ window, histogram: written(histogram) }))
}

/** @param summary what k6 itself has counted, where it said so */
export function seriesOf(recorded: Recorded, summary: RunSummary | undefined): SeriesFile | undefined {
  const { script, clock, timeline, processes, windows, complete } = recorded
  const declared: Declarations = { ...METRICS, ...recorded.metrics }
  const length = clock.ends.length
  const firstOfLoad = Math.min(...[...timeline.rows.values()].flatMap(({ window, first }) => (window === '' ? [] : [first])))
  const startedAt =
    timeline.setupEnded ?? (clock.ends[Number.isFinite(firstOfLoad) ? firstOfLoad : 0] ?? Number.NaN) - INTERVAL_S * 1000
  if (length === 0) return undefined
  const rows = [...timeline.rows.values()].filter(({ sent }) => sent.values.length > 0).map(rowOf)
  let added = 0
  if (complete)
    for (const k6 of summary?.endpoints ?? []) {
      const row = rows.find(({ window, endpoint }) => window === k6.window && endpoint === k6.endpoint)
      if (row !== undefined) added += settle(row, k6)
    }
  const { vus, vusMax, receivedBytes, sentBytes } = timeline
  return {
    schema: SERIES_SCHEMA,
    script,
    load_started_at: new Date(startedAt).toISOString(),
    interval_s: INTERVAL_S,
    bucket_ratio: Number(bucketRatio(K6_SCHEMA).toFixed(4)),
    instances: clock.instances,
    complete,
    added_at_end: added,
    windows: [...windows],
    t: clock.ends.map((at) => Number(((at - startedAt) / 1000).toFixed(3))),
    vus: vus.whole(length),
    vus_max: vusMax.whole(length),
    received_bytes: receivedBytes.whole(length),
    sent_bytes: sentBytes.whole(length),
    rows,
    merged: [...timeline.merged].map(([endpoint, { first, percentiles: of }]) => ({ endpoint, first, ...percentiles(of) })),
    scenarios: [...timeline.scenarios].map(([window, { first, iterations, dropped }]) => ({
      window,
      first,
      iterations: iterations.values,
      dropped: dropped.values,
    })),
    waiting: firstBytes(timeline.rows.values()),
    metrics: [...timeline.metrics.values()].map(({ name, kind, values, mean, percentiles: of }) => ({
      name,
      kind,
      unit: declared[name.replace(/\{.*/, '')]?.unit ?? '',
      first: values.first,
      values: values.values,
      ...(mean === undefined ? {} : { mean: mean.values }),
      ...(of === undefined ? {} : percentiles(of)),
    })),
    processes: Object.fromEntries(
      [...processes].map(([role, { cpu, rss }]) => [role, { cpu: cpu.whole(length), rss: rss.whole(length) }]),
    ),
  }
}
