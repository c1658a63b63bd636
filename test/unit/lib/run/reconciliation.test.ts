import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { authPlan } from '../../../../lib/auth/auth.ts'
import { readSettings } from '../../../../lib/base/settings.ts'
import { describedEndpoint } from '../../../../lib/described/endpoint.ts'
import { taskCreate } from '../../../../lib/jsonrpc/tasks.ts'
import { REFUSALS } from '../../../../lib/refusals/refusals.ts'
import { type ReconciliationPlan, reconciliationOf } from '../../../../lib/run/reconciliation.ts'
import { READY } from '../../../../lib/target/contract.ts'
import { bindTarget } from '../../../../lib/target/target.ts'
import { refuses } from '../refuses.ts'

const FILE = 'targets/mine.json'
const REFERENCE = JSON.parse(readFileSync('targets/reference.json', 'utf8')) as { endpoints: object }
const settings = readSettings({})
const own = { ...REFUSALS, [taskCreate.name]: taskCreate }
function reconciliationWith(more: object) {
  const target = bindTarget({ ...REFERENCE, ...more }, FILE, settings, true)
  const described = target.described.map((one) => [one.described.name, describedEndpoint(one.described)])
  return reconciliationOf(target, authPlan(target, settings), { ...READY, ...own, ...Object.fromEntries(described) }, settings, {
    health: { statuses: [200, 204] },
  })
}
function planOf(more: object = {}): ReconciliationPlan {
  const reconciliation = reconciliationWith(more)
  return 'none' in reconciliation ? assert.fail(reconciliation.none) : reconciliation
}
const routeOf = ({ places }: ReconciliationPlan, name: string): string[] =>
  (places[name] ?? []).map(({ method, host, route }) => `${method} ${host} ${route}`)

test('the reference target says where each request is counted, those of setup and of tokens too', () => {
  const plan = planOf()
  const HOST = '127.0.0.1:8080'
  assert.equal(plan.url, `http://${HOST}/metrics`)
  assert.equal(plan.counter, 'gateway_requests_total')
  assert.deepEqual(plan.labels, { method: 'method', route: 'route', status: 'status' })
  assert.equal(plan.exclusive, false)
  assert.deepEqual(routeOf(plan, 'resource'), [`GET ${HOST} /api/v1/resource/:id`])
  assert.deepEqual(routeOf(plan, 'task_create'), [`POST ${HOST} /api/v1/jsonrpc`])
  assert.deepEqual(routeOf(plan, 'websocket'), [`GET ${HOST} /api/v1/ws`])
  assert.deepEqual(routeOf(plan, 'stream'), [`GET ${HOST} /api/v1/events/stream`])
  assert.deepEqual(routeOf(plan, 'wrong_verb'), [`DELETE ${HOST} /api/v1/health`])
  assert.deepEqual(routeOf(plan, 'setup'), [`GET ${HOST} /api/v1/health`])
  assert.deepEqual(routeOf(plan, 'auth'), [`POST ${HOST} /auth/token`, `POST ${HOST} /auth/refresh`])
})

test('what the target file says differs: names, addresses, routes', () => {
  const plan = planOf({
    base_url: 'http://127.0.0.1:1/base/',
    reconciliation: { counter: 'http_total', method: false, route: 'path', status: 'code', exclusive: true, settle_s: 20 },
    metrics: { start: false },
    endpoints: {
      health: { path: '/live?deep=1' },
      resource: { route: 'things', base_url: 'https://localhost' },
      jsonrpc: { path: '/rpc', route: 'rpc' },
      action: false,
    },
  })
  assert.deepEqual(
    { ...plan, places: undefined },
    {
      url: 'http://127.0.0.1:1/base/metrics',
      host: '127.0.0.1:1',
      counter: 'http_total',
      labels: { method: false, route: 'path', status: 'code' },
      start: false,
      promised: true,
      exclusive: true,
      instances: 1,
      insecure_tls: false,
      settle_s: 20,
      places: undefined,
      statuses: { health: [200, 204] },
      looks: 'metrics',
      uncounted: [],
    },
  )
  assert.deepEqual(routeOf(plan, 'health'), ['GET 127.0.0.1:1 /base/live'])
  assert.deepEqual(routeOf(plan, 'resource'), ['GET localhost things'])
  assert.deepEqual(routeOf(plan, 'task_create'), ['POST 127.0.0.1:1 rpc'])
  assert.equal(plan.places.action, undefined)
})

