/** Throughput, latency and failures over time: of all endpoints together, and of each. */
import type { RunSummary } from '../../lib/summary/model.ts'
import { offeredAt } from '../../lib/windows/offered.ts'
import { hasLatency, isLoad } from '../record/scenarios.ts'
import type { SeriesFile, SeriesRow } from '../record/series-model.ts'
import { type Axis, pick, rates, wide } from './axis.ts'
import { distributionOf } from './distribution.ts'
import { placesToDraw } from './downsample.ts'
import { latencyLimits, throughputLimits } from './limits.ts'
import type { PageView, Values } from './model.ts'

/** Stretches of a view: more than a screen has room for would only make the file larger. */
const STRETCHES = { all: 400, one: 120 }

const add = (a: Values, b: Values): Values => a.map((value, place) => (value ?? 0) + (b[place] ?? 0))
const total = (planned: Readonly<Record<string, number>> | undefined): number =>
  Object.values(planned ?? {}).reduce((a, b) => a + b, 0)

/** Planned requests a second of an endpoint at a moment; null where nothing is planned. */
function offered(endpoint: string, series: SeriesFile, summary: RunSummary | undefined, at: number): number | null {
  let sum: number | null = null
  for (const window of summary?.windows ?? []) {
    if (!isLoad(window.name) || window.planned === undefined || at < window.start || at >= window.start + window.duration)
      continue
    const all = total(window.planned)
    const share = endpoint === '*' ? 1 : (window.planned[endpoint] ?? 0) / Math.max(1, all)
    const known = series.windows.filter(({ name }) => name === window.name)
    // The plan of k6 knows ramps; the summary only what they come to.
    const rate = offeredAt(known, at) ?? all / window.duration
    sum = (sum ?? 0) + rate * share
  }
  if (sum === null && endpoint === '*') sum = offeredAt(series.windows, at) ?? null
  return sum === null ? null : Number(sum.toPrecision(4))
}

function ratesOf(rows: readonly SeriesRow[], of: (row: SeriesRow) => readonly number[], axis: Axis): Values {
  return rows.map((row) => rates(of(row), row.first, axis)).reduce(add, new Array(axis.covers.length).fill(0))
}

function view(endpoint: string, series: SeriesFile, summary: RunSummary | undefined, axis: Axis): PageView {
  const length = series.t.length
  const rows = series.rows.filter((row) => isLoad(row.window) && (endpoint === '*' || row.endpoint === endpoint))
  const merged = series.merged.find((row) => row.endpoint === endpoint)
  const classes = [...new Set(rows.flatMap(({ failed }) => Object.keys(failed)))].sort()
  const lines = {
    sent: ratesOf(rows, ({ sent }) => sent, axis),
    right: ratesOf(rows, ({ ok }) => ok, axis),
    p50: wide(merged?.p50 ?? [], merged?.first ?? 0, length),
    p95: wide(merged?.p95 ?? [], merged?.first ?? 0, length),
    p99: wide(merged?.p99 ?? [], merged?.first ?? 0, length),
  }
  const dropped =
    endpoint === '*'
      ? series.scenarios.map(({ dropped: of, first }) => rates(of, first, axis)).reduce(add, new Array(length).fill(0))
      : []
  const failed = Object.fromEntries(classes.map((name) => [name, ratesOf(rows, ({ failed: of }) => of[name] ?? [], axis)]))
  const all = [...Object.values(lines), ...Object.values(failed), ...(dropped.some((n) => (n ?? 0) > 0) ? [dropped] : [])]
  const drawn = placesToDraw(
    all.map((line) => pick(line, axis.places)),
    axis.places.length,
    endpoint === '*' ? STRETCHES.all : STRETCHES.one,
  ).map((place) => axis.places[place] ?? 0)
  const t = drawn.map((place) => axis.middles[place] ?? 0)
  const plan = t.map((at) => offered(endpoint, series, summary, at))
  return {
    endpoint,
    t,
    offered: plan.some((rate) => rate !== null) ? plan : [],
    sent: pick(lines.sent, drawn),
    right: pick(lines.right, drawn),
    dropped: dropped.some((n) => (n ?? 0) > 0) ? pick(dropped, drawn) : [],
    p50: pick(lines.p50, drawn),
    p95: pick(lines.p95, drawn),
    p99: pick(lines.p99, drawn),
    failed: Object.fromEntries(Object.entries(failed).map(([name, values]) => [name, pick(values, drawn)])),
    latencyLimits: latencyLimits(endpoint, summary),
    throughputLimits: throughputLimits(endpoint, summary),
    distribution: distributionOf(endpoint === '*' ? rows.filter((row) => hasLatency(row.endpoint)) : rows, summary),
  }
}

export function viewsOf(series: SeriesFile, summary: RunSummary | undefined, axis: Axis): PageView[] {
  const names = [...new Set(series.rows.flatMap(({ window, endpoint }) => (isLoad(window) ? [endpoint] : [])))].sort()
  return ['*', ...(names.length > 1 ? names : [])].map((endpoint) => view(endpoint, series, summary, axis))
}
