/**
 * `instance.json`: what one of several k6 instances has measured, in a form that adds up: counts, and the windows by its own clock. It comes
 * from another machine, so everything in it is checked. The types are its schema.
 */
import * as v from 'valibot'
import { placeOf } from '../base/segment.ts'
import { METRICS, type MetricDeclaration } from '../metrics/list.ts'
import { summaryPlanSchema } from './plan-model.ts'

/** Raised when a reader of the old shape would misread the new. */
export const INSTANCE_SCHEMA = 'loadgate.instance/2'

const figure = v.pipe(v.number(), v.finite())
/** Epoch milliseconds. */
const moment = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8.64e15))
const whole = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000))
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 as 64 hexadecimal digits'))

/** What is counted, and cannot be less than nothing: it would take away from what others have counted. */
const COUNTED = { counter: ['count'], rate: ['passes', 'fails'], trend: ['count'], gauge: [] } as const

const metric = v.pipe(
  v.object({ type: v.picklist(['counter', 'gauge', 'rate', 'trend']), values: v.record(v.string(), figure) }),
  v.check(({ type, values }) => {
    return COUNTED[type].every((name) => (values[name] ?? 0) >= 0 && (values[name] ?? 0) <= Number.MAX_SAFE_INTEGER)
  }, 'expected counts of at least 0'),
)

/** Of the two ends of a window. */
const ROUNDING_MS = 2

/** Gauges that add up: one below 0 would take away from those of the others. */
const SUMS = Object.entries<MetricDeclaration>(METRICS).flatMap(([name, { merge }]) => (merge === 'sum' ? [name] : []))

const evidence = v.object({
  schema: v.literal(INSTANCE_SCHEMA),
  /** Place of its segment, from 1. */
  instance: whole,
  /** Instances that share the run. */
  of: whole,
  /** As k6 was told it, such as `1/4:1/2`; empty for the whole run. */
  segment: v.pipe(v.string(), v.maxLength(100)),
  /** Name of its own: two that have the same are one that came twice. */
  run: v.pipe(v.string(), v.maxLength(100)),
  /** SHA-256 of what must be the same in every instance. */
  hashes: v.object({ script: hash, settings: hash, limits: hash }),
  /** By its own clock. */
  began: moment,
  ended: moment,
  /** k6's own length of the run in milliseconds, setup and teardown included. */
  duration_ms: figure,
  /** Windows by its own clock; `to` is when it ended, where that was before the end of the window. */
  windows: v.array(v.object({ name: v.string(), from: moment, to: moment })),
  /** What the whole run means to send, and what it is held to. */
  plan: summaryPlanSchema,
  /** Metrics and sub-metrics that have a sample, as k6 sums them up. */
  metrics: v.record(v.string(), metric),
})

export const instanceSchema = v.pipe(
  evidence,
  v.check(({ segment, of, instance }) => placeOf(segment, of) === instance, 'expected the segment of its place'),
  // Of a window that it does not tell of, nobody could say whether it was there with the others.
  v.check(
    ({ plan, windows }) => plan.windows.every(({ name }) => windows.filter((one) => one.name === name).length === 1),
    'expected each window of its plan once',
  ),
  v.check(
    ({ plan, windows, ended }) =>
      windows.every(({ name, from, to }) => {
        const planned = plan.windows.find((window) => window.name === name)?.duration ?? 0
        return from <= to && to <= ended && to - from <= planned * 1000 + ROUNDING_MS
      }),
    'expected windows within their planned time, and over when the instance ended',
  ),
  v.check(
    ({ metrics }) => SUMS.every((name) => Object.values(metrics[name]?.values ?? {}).every((value) => value >= 0)),
    'expected no sum below 0',
  ),
)
export type Instance = v.InferOutput<typeof instanceSchema>
export type InstanceMetric = Instance['metrics'][string]
