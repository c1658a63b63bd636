import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BESIDE, sentByInstances } from '../../../../cli/fleet/sent.ts'
import type { Counted } from '../../../../cli/reconcile/counters.ts'
import { compareCounts } from '../../../../cli/reconcile/differences.ts'
import type { Sent } from '../../../../cli/reconcile/sent.ts'
import type { ReconciliationPlan } from '../../../../lib/run/reconciliation.ts'
import type { K6Data } from '../../../../lib/summary/k6-data.ts'
import { counter, fine, instance, planOfFleet } from '../../lib/summary/instances.ts'

const host = '127.0.0.1:1'
const place = (route: string, at = host) => [{ method: 'GET', host: at, route }]
const PLAN: ReconciliationPlan = {
  ...{ url: `http://${host}/metrics`, host, counter: 'requests_total', start: false, promised: false, exclusive: true },
  ...{ instances: 1, insecure_tls: false, settle_s: 0, looks: 'metrics', uncounted: [] },
  labels: { method: 'method', route: 'route', status: 'status' },
  places: { health: place('/health'), setup: place('/health'), resource: place('/r/:id'), metrics: place('/metrics') },
  statuses: { health: [200], resource: [200, 206] },
}
const fleet = (more: K6Data['metrics'] = {}, of = 2) =>
  Array.from({ length: of }, (_, i) => {
    const plan = planOfFleet(of)
    return instance(i + 1, plan, { ...fine(plan), ...more })
  })
function sentOf(more: K6Data['metrics'] = {}, plan: Partial<ReconciliationPlan> = {}): Sent[] {
  const sent = sentByInstances(fleet(more), { ...PLAN, ...plan })
  return 'problem' in sent ? assert.fail(sent.problem) : sent
}
const counted = (route: string, count: number, status = '200'): Counted => ({ method: 'GET', route, status, count })
const NONE = { interrupted: 0, unpushed: 0 }
const off = (sent: readonly Sent[], there: readonly Counted[]) =>
  compareCounts(PLAN.places, sent, there, NONE).filter(({ elsewhere, lost, extra }) => elsewhere + lost + extra > 0)

test('what instances counted by endpoint adds up, with the status that a valid answer has', () => {
  assert.deepEqual(sentOf(), [
    { endpoint: 'health', by: 'k6', status: 200, count: 500 },
    { endpoint: 'resource', by: 'k6', status: 200, known: 'class', count: 500 },
  ])
})

test('of a failure as much of the status is known as its class says', () => {
  const failed = (name: string, count: number) => [`failures{name:health,scenario:spike,class:${name}}`, counter(count)] as const
  const more = Object.fromEntries([failed('server_error', 3), failed('timeout', 2), failed('shed', 1), failed('failed_check', 4)])
  const health = sentOf(more).filter(({ endpoint }) => endpoint === 'health')
  assert.deepEqual(
    health.map(({ status, known, count }) => [status, known, count]),
    [
      [429, undefined, 2],
      [500, 'class', 6],
      [200, 'answered', 8],
      [0, undefined, 4],
      [200, undefined, 480],
    ],
  )
})

test('what is sent beside the windows is known by its number, and may be counted under any route', () => {
  const sent = sentOf({ http_reqs: counter(502) })
  assert.deepEqual(sent.at(-1), { endpoint: BESIDE, by: 'k6', status: 200, known: 'answered', count: 4 })
  assert.deepEqual(off(sent, [counted('/health', 504), counted('/r/:id', 500)]), [])
  assert.deepEqual(off(sent, [counted('/health', 501), counted('/r/:id', 500), counted('/auth', 3)]), [])
  const [missing] = off(sent, [counted('/health', 503), counted('/r/:id', 500)])
  assert.deepEqual([missing?.endpoints, missing?.elsewhere], [[BESIDE], 1])
})

test('where some of that may have gone to another gateway, nothing is said of it', () => {
  const apart = { places: { ...PLAN.places, auth: place('/token', 'elsewhere:1') } }
  for (const plan of [apart, { uncounted: ['setup'] }])
    assert.ok(!sentOf({ http_reqs: counter(502) }, plan).some(({ endpoint }) => endpoint === BESIDE))
})

test('handshakes are requests, unless nobody can say which of them are counted', () => {
  const more = { ws_sessions: counter(5) }
  const places = { ...PLAN.places, websocket: place('/ws'), websocket_events: place('/events') }
  const one = { ...PLAN.places, websocket: place('/ws') }
  assert.deepEqual(sentOf(more, { places: one }).at(-1), {
    ...{ endpoint: 'websocket', by: 'k6', status: 101, count: 10, socket: true },
  })
  assert.equal(sentOf(more, { places }).at(-1)?.endpoint, 'websocket handshakes')
  assert.ok('problem' in sentByInstances(fleet(more), { ...PLAN, places, uncounted: ['websocket'] }))
})

test('a gateway that counts every request balances with any number of instances, and one that misses one does not', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.boolean(), fc.integer({ min: 1, max: 40 }), (of, health, gone) => {
      const sent = sentByInstances(fleet({}, of), PLAN)
      assert.ok(!('problem' in sent))
      const totalOf = (name: string): number => sent.reduce((sum, one) => (one.endpoint === name ? sum + one.count : sum), 0)
      const there = (less: number) => [
        counted('/health', totalOf('health') - (health ? less : 0)),
        counted('/r/:id', totalOf('resource') - (health ? 0 : less)),
      ]
      assert.deepEqual(off(sent, there(0)), [])
      const [row, ...others] = off(sent, there(gone))
      assert.deepEqual([row?.endpoints, Math.round(row?.elsewhere ?? 0), others], [[health ? 'health' : 'resource'], gone, []])
    }),
  )
})

test('answers of another kind than the gateway counted are not its own, where their class tells it', () => {
  const errors = { 'failures{name:resource,scenario:spike,class:server_error}': counter(5) }
  const there = [counted('/health', 500), counted('/r/:id', 490), counted('/r/:id', 10, '503')]
  assert.deepEqual(off(sentOf(errors), there), [])
  const [row] = off(sentOf(errors), [counted('/health', 500), counted('/r/:id', 500, '206')])
  assert.deepEqual(row?.statuses, [{ status: 500, got: 10, counted: 0 }])
})
