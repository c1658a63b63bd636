/** `series.json`: the run second by second, as the recorder saw it. */
import * as v from 'valibot'
import { COARSEST, FINEST, MOST_BUCKETS } from './histogram.ts'
import { PHASE_NAMES } from './phases.ts'

/** Raised when a reader of the old shape would misread the new. */
export const SERIES_SCHEMA = 'loadgate.series/1'

const numbers = v.array(v.number())
const gaps = v.array(v.nullable(v.number()))
const histogramSchema = v.object({
  /** Schema of Prometheus' native histograms: 3 has buckets in the ratio 1.0905. */
  schema: v.pipe(v.number(), v.integer(), v.minValue(COARSEST), v.maxValue(FINEST)),
  /** Values of zero and below. */
  zero: v.number(),
  /** Index of the first bucket. */
  first: v.pipe(v.number(), v.integer(), v.minValue(-MOST_BUCKETS), v.maxValue(MOST_BUCKETS)),
  counts: numbers,
})
const percentileColumns = { p50: gaps, p95: gaps, p99: gaps }

const phaseSchema = v.object({ mean: v.number(), some: v.number() })

const rowSchema = v.object({
  /** k6 scenario; empty for requests of setup and teardown. */
  window: v.string(),
  endpoint: v.string(),
  /** Place in `t` of the first value of every column. A column may end early: nothing more came. */
  first: v.number(),
  sent: numbers,
  /** Answered correctly. */
  ok: numbers,
  /** By class, `shed` among them; classes that never occurred are absent. */
  failed: v.record(v.string(), numbers),
  /** Milliseconds, failed answers included; null where nothing was answered. */
  ...percentileColumns,
  /** Milliseconds, over the whole window. */
  latency: v.nullable(v.object({ p50: v.number(), p95: v.number(), p99: v.number() })),
  /** Values are seconds. */
  histogram: histogramSchema,
  /** Where the time went, as `PhaseTime` says. Absent in recordings of before it was kept. */
  phases: v.exactOptional(v.partial(v.object(v.entriesFromList(PHASE_NAMES, phaseSchema)))),
})

const mergedSchema = v.object({
  /** An endpoint over all windows; `*` is all of them. */
  endpoint: v.string(),
  first: v.number(),
  ...percentileColumns,
})

const scenarioSchema = v.object({ window: v.string(), first: v.number(), iterations: numbers, dropped: numbers })

const metricSchema = v.object({
  /** Name, with the tags that are not k6's own: `ws_held`, `gateway_connections{kind=ws}`. */
  name: v.string(),
  kind: v.picklist(['counter', 'gauge', 'trend']),
  unit: v.string(),
  first: v.number(),
  /** Counter: how much it has grown. Gauge: its value. Trend: the number of its values. */
  values: gaps,
  /** Of a trend. */
  ...v.partial(v.object({ mean: gaps, p50: gaps, p95: gaps, p99: gaps })).entries,
})

const windowSchema = v.object({
  name: v.string(),
  /** Seconds from the start of the load. */
  start: v.number(),
  duration: v.number(),
  /** Planned requests a second: pairs of seconds from the start of the load and rate, straight lines between. Absent in the closed model. */
  offered: v.exactOptional(v.array(v.tuple([v.number(), v.number()]))),
})

export const seriesSchema = v.object({
  schema: v.literal(SERIES_SCHEMA),
  script: v.string(),
  /** ISO 8601: when the load began, setup being over. */
  load_started_at: v.string(),
  /** Seconds between two pushes of k6. */
  interval_s: v.number(),
  /** Percentiles are within this factor of the true ones. */
  bucket_ratio: v.number(),
  instances: v.number(),
  /** Whether the last word of every instance was heard: the sums are k6's own then. */
  complete: v.boolean(),
  /** What the last push had left out and k6's summary knows: samples of the same millisecond as the push before. */
  added_at_end: v.number(),
  windows: v.array(windowSchema),
  /** Seconds from the start of the load at which each push came; what it holds has happened since the one before. */
  t: numbers,
  vus: gaps,
  vus_max: gaps,
  received_bytes: numbers,
  sent_bytes: numbers,
  rows: v.array(rowSchema),
  merged: v.array(mergedSchema),
  scenarios: v.array(scenarioSchema),
  /** Time to the first byte of all requests of a window, in seconds. Absent in recordings of before it was kept. */
  waiting: v.exactOptional(v.array(v.object({ window: v.string(), histogram: histogramSchema }))),
  metrics: v.array(metricSchema),
  /** Processes of this machine by role (`k6`, `gateway`): cores in use and resident bytes. */
  processes: v.record(v.string(), v.object({ cpu: gaps, rss: gaps })),
})
export type SeriesFile = v.InferOutput<typeof seriesSchema>
export type SeriesRow = SeriesFile['rows'][number]
export type SeriesWindow = SeriesFile['windows'][number]

/** @throws when the text is no series of this version */
export const parseSeries = (text: string): SeriesFile => v.parse(seriesSchema, JSON.parse(text))