test('of the gateway’s own endpoints: their address, their route, and whether they are counted', () => {
  const plan = planOf({
    endpoints: {
      order: { method: 'GET', path: '/orders/:id', base_url: 'http://127.0.0.1:9', values: { id: ['1'] } },
      list: { method: 'GET', path: '/orders', route: 'orders.list' },
      push: { method: 'POST', path: '/push', route: false },
      'websocket.refused': { route: false },
      websocket: {},
    },
  })
  assert.deepEqual(routeOf(plan, 'order'), ['GET 127.0.0.1:9 /orders/:id'])
  assert.deepEqual(routeOf(plan, 'list'), ['GET 127.0.0.1:8080 orders.list'])
  assert.ok(plan.uncounted.includes('push'))
  assert.deepEqual(routeOf(plan, 'websocket'), ['GET 127.0.0.1:8080 /api/v1/ws'])
  assert.ok(plan.uncounted.includes('websocket.no_token'), 'a form of refusal is as what the file says of all')
  assert.ok(!plan.uncounted.includes('websocket'))
})

test('a page of its own counts what went to the base URL', () => {
  const more = { others: false, endpoints: { list: { method: 'GET', path: '/orders' } } }
  const plan = planOf({ ...more, reconciliation: { url: 'http://127.0.0.1:2019/metrics', counter: 'requests', route: false } })
  assert.deepEqual([plan.url, plan.host], ['http://127.0.0.1:2019/metrics', '127.0.0.1:8080'])
  assert.deepEqual(plan.labels, { method: 'method', route: false, status: 'status' })
  assert.deepEqual(routeOf(plan, plan.looks), ['GET 127.0.0.1:2019 /metrics'])
  assert.deepEqual(planOf({ ...more, reconciliation: { url: 'http://127.0.0.1/s', pattern: 'r (\\d+)' } }).labels, {
    method: false,
    route: false,
    status: false,
  })
  refuses(
    () => planOf({ reconciliation: { pattern: 'no group' } }),
    /reconciliation\.pattern: expected a regular expression with a group/,
  )
  refuses(() => planOf({ reconciliation: { pattern: '(' } }), /reconciliation\.pattern/)
  refuses(() => planOf({ reconciliation: { url: 'http://example.com/metrics' } }), /reconciliation\.url.*example\.com/)
})

test('a target that does not count says why nothing is compared', () => {
  assert.deepEqual(reconciliationWith({ reconciliation: false }), { none: 'the target file says `reconciliation: false`' })
  assert.deepEqual(reconciliationWith({ endpoints: { metrics: false } }), { none: 'the target has no metrics' })
})

test('the old name of reconciliation is read, with a note', () => {
  const bind = (more: object) => bindTarget({ ...REFERENCE, ...more }, FILE, settings, true)
  const old = bind({ books: { counter: 'http_total' } })
  assert.deepEqual(old.reconciliation, { counter: 'http_total' })
  assert.deepEqual(old.notes, [`${FILE}: books: is called reconciliation now`])
  assert.equal(bind({ reconciliation: { counter: 'http_total' } }).notes, undefined)
  refuses(() => bind({ books: false, reconciliation: false }), `${FILE}: books is the old name of reconciliation`, 'found both')
})

test('a mistake in reconciliation names file and key', () => {
  const bind = (reconciliation: unknown) => () => bindTarget({ ...REFERENCE, reconciliation }, FILE, settings, true)
  refuses(bind({ counters: 'x' }), `${FILE}: reconciliation.counters: unknown key; did you mean "counter"?`)
  refuses(bind({ counter: 'a{b=}' }), `${FILE}: reconciliation.counter: expected a metric such as name or name{label="value"}`)
  refuses(bind({ route: 'a-b' }), `${FILE}: reconciliation.route: expected the name of a label`)
  refuses(bind(true), `${FILE}: reconciliation: `)
  refuses(bind({ settle_s: -1 }), `${FILE}: reconciliation.settle_s: expected 0 or more`)
})
