/** What was recorded -> `series.json`. */
import { METRICS, type MetricDeclaration } from '../../lib/metrics/list.ts'
import type { EndpointSummary, RunSummary } from '../../lib/summary/model.ts'
import type { Clock } from './clock.ts'
import { short } from './columns.ts'
import { bucketRatio, type Histogram, quantile } from './histogram.ts'
import { INTERVAL_S } from './k6-output.ts'
import type { ProcessColumns } from './process-sampler.ts'
import { SERIES_SCHEMA, type SeriesFile, type SeriesRow, type SeriesWindow } from './series-model.ts'
import type { Percentiles, Row, Timeline } from './timeline.ts'

export interface Recorded {
  script: string
  clock: Clock
  timeline: Timeline
  processes: ReadonlyMap<string, ProcessColumns>
  windows: readonly SeriesWindow[]
  complete: boolean
}

/** The factor of k6's histograms, which are of schema 3. */
const K6_SCHEMA = 3
/** Classes of answers that had an expected status and were found wrong after that. */
const FOUND_WRONG = ['wrong_answer', 'rpc_error']

const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
const percentiles = ({ p50, p95, p99 }: Percentiles) => ({ p50: p50.values, p95: p95.values, p99: p99.values })

function latencyOf(histogram: Histogram): SeriesRow['latency'] {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((percentile) => quantile(histogram, percentile))
  return p50 === undefined || p95 === undefined || p99 === undefined
    ? null
    : { p50: short(p50 * 1000), p95: short(p95 * 1000), p99: short(p99 * 1000) }
}

/**
 * Right answers: the expected ones less those found wrong. A push may end between an answer and its judgement;
 * what is then missing is taken from the seconds beside it, so that no second has less than none and the sum stays.
 */
function rightAnswers({ first, sent, expected, failed }: Row): number[] {
  // A judgement may even come in a second in which nothing was sent any more.
  const length = Math.max(sent.values.length, ...FOUND_WRONG.map((failure) => failed.get(failure)?.values.length ?? 0))
  const right = Array.from({ length }, (_, i) => {
    const wrong = total(FOUND_WRONG.map((failure) => failed.get(failure)?.at(first + i) ?? 0))
    return expected.at(first + i) - wrong
  })
  const carry = (from: number, to: number, step: 1 | -1): void => {
    for (let i = from, owed = 0; i !== to; i += step) {
      const left = (right[i] ?? 0) + owed
      right[i] = Math.max(0, left)
      owed = Math.min(0, left)
    }
  }
  const last = right.length - 1
  // Forward, as judgements come late; what is still owed at the end is taken backward.
  const owed = total(right)
  carry(0, last + 1, 1)
  right[last] = (right[last] ?? 0) + owed - total(right)
  carry(last, -1, -1)
  return right
}

const written = ({ schema, zero, first, counts }: Histogram): SeriesRow['histogram'] => ({ schema, zero, first, counts })

function rowOf(row: Row): SeriesRow {
  const { window, endpoint, first, total: histogram } = row
  return {
    window,
    endpoint,
    first,
    sent: row.sent.values,
    ok: rightAnswers(row),
    failed: Object.fromEntries([...row.failed].map(([name, column]) => [name, column.values])),
    ...percentiles(row.percentiles),
    latency: latencyOf(histogram),
    histogram: written(histogram),
  }
}

/** Adds to the last second what k6 knows of and has not pushed. @returns how much */
function settle(row: SeriesRow, k6: EndpointSummary): number {
  let added = 0
  const last = row.sent.length - 1
  const raise = (values: number[], to: number): void => {
    const missing = to - total(values)
    if (missing <= 0 || last < 0) return
    while (values.length <= last) values.push(0)
    values[last] = (values[last] ?? 0) + missing
    added += missing
  }
  raise(row.sent, k6.sent)
  for (const [failure, count] of Object.entries(k6.failures)) {
    const values = row.failed[failure] ?? []
    row.failed[failure] = values
    raise(values, count)
  }
  const wrong = total(row.ok) - k6.ok
  if (wrong < 0) raise(row.ok, k6.ok)
  // A judgement that was never pushed: the answer had counted as right.
  for (let i = last, over = wrong; over > 0 && i >= 0; i--) {
    const taken = Math.min(over, row.ok[i] ?? 0)
    row.ok[i] = (row.ok[i] ?? 0) - taken
    over -= taken
  }
  return added
}

/** @param summary what k6 itself has counted, where it said so */
export function seriesOf(recorded: Recorded, summary: RunSummary | undefined): SeriesFile | undefined {
  const { script, clock, timeline, processes, windows, complete } = recorded
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
    waiting: [...timeline.waiting].map(([window, histogram]) => ({ window, histogram: written(histogram) })),
    metrics: [...timeline.metrics.values()].map(({ name, kind, values, mean, percentiles: of }) => ({
      name,
      kind,
      unit: (METRICS as Record<string, MetricDeclaration>)[name.replace(/\{.*/, '')]?.unit ?? '',
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
