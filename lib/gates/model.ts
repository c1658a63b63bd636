/** What a gate and its result are: the words that all who make, read, show and explain gates share. The types are the schema. */
import * as v from 'valibot'

const count = v.pipe(v.number(), v.finite())

/** A threshold of k6, as data: `p(95)<=300` of `http_req_duration{scenario:spike}`. */
const thresholdSchema = v.object({
  /** k6's metric, without a selector. */
  metric: v.string(),
  /** What the samples must be tagged with. */
  tags: v.record(v.string(), v.string()),
  /** k6's statistic; a number is a percentile. */
  stat: v.union([v.picklist(['count', 'rate', 'value', 'max']), count]),
  /** What k6 compares the statistic with: where the limit is a share, a count of what was planned. */
  threshold: count,
})
export type Threshold = v.InferOutput<typeof thresholdSchema>

/** What a limit on latency says of the time that users wait, which begins before k6 has a connection. */
const lateSchema = v.object({
  /** On the answers that came later than `ms`. */
  ...thresholdSchema.entries,
  /** Value of their tag `limit`. */
  limit: v.string(),
  ms: count,
  /** Share of the answers that may be later. */
  share: count,
})
export type Late = v.InferOutput<typeof lateSchema>

export const gateSchema = v.object({
  /** k6 scenario, or `run` for the whole run. */
  window: v.string(),
  /** Endpoint of the catalogue, `*` for all of the window, or the name of a custom metric. */
  endpoint: v.string(),
  /** Its kind: a row of the catalogue of gates, and the key in the thresholds file, such as `p95_ms`; evidence gates have `samples`. */
  key: v.string(),
  /** What it is called: `p95`. */
  label: v.string(),
  /**
   * What it says of the run when it is red:
   * - `limit`: the gateway broke a limit
   * - `evidence`: the run does not carry a verdict (too few samples, a window that never ran)
   * - `load`: planned load was not sent (dropped iterations); says that load was missing, not why
   * - `script`: the script itself failed
   */
  kind: v.picklist(['limit', 'evidence', 'load', 'script']),
  ...thresholdSchema.entries,
  /** The limit in the gate's own unit (ms, share 0..1, count, req/s). */
  limit: count,
  unit: v.picklist(['ms', 'share', 'count', 'rps', 'bytes', '']),
  /** `max`: measured must be at most the limit; `min`: at least. */
  bound: v.picklist(['max', 'min']),
  /** What a share is a share of; a count in k6's threshold. */
  of: v.exactOptional(count),
  /** Samples that it rests on, at least; absent where one sight is enough. */
  needs: v.exactOptional(count),
  /** Windows that this evidence is of: where all of their requests were answered correctly, what is missing is the gateway's doing. */
  rests_on: v.exactOptional(v.array(v.string())),
  /** A second threshold of the same gate: both must hold. */
  late: v.exactOptional(lateSchema),
  /** Where the limit comes from. */
  why: v.string(),
})
export type Gate = v.InferOutput<typeof gateSchema>
export type GateUnit = Gate['unit']

export const gateResultSchema = v.object({
  ...gateSchema.entries,
  ok: v.boolean(),
  /** In the unit of `limit`; null where nothing was measured. */
  measured: v.nullable(count),
  /** Samples that the measured value rests on; null where the metric cannot say. */
  samples: v.nullable(count),
  late: v.exactOptional(
    v.object({
      ...lateSchema.entries,
      ok: v.boolean(),
      /** Share of the answers that were later; null where nothing was measured. */
      measured: v.nullable(count),
    }),
  ),
})
export type GateResult = v.InferOutput<typeof gateResultSchema>
