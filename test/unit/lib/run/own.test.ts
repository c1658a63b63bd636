import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSettings } from '../../../../lib/base/settings.ts'
import { describedEndpoint } from '../../../../lib/described/endpoint.ts'
import { type EndpointSpec, endpoint } from '../../../../lib/described/in-code.ts'
import type { Call } from '../../../../lib/endpoint/endpoint.ts'
import { VuState } from '../../../../lib/endpoint/vu-state.ts'
import type { Metric, MetricSpec } from '../../../../lib/metrics/declaration.ts'
import { health } from '../../../../lib/rest/health.ts'
import { apart, withOwn } from '../../../../lib/run/own-endpoints.ts'
import { declaredBy } from '../../../../lib/run/own-metrics.ts'
import { quickCheckOfSession } from '../../../../lib/vu/check.ts'
import { greetingOf } from '../../../../lib/vu/requests.ts'
import { refuses } from '../refuses.ts'
import { targetWith } from '../target/bound-target.ts'

const SCRIPT = 'script orders'
const ORDER: EndpointSpec = {
  name: 'order',
  method: 'GET',
  path: '/orders/:id',
  values: { id: '{1..200}' },
  expect: { status: [200], json: { id: '{id}' } },
}
const targetOf = (specs: readonly EndpointSpec[], endpoints: object = {}, more: object = {}) =>
  withOwn(targetWith(endpoints, more), apart(specs.map(endpoint), SCRIPT), SCRIPT, readSettings({ SEED: '1' }))
const describedBy = (more: Partial<EndpointSpec>, ...others: EndpointSpec[]) =>
  targetOf([{ ...ORDER, ...more }, ...others]).described

/** What comes of answers to the first request, as a VU checks them. */
function checked(more: Partial<EndpointSpec>, ...bodies: string[]) {
  const own = endpoint({ ...ORDER, ...more })
  const [description] = targetOf([own.own]).described
  const made = describedEndpoint(description?.described ?? assert.fail('not described'), own)
  const session = made.session(new VuState(1, 'run'), {})
  const call: Call = session.next(0) ?? assert.fail('nothing to ask')
  const check = quickCheckOfSession(made, session, {})
  const id = call.params?.id
  return bodies.map((body) => check({ status: 200, body: body.replace('ID', `${id}`), headers: {} }, call))
}

test('an endpoint in code is the same as in a target file', () => {
  const { name: _, ...written } = ORDER
  const [inFile] = targetWith({ order: written }).described
  const [inCode] = describedBy({})
  assert.deepEqual({ ...inCode?.described, seed: 0 }, { ...inFile?.described, seed: 0 })
  assert.deepEqual([inCode?.weak, inFile?.weak], [[], []])
})

test('it is there whatever else the target lacks, and says itself where that is', () => {
  const target = targetOf([ORDER], { order: { method: 'POST', path: '/other' } }, { others: false })
  assert.ok(target.has('order'))
  assert.ok(!target.has('health'))
  assert.deepEqual(
    target.described.map(({ described }) => `${described.method} ${described.path}`),
    ['GET /orders/{id}'],
  )
})

test('setup asks a gateway that has none but endpoints of the script whether it answers at all, not for the health of the contract', () => {
  assert.deepEqual(greetingOf(targetOf([ORDER])), { url: 'http://127.0.0.1:1/' })
  const named = targetOf([ORDER], { health: { path: '/up' } })
  assert.deepEqual(greetingOf(named), { url: 'http://127.0.0.1:1/up', statuses: [200] })
  const both = withOwn(targetWith({}), apart([endpoint(ORDER), health], SCRIPT), SCRIPT, readSettings({}))
  assert.deepEqual(greetingOf(both), { url: 'http://127.0.0.1:1/api/v1/health', statuses: [200] })
  assert.ok(targetOf([ORDER]).has('metrics'), 'where the gateway counts may be asked for')
})

test('an expectation that cannot see much is weak with a function beside it, too', () => {
  const check = () => undefined
  assert.match(describedBy({ expect: {}, check })[0]?.weak[0] ?? '', /only the status/)
  assert.deepEqual(describedBy({ expect: {}, check, weak: 'The function compares it.' })[0]?.weak, [])
})

test('a function sees every answer that is right by the expectation, with what was sent', () => {
  const seen: unknown[] = []
  const check: EndpointSpec['check'] = (answer, { values }) => {
    seen.push([answer.json(), values])
    return answer.body.includes('sold') ? 'sells what is sold' : undefined
  }
  const right = '{"id":ID}'
  assert.deepEqual(checked({ check }, right, right, '{"id":ID,"state":"sold"}', right), [
    undefined,
    undefined,
    'sells what is sold',
    undefined,
  ])
  assert.equal(seen.length, 4, 'an answer that looks like one before is shown nevertheless')
  const [[json, values]] = seen as [[{ id: number }, { id: string }]]
  assert.equal(String(json.id), values.id)
  assert.match(String(checked({ check }, '{"id":0}')[0]), /has id 0/)
  assert.equal(seen.length, 4, 'what the expectation refuses is not shown')
})

