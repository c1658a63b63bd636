import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GateResult } from '../../../../lib/gates/model.ts'
import { adviceOn } from '../../../../lib/summary/advice.ts'
import type { EndpointSummary } from '../../../../lib/summary/model.ts'
import { threshold } from '../gates/told.ts'

const gate = (more: Partial<GateResult>): GateResult => ({
  window: 'spike',
  endpoint: '*',
  key: 'goodput',
  label: 'goodput',
  kind: 'limit',
  ...threshold('http_reqs{scenario:spike}', 'count>=990'),
  limit: 0.99,
  unit: 'share',
  bound: 'min',
  why: '',
  ok: false,
  measured: 0.5,
  samples: 1000,
  ...more,
})
const endpoint = (more: Partial<EndpointSummary>): EndpointSummary => ({
  window: 'spike',
  endpoint: 'resource',
  sent: 1000,
  ok: 500,
  shed: 500,
  failures: { shed: 500 },
  latency: null,
  ...more,
})

test('a window that is red and was shed is told to raise the limit', () => {
  const [advice] = adviceOn([gate({})], [endpoint({})])
  assert.match(advice ?? '', /^500 of 1,000 requests were shed by the rate limiter \(429\)\. Raise the gateway's limit/)
})

test('nothing is advised where nothing was shed, nothing is red, or it is red elsewhere', () => {
  assert.deepEqual(adviceOn([gate({})], [endpoint({ shed: 0 })]), [])
  assert.deepEqual(adviceOn([gate({ ok: true })], [endpoint({})]), [])
  assert.deepEqual(adviceOn([gate({ window: 'base' })], [endpoint({})]), [])
  assert.deepEqual(adviceOn([gate({ endpoint: 'health' })], [endpoint({})]), [])
})

test('who is shed from the first request on may be blocked', () => {
  const all = endpoint({ ok: 0, shed: 1000, failures: { shed: 1000 } })
  const [advice = '', ...more] = adviceOn([gate({})], [all, endpoint({ endpoint: 'health', shed: 0, failures: {} })])
  assert.match(advice, /^All 1,000 requests were answered 429, from the first on: this address may be blocked/)
  assert.deepEqual(more, [])
  const served = endpoint({ window: 'base', sent: 10, ok: 9, shed: 1, failures: { shed: 1 } })
  assert.doesNotMatch(adviceOn([gate({})], [all, served])[0] ?? '', /blocked/)
  const few = endpoint({ sent: 9, ok: 0, shed: 9, failures: { shed: 9 } })
  assert.doesNotMatch(adviceOn([gate({})], [few])[0] ?? '', /blocked/)
})

test('connections that were shed are named, whether sockets or streams', () => {
  const of = (count: number) => ({ unit: 'count', values: { count } })
  const advice = adviceOn([], [], { 'ws_sessions{status:429}': of(1200), 'sse_refused{class:shed}': of(3), ws_refused: of(1203) })
  assert.equal(advice.length, 2)
  assert.match(advice[0] ?? '', /^1,200 WebSocket handshakes were shed by the rate limiter \(429\)\. Raise the gateway's limit/)
  assert.match(advice[1] ?? '', /^3 event streams were shed/)
  assert.deepEqual(adviceOn([], [], { 'ws_sessions{status:503}': of(5) }), [])
})
