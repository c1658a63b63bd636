/** `fleet.json`: the instances that a run was put together from, and what speaks against taking them for one run. Its types are its schema. */
import * as v from 'valibot'

export const FLEET_SCHEMA = 'loadgate.fleet/1'

const none = v.nullable(v.number())

const rowSchema = v.object({
  /** Place of its segment, from 1. */
  instance: v.number(),
  /** Where its evidence came from. */
  from: v.string(),
  sent: v.number(),
  /** Of all that was sent. */
  share: v.number(),
  /** Requests a second, over the windows that are gated; null where none of them plans any. */
  rate: none,
  /** Milliseconds that iterations began after their planned moment (p99); null where starts are not planned evenly. */
  lag_ms: none,
  dropped: v.number(),
  /** Cores that k6 used on average; null where nobody knows. */
  cpu: none,
  /** p95 of all its requests in milliseconds; null where nothing was answered. */
  p95_ms: none,
  /** Milliseconds that its clock is ahead of the collector's; null where that was not measured. */
  clock_ms: none,
  /** In what it differs from the others. */
  outlier: v.array(v.string()),
})
export type InstanceRow = v.InferOutput<typeof rowSchema>

export const fleetSchema = v.object({
  schema: v.literal(FLEET_SCHEMA),
  /** Instances that share the run. */
  of: v.number(),
  rows: v.array(rowSchema),
  /** Why these are not one whole run; empty where they are. */
  findings: v.array(v.object({ code: v.string(), sentence: v.string(), advice: v.string() })),
  /** Percentiles of the whole are known to this share of the values. */
  percentile_error: v.number(),
})
export type Fleet = v.InferOutput<typeof fleetSchema>

/** @throws when the text is no fleet of this version */
export const parseFleet = (text: string): Fleet => v.parse(fleetSchema, JSON.parse(text))
