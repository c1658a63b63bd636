/** What a run wrote down: `summary.json`, the one thing that text, JUnit, the CLI's verdict and reports are made from. The types are its schema. */
import * as v from 'valibot'
import { gateResultSchema } from '../gates/model.ts'

/** The version of `summary.json`; raised when a reader of the old shape would misread the new. */
export const SUMMARY_SCHEMA = 'loadgate.summary/3'

const count = v.pipe(v.number(), v.finite())

/** Milliseconds; null where nothing was answered. Runs of earlier versions have no `avg`. */
const latencySchema = v.nullable(v.object({ avg: v.exactOptional(count), p50: count, p95: count, p99: count, max: count }))

const windowTotalSchema = v.object({
  sent: count,
  /** Not answered correctly, shed ones apart. */
  errors: count,
  shed: count,
  /** Requests sent per second of the window. */
  rps: count,
  latency: latencySchema,
})
export type WindowTotal = v.InferOutput<typeof windowTotalSchema>

const windowSchema = v.object({
  name: v.string(),
  model: v.picklist(['open', 'closed']),
  /** Whether latency and throughput are gated; failures are in every window that sends. */
  gated: v.boolean(),
  /** Seconds from the start of the load. */
  start: count,
  duration: count,
  /** Planned requests of all instances by endpoint; absent in the closed model, where nothing is planned. */
  planned: v.exactOptional(v.record(v.string(), count)),
  /** All endpoints together; absent where nothing was sent, latency settles, or the window ends with its iterations. */
  total: v.exactOptional(windowTotalSchema),
})
export type WindowSummary = v.InferOutput<typeof windowSchema>

const endpointSchema = v.object({
  window: v.string(),
  endpoint: v.string(),
  sent: count,
  /** Valid answers: the expected status, and no failed check. */
  ok: count,
  shed: count,
  /** Failures by outcome class, shed included; classes that did not occur are absent. */
  failures: v.record(v.string(), count),
  /** Requests that had nothing to ask with, since the answer that they build on did not come; absent where there were none. */
  not_sent: v.exactOptional(count),
  /** JSON-RPC errors among them by code; absent where there were none. */
  rpc_codes: v.exactOptional(v.record(v.string(), count)),
  latency: latencySchema,
})
export type EndpointSummary = v.InferOutput<typeof endpointSchema>

export const summarySchema = v.object({
  schema: v.literal(SUMMARY_SCHEMA),
  script: v.string(),
  description: v.string(),
  profile: v.string(),
  target: v.object({
    name: v.string(),
    base_url: v.string(),
    /** Endpoints at other addresses, which `base_url` of the settings does not move; absent where all are at the one above. */
    elsewhere: v.exactOptional(v.array(v.object({ base_url: v.string(), endpoints: v.array(v.string()) }))),
  }),
  thresholds: v.string(),
  seed: count,
  instances: count,
  /** Place from 1 of the instance whose own summary this is; absent in that of a run. */
  instance: v.exactOptional(count),
  /** ISO 8601 UTC, when the summary was written. */
  finished_at: v.string(),
  /** Whole run in seconds, setup and teardown included. */
  duration_s: count,
  windows: v.array(windowSchema),
  /** Of windows whose latency settles, those that something failed at. */
  endpoints: v.array(endpointSchema),
  gates: v.array(gateResultSchema),
  /** Custom metrics that have a value, as k6 sums them up. */
  figures: v.record(v.string(), v.object({ unit: v.string(), values: v.record(v.string(), count) })),
  /** Endpoints that the target does not have. */
  not_tested: v.array(v.string()),
  /** Windows that send so little of the script's mix that it is another's, and what they send; absent where there are none. */
  narrowed: v.exactOptional(v.array(v.string())),
  /** Endpoints whose answers are not looked at as closely as they could be, each with what would make it so; absent where there are none. */
  checked_weakly: v.exactOptional(v.array(v.string())),
  /** What to do about it, where the figures say more than the gates; absent where there is nothing to say. */
  advice: v.exactOptional(v.array(v.string())),
  /** Settings that were given, without secrets. */
  settings: v.record(v.string(), v.union([v.string(), count, v.boolean()])),
  totals: v.object({ sent: count, dropped: count, script_errors: count, iterations: count, vus_max: count }),
  /** Milliseconds that k6 needed to write a request to the socket; high when the generator is the bottleneck. */
  sending_p99_ms: count,
  /** Every gate green in k6's own eyes. */
  ok: v.boolean(),
})
export type RunSummary = v.InferOutput<typeof summarySchema>
