import { labelOf } from '../../../../lib/gates/catalogue.ts'
import type { GateResult } from '../../../../lib/gates/model.ts'
import { type RunSummary, SUMMARY_SCHEMA } from '../../../../lib/summary/model.ts'
import { threshold } from '../gates/told.ts'

/** A latency gate that did not hold, with anything about it changed. */
export const gateResult = (more: Partial<GateResult> = {}): GateResult => ({
  window: 'spike',
  endpoint: 'health',
  key: 'p95_ms',
  label: labelOf(more.key ?? 'p95_ms'),
  kind: 'limit',
  ...threshold('http_req_duration{name:health,scenario:spike}', 'p(95)<=50'),
  limit: 50,
  unit: 'ms',
  bound: 'max',
  why: 'the specification says so',
  ok: false,
  measured: 80,
  samples: 500,
  ...more,
})

export const runSummary = (more: Partial<RunSummary> = {}): RunSummary => ({
  schema: SUMMARY_SCHEMA,
  script: 'burst',
  description: 'A sudden spike',
  profile: 'ci',
  target: { name: 'reference', base_url: 'http://127.0.0.1:8080' },
  thresholds: 'thresholds/burst.json',
  seed: 1,
  instances: 1,
  finished_at: '2026-01-02T03:04:05.678Z',
  duration_s: 12.3456,
  windows: [{ name: 'spike', model: 'open', gated: true, start: 0, duration: 10, planned: { health: 500 } }],
  endpoints: [],
  gates: [gateResult()],
  figures: {},
  not_tested: [],
  settings: {},
  totals: { sent: 500, dropped: 0, script_errors: 0, iterations: 500, vus_max: 10 },
  sending_p99_ms: 0.1,
  ok: false,
  ...more,
})
