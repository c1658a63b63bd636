import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gateReason } from '../../../../cli/verdict/gate-sentence.ts'
import { labelOf } from '../../../../lib/gates/catalogue.ts'
import type { GateResult } from '../../../../lib/gates/model.ts'
import { threshold } from '../../lib/gates/told.ts'
import { runSummary } from '../../lib/summary/run-summary.ts'

const gate = (more: Partial<GateResult>): GateResult => ({
  ...{
    window: 'run',
    endpoint: 'ws_held',
    key: 'max',
    label: labelOf(more.key ?? 'max'),
    kind: 'limit',
    ...threshold('ws_held', 'count<=0'),
  },
  ...{ limit: 0, unit: 'count', bound: 'max', why: 'Because.', ok: false, measured: 5, samples: 5 },
  ...more,
})
const spike = { window: 'spike', endpoint: '*' }
const sentence = (more: Partial<GateResult>): string => gateReason(gate(more), runSummary({})).sentence

test('limits on metrics read as sentences', () => {
  const share = { key: 'min_share', unit: 'share', bound: 'min', limit: 1, measured: 0.9 } as const
  assert.equal(sentence(share), 'ws_held came to 90 % of what was planned; it must be at least 100 %.')
  assert.equal(sentence({ endpoint: 'ws_refused' }), 'ws_refused was 5; it must be at most 0.')
  const trend = { endpoint: 'sse_gap_ms', key: 'largest', unit: 'ms', limit: 2000, measured: 3000 } as const
  assert.equal(sentence(trend), 'the largest of sse_gap_ms was 3,000 ms; it must be at most 2,000 ms.')
  const median = { endpoint: 'bench_register', key: 'p50_min', bound: 'min', limit: 50, measured: 32.7 } as const
  assert.equal(sentence(median), 'the median of bench_register was 32.7; it must be at least 50.')
})

const late = { ...threshold('late', 'count<=1'), limit: '*.p95_ms', ms: 500, share: 0.05, ok: false, measured: 0.998 }

test('what users wait for is said where k6’s own figure would not tell', () => {
  const p95 = { ...spike, key: 'p95_ms', unit: 'ms', limit: 500, measured: 2.4, late } as const
  assert.equal(
    sentence(p95),
    '99.8 % of the answers of window spike were waited for longer than 500 ms, connecting included; at most 5 % may be.',
  )
  assert.equal(sentence({ ...p95, measured: 620 }), 'p95 of window spike was 620 ms; the limit is 500 ms.')
  const tail = { ...spike, key: 'late_share', unit: 'share', limit: 0.005, measured: 0.01, late: { ...late, ms: 1000 } } as const
  assert.equal(sentence(tail), '1 % of the answers of window spike came later than 1,000 ms; the limit is 0.5 %.')
  const slowest = { ...p95, key: 'max_ms', measured: 3000, late: { ...late, share: 0 } }
  assert.equal(sentence(slowest), 'The slowest answer of window spike took 3,000 ms; the limit is 500 ms.')
  assert.match(gateReason(gate(tail), runSummary({})).advice, /lower --rate/)
})

test('connections that are not kept are said to be', () => {
  const opened = { ...spike, key: 'new_connections', unit: 'share', limit: 0.01, measured: 0.33 } as const
  assert.match(sentence(opened), /^33 % of the requests of window spike had to open a connection.*; the limit is 1 %\.$/)
  assert.match(gateReason(gate(opened), runSummary({})).advice, /keep-alive/)
})

test('limits on what must not be at all say so', () => {
  const rpc = { window: 'agents', endpoint: 'agent_ping', key: 'rpc_errors', measured: 4 }
  assert.equal(sentence(rpc), '4 answers of agent_ping in window agents carried a JSON-RPC error; there must be none.')
  const shed = { ...spike, key: 'shed_rate' }
  assert.equal(sentence({ ...shed, measured: 1 }), '1 request of window spike was shed (429); there must be none.')
  const budget = { ...shed, unit: 'share', limit: 0.01, measured: 0.25 } as const
  assert.equal(sentence(budget), '25 % of the requests of window spike were shed (429); the limit is 1 %.')
})

test('where nothing came that k6 takes a sample of, that is said', () => {
  const samples = { window: 'refused', endpoint: 'websocket.no_token', key: 'samples', kind: 'evidence', bound: 'min' } as const
  const said = (measured: number, failures: Record<string, number>) => {
    const row = { window: 'refused', endpoint: 'websocket.no_token', sent: 2, ok: 0, shed: 0, failures, latency: null }
    return gateReason(gate({ ...samples, measured, limit: 1 }), runSummary({ endpoints: [row] })).sentence
  }
  assert.equal(
    said(0, { failed_check: 2 }),
    "websocket.no_token in window refused has no sample of k6's, since nothing came of its requests that k6 takes for an answer (failed_check 2).",
  )
  assert.match(said(0, {}), /has 0 samples, too few for its limits: at least 1 are needed/)
})

test('who does not know a metric is sent to the guide of the script', () => {
  assert.match(
    gateReason(gate({}), runSummary({ script: 'websocket' })).advice,
    /^What this counts: https:\/\/\S+\/docs\/reference\/scripts\/websocket\.md;/,
  )
})
