import assert from 'node:assert/strict'
import { test } from 'node:test'
import { between, type Counters, readCounters } from '../../../../cli/reconcile/counters.ts'
import type { ReconciliationPlan } from '../../../../lib/run/reconciliation.ts'

const plan = (more: Partial<ReconciliationPlan> = {}): ReconciliationPlan => ({
  url: 'http://127.0.0.1:1/metrics',
  host: '127.0.0.1:1',
  counter: 'requests_total',
  labels: { method: 'method', route: 'route', status: 'status' },
  start: 'start_seconds',
  promised: false,
  exclusive: false,
  instances: 1,
  insecure_tls: false,
  settle_s: 5,
  places: {},
  statuses: {},
  looks: 'metrics',
  uncounted: [],
  ...more,
})
const PAGE = `# TYPE requests_total counter
requests_total{method="GET",route="/health",status="200"} 5
requests_total{method="get",route="/health",status="200",worker="2"} 2
requests_total{method="POST",route="/action",status="201"} 3
start_seconds 100
`
const read = (page: string, more: Partial<ReconciliationPlan> = {}): Counters => {
  const counters = readCounters(page, plan(more))
  assert.ok(!('problem' in counters), JSON.stringify(counters))
  return counters
}

test('series that differ only in other labels are one count', () => {
  assert.deepEqual(read(PAGE), {
    declared: true,
    counted: [
      { method: 'GET', route: '/health', status: '200', count: 7 },
      { method: 'POST', route: '/action', status: '201', count: 3 },
    ],
    start: 100,
  })
})

test('what is no count, or stands there twice, is none that can be compared', () => {
  const counted = (line: string) => readCounters(`${PAGE}${line}\n`, plan())
  const health = 'requests_total{method="GET",route="/health",status="200"}'
  assert.deepEqual(counted(`${health} 5`), { problem: 'its page of metrics has a series of requests_total twice' })
  assert.deepEqual(counted('requests_total{status="200",route="/health",method="GET"} 1'), {
    problem: 'its page of metrics has a series of requests_total twice',
  })
  for (const [value, shown] of [
    ['+Inf', 'Infinity'],
    ['-1', '-1'],
  ])
    assert.deepEqual(counted(`requests_total{method="GET",route="/x",status="200"} ${value}`), {
      problem: `requests_total has a count of ${shown}`,
    })
})

test('other names of counter and labels, and labels that are not there', () => {
  const page = 'http_total{verb="GET",path="/health",app="a"} 4\nhttp_total{verb="GET",path="/health",app="b"} 9\n'
  assert.deepEqual(
    read(page, {
      counter: 'http_total{app="a"}',
      labels: { method: 'verb', route: 'path', status: false },
      start: false,
    }),
    { declared: true, counted: [{ method: 'GET', route: '/health', status: '', count: 4 }], start: undefined },
  )
})

test('a label that the counter does not have is named, with those that it has', () => {
  assert.deepEqual(readCounters(PAGE, plan({ labels: { method: 'method', route: 'path', status: 'status' } })), {
    problem: 'requests_total has no label path, only method, route, status, worker',
  })
})

test('what was counted in between, from nothing at first', () => {
  const later = PAGE.replace('"} 5', '"} 15')
  assert.deepEqual(between(read('start_seconds 100\n'), read(later), plan()), [
    { method: 'GET', route: '/health', status: '200', count: 17 },
    { method: 'POST', route: '/action', status: '201', count: 3 },
  ])
  assert.deepEqual(between(read(PAGE), read(later), plan()), [
    { method: 'GET', route: '/health', status: '200', count: 10 },
    { method: 'POST', route: '/action', status: '201', count: 0 },
  ])
})

test('a counter that has counted nothing is none the less there', () => {
  assert.deepEqual(between(read(''), read('# TYPE requests_total counter\n'), plan()), [])
})

test('a page without the counter, and counts of another process, are no comparison', () => {
  const problem = (before: string, after: string, known = false): string => {
    const found = between(read(before), read(after), plan())
    if (!('problem' in found)) return 'none'
    assert.equal(found.known, known)
    return found.problem
  }
  assert.equal(problem('', 'other 1\n', true), 'its page of metrics has no requests_total')
  assert.match(problem(PAGE, 'other 1\n'), /had requests_total before the run/)
  assert.match(problem(PAGE, PAGE.replace('"} 5', '"} 1')), /started anew/)
  assert.match(problem(PAGE, PAGE.replace(/.*POST.*\n/, '')), /started anew/)
  assert.match(problem(PAGE, PAGE.replace('start_seconds 100', 'start_seconds 160')), /several processes/)
})