test('an answer that a function cannot read is wrong; what else it throws, or gives back, is a fault of the script', () => {
  const expect = { contains: ['{'] }
  assert.deepEqual(checked({ expect, check: ({ json }) => `${json()}` }, '{'), ['is not JSON'])
  const thrown = () => {
    throw new TypeError('of the script')
  }
  assert.throws(() => checked({ check: thrown }, '{"id":ID}'), /of the script/)
  for (const bad of [true, false, null, Promise.resolve()])
    assert.throws(
      () => checked({ check: (() => bad) as never }, '{"id":ID}'),
      /endpoint order: check: expected a text that says what is wrong, or undefined/,
    )
})

test('what an answer gives, a later request of the script carries', () => {
  const login: EndpointSpec = { name: 'login', method: 'POST', path: '/login', expect: {}, take: { session: 'token' } }
  const cart: EndpointSpec = { ...ORDER, name: 'cart', headers: { 'X-Session': '{session}' } }
  assert.equal(targetOf([login, cart]).described.length, 2)
  refuses(() => targetOf([cart]), 'script orders: endpoints.cart', 'session')
})

for (const [what, more, ...parts] of [
  ['a key that there is not', { body_: 1 }, 'script orders: endpoints.order.body_: unknown key', 'did you mean "body"'],
  ['a verb that there is not', { method: 'FETCH' }, 'script orders: endpoints.order.method: expected one of', '"FETCH"'],
  ['a path that is none', { path: 'orders' }, 'script orders: endpoints.order.path: expected a path that starts with /'],
  ['a check that is no function', { check: 'yes' }, 'script orders: endpoints.order.check: expected a function'],
  ['a check of a value that there is not', { expect: { json: { id: { equls: 1 } } } }, 'endpoints.order.expect', 'equals'],
  ['a placeholder without values', { path: '/orders/:nr' }, 'script orders: endpoints.order', 'nr'],
  ['a file, which scripts read themselves', { values: { id: { file: 'a.csv' } } }, 'endpoints.order.values.id', 'open()'],
  [
    'a host that nobody allowed',
    { base_url: 'https://example.com' },
    'endpoints.order.base_url: https://example.com',
    'ALLOW_TARGET',
  ],
  ['a host that is told to call another', { body: { url: 'https://example.com' } }, 'endpoints.order.body.url', 'ALLOW_TARGET'],
  ['a name that is no word', { name: 'my order' }, 'script orders: endpoints: expected a name', '"my order"'],
] as const)
  test(`refused: ${what}`, () => {
    refuses(() => describedBy(more as Partial<EndpointSpec>), ...parts)
  })

test('two endpoints of one name are refused, whoever has made them', () => {
  refuses(() => apart([endpoint(ORDER), endpoint(ORDER)], SCRIPT), 'script orders: endpoints: two are called "order"')
  refuses(() => apart([health, endpoint({ ...ORDER, name: 'health' })], SCRIPT), 'two are called "health"')
})

const metricOf = (spec: Partial<MetricSpec>): Metric => {
  const whole: MetricSpec = { name: 'queued_ms', type: 'trend', unit: 'ms', doc: 'Time in the queue.', ...spec }
  return { name: whole.name, spec: whole, add: () => {} }
}

test('a trend and a gauge rest on a counter of their own, which must have been counted', () => {
  for (const type of ['trend', 'gauge'] as const) {
    const declared = declaredBy([metricOf({ type })], SCRIPT)
    assert.deepEqual(Object.keys(declared), ['queued_ms', 'queued_ms_samples'])
    assert.equal(declared.queued_ms?.evidence, 'queued_ms_samples')
    assert.equal(declared.queued_ms_samples?.type, 'counter')
  }
  assert.deepEqual(Object.keys(declaredBy([metricOf({ type: 'counter' })], SCRIPT)), ['queued_ms'])
})

for (const name of ['errors', 'ws_opened', 'http_reqs', 'checks', 'vus'])
  test(`refused: a metric that is called as ${name} is`, () => {
    refuses(() => declaredBy([metricOf({ name })], SCRIPT), `script orders: metrics: ${name} is a metric already`)
  })

test('refused: metrics whose names cannot be, or are there twice', () => {
  refuses(() => declaredBy([metricOf({ name: 'Queued' })], SCRIPT), 'expected a name of small letters', '"Queued"')
  refuses(() => declaredBy([metricOf({}), metricOf({})], SCRIPT), 'queued_ms is a metric already')
  refuses(
    () => declaredBy([metricOf({}), metricOf({ name: 'queued_ms_samples', type: 'counter' })], SCRIPT),
    'queued_ms_samples is a metric already',
  )
})
