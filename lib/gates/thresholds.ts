/**
 * The thresholds file: window -> endpoint -> limits. It takes what the catalogue of gates has, validates at init and makes `thresholds/schema.json`.
 */

import {
  description,
  type GenericSchema,
  type InferOutput,
  minLength,
  type OptionalSchema,
  optional,
  pipe,
  record,
  strictObject,
  string,
  union,
} from 'valibot'
import { UsageError } from '../base/errors.ts'
import { isObject } from '../base/json.ts'
import { didYouMean } from '../base/nearest.ts'
import { check } from '../base/schema.ts'
import { besideKeys, RENAMED, WINDOW_KINDS } from './catalogue.ts'
import type { WindowKind } from './kind.ts'
import { METRIC } from './metric.ts'
import { faultOfWhy } from './why.ts'

type Limit = OptionalSchema<GenericSchema<unknown, number>, undefined>
type Rows = readonly (readonly [string, WindowKind])[]

/** Keys with what they take; a row may have one more beside it. */
const entriesOf = (rows: Rows): Record<string, Limit> =>
  Object.fromEntries(
    rows.flatMap(([key, { schema, beside }]) => [
      ...(beside === undefined ? [] : [[beside.key, optional(beside.schema)] as const]),
      ...(schema === undefined ? [] : [[key, optional(schema)] as const]),
    ]),
  )

type KeysOf<T> = {
  [K in keyof T]: T[K] extends { schema: unknown } ? (T[K] extends { ofRun: true } ? never : K) : never
}[keyof T]
type Besides<T> = T[keyof T] extends infer Row ? (Row extends { beside: { key: infer K extends string } } ? K : never) : never
type WindowKey = KeysOf<typeof WINDOW_KINDS> | Besides<typeof WINDOW_KINDS>
type RunKey = {
  [K in keyof typeof WINDOW_KINDS]: (typeof WINDOW_KINDS)[K] extends { ofRun: true } ? K : never
}[keyof typeof WINDOW_KINDS]

const sentence = pipe(string('expected a sentence'), minLength(1, 'expected a sentence'))
const why = pipe(
  union([sentence, record(string(), sentence)], 'expected a sentence, or a sentence for each limit by its key'),
  description('Where these numbers come from: a sentence, or one for each limit by its key, and "*" for the others.'),
)

const windowRows: Rows = Object.entries<WindowKind>(WINDOW_KINDS)
export const limitsSchema = strictObject({
  ...(entriesOf(windowRows.filter(([, { ofRun }]) => !ofRun)) as Record<WindowKey, Limit>),
  why,
})
export type Limits = InferOutput<typeof limitsSchema>

export const metricLimitsSchema = strictObject({
  ...(entriesOf(Object.entries(METRIC)) as Record<keyof typeof METRIC, Limit>),
  why,
})
export type MetricLimits = InferOutput<typeof metricLimitsSchema>

export const thresholdsSchema = strictObject({
  $schema: optional(string()),
  windows: pipe(
    record(string(), record(string(), limitsSchema)),
    description('By window (a k6 scenario of the script), then by endpoint; `*` is all endpoints of the window together.'),
  ),
  run: optional(strictObject(entriesOf(windowRows.filter(([, { ofRun }]) => ofRun)) as Record<RunKey, Limit>)),
  metrics: optional(
    pipe(record(string(), metricLimitsSchema), description('Limits on the custom metrics of the script, by metric.')),
  ),
})
export type Thresholds = InferOutput<typeof thresholdsSchema>

export interface ReadThresholds {
  limits: Thresholds
  /** What the file writes as older versions did, and how it is written now. */
  notes: string[]
}

/** Limits with today's keys; a key that stands under both names is a mistake. */
function renamed(limits: unknown, where: string, notes: string[]): unknown {
  if (!isObject(limits)) return limits
  const today = (key: string): string => (Object.hasOwn(RENAMED, key) ? (RENAMED[key] ?? key) : key)
  const keys = Object.keys(limits).filter((key) => today(key) !== key)
  if (keys.length === 0) return limits
  for (const key of keys) {
    if (limits[today(key)] !== undefined)
      throw new UsageError(`${where}: ${key} is the old name of ${today(key)}; expected one of them, found both`)
    notes.push(`${where}.${key}: is called ${today(key)} now`)
  }
  const rename = (all: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(all).map(([key, value]) => [today(key), value]))
  const { why: reasons } = limits
  return { ...rename(limits), ...(isObject(reasons) ? { why: rename(reasons) } : {}) }
}

function requireReasons({ why: reasons, ...limits }: Limits | MetricLimits, where: string): void {
  const keys = Object.keys(limits).filter((key) => !besideKeys.includes(key))
  const found = faultOfWhy(reasons, keys)
  if (found !== undefined) throw new UsageError(`${where}.why.${found.key}: ${found.fault}${didYouMean(found.key, keys)}`)
}

/** @throws UsageError with the file and the key for what is no thresholds file */
export function readThresholds(data: unknown, file: string): ReadThresholds {
  const notes: string[] = []
  const each = (all: unknown, of: (value: unknown, name: string) => unknown): unknown =>
    isObject(all) ? Object.fromEntries(Object.entries(all).map(([name, value]) => [name, of(value, name)])) : all
  const today = isObject(data)
    ? {
        ...data,
        windows: each(data.windows, (byEndpoint, window) =>
          each(byEndpoint, (limits, endpoint) => renamed(limits, `${file}: windows.${window}.${endpoint}`, notes)),
        ),
      }
    : data
  const limits = check(thresholdsSchema, today, file)
  for (const [window, byEndpoint] of Object.entries(limits.windows))
    for (const [endpoint, of] of Object.entries(byEndpoint)) requireReasons(of, `${file}: windows.${window}.${endpoint}`)
  for (const [metric, of] of Object.entries(limits.metrics ?? {})) requireReasons(of, `${file}: metrics.${metric}`)
  return { limits, notes }
}
