/** What a run wrote down: `summary.json`, the one thing that text, JUnit, the CLI's verdict and reports are made from. */

/** The version of `summary.json`; raised when a reader of the old shape would misread the new. */
export const SUMMARY_SCHEMA = 'loadgate.summary/1'

/**
 * What a gate looks at:
 * - `limit`: the gateway broke a limit when it is red
 * - `evidence`: the run does not carry a verdict when it is red (too few samples, a window that never ran)
 * - `load`: planned load was not sent (dropped iterations); says that load was missing, not why
 * - `script`: the script itself failed
 */
export type GateKind = 'limit' | 'evidence' | 'load' | 'script'

/** What a limit on latency says of the time that users wait, which begins before k6 has a connection. */
export interface Late {
  /** k6 sub-metric of the answers that came later than `ms`, and the expression on it. */
  metric: string
  expression: string
  /** Value of their tag `limit`. */
  limit: string
  ms: number
  /** Share of the answers that may be later. */
  share: number
}

export interface Gate {
  /** k6 scenario, or `run` for the whole run. */
  window: string
  /** Endpoint of the catalogue, `*` for all of the window, or the name of a custom metric. */
  endpoint: string
  /** Key in the thresholds file, such as `p95_ms`; evidence gates have `samples`. */
  key: string
  kind: GateKind
  /** k6 sub-metric that the threshold stands on, such as `http_req_duration{name:health,scenario:spike}`. */
  metric: string
  /** k6 threshold expression, such as `p(95)<=50`. */
  expression: string
  /** The limit in the key's own unit (ms, share 0..1, count, req/s). */
  limit: number
  unit: 'ms' | 'share' | 'count' | 'rps' | 'bytes' | ''
  /** `max`: measured must be at most the limit; `min`: at least. */
  bound: 'max' | 'min'
  /** What a share is a share of; a count in k6's threshold. */
  of?: number
  /** A second threshold of the same gate: both must hold. */
  late?: Late
  why: string
}

export interface GateResult extends Gate {
  ok: boolean
  /** In the unit of `limit`; null where nothing was measured. */
  measured: number | null
  /** Samples that the measured value rests on; null where the metric cannot say. */
  samples: number | null
  late?: Late & {
    ok: boolean
    /** Share of the answers that were later; null where nothing was measured. */
    measured: number | null
  }
}

export interface WindowSummary {
  name: string
  model: 'open' | 'closed'
  /** Whether latency and throughput are gated; failures are in every window that sends. */
  gated: boolean
  /** Seconds from the start of the load. */
  start: number
  duration: number
  /** Planned requests of this instance by endpoint; absent in the closed model, where nothing is planned. */
  planned?: Record<string, number>
  /** All endpoints together; absent where nothing was sent, latency settles, or the window ends with its iterations. */
  total?: WindowTotal
}

export interface WindowTotal {
  sent: number
  /** Not answered rightly, shed ones apart. */
  errors: number
  shed: number
  /** Requests sent per second of the window. */
  rps: number
  latency: EndpointSummary['latency']
}

export interface EndpointSummary {
  window: string
  endpoint: string
  sent: number
  /** Answered rightly: expected status and not judged wrong. */
  ok: number
  shed: number
  /** Failures by outcome class, shed included; classes that did not occur are absent. */
  failures: Record<string, number>
  /** Requests that had nothing to ask with, since the answer that they build on did not come; absent where there were none. */
  not_sent?: number
  /** JSON-RPC errors among them by code; absent where there were none. */
  rpc_codes?: Record<string, number>
  /** Milliseconds; null where nothing was answered. */
  latency: { p50: number; p95: number; p99: number; max: number } | null
}

export interface RunSummary {
  schema: typeof SUMMARY_SCHEMA
  script: string
  description: string
  profile: string
  target: {
    name: string
    base_url: string
    /** Endpoints at other addresses, which `base_url` of the settings does not move; absent where all are at the one above. */
    elsewhere?: { base_url: string; endpoints: string[] }[]
  }
  thresholds: string
  seed: number
  instances: number
  /** ISO 8601 UTC, when the summary was written. */
  finished_at: string
  /** Whole run in seconds, setup and teardown included. */
  duration_s: number
  windows: WindowSummary[]
  /** Of windows whose latency settles, those that something failed at. */
  endpoints: EndpointSummary[]
  gates: GateResult[]
  /** Custom metrics that have a value, as k6 sums them up. */
  figures: Record<string, { unit: string; values: Record<string, number> }>
  /** Endpoints that the target does not have. */
  not_tested: string[]
  /** Endpoints whose answers are not looked at as closely as they could be, each with what would make it so; absent where there are none. */
  checked_weakly?: string[]
  /** What to do about it, where the figures say more than the gates; absent where there is nothing to say. */
  advice?: string[]
  /** Settings that were given, without secrets. */
  settings: Record<string, string | number | boolean>
  totals: { sent: number; dropped: number; script_errors: number; iterations: number; vus_max: number }
  /** Milliseconds that k6 needed to write a request to the socket; high when the generator is the bottleneck. */
  sending_p99_ms: number
  /** Every gate green in k6's own eyes. */
  ok: boolean
}
