import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { action } from '../../../../lib/endpoints/action.ts'
import type { Answer, Call, Endpoint } from '../../../../lib/endpoints/endpoint.ts'
import { events } from '../../../../lib/endpoints/events.ts'
import { health } from '../../../../lib/endpoints/health.ts'
import { Memory } from '../../../../lib/endpoints/memory.ts'
import { metrics } from '../../../../lib/endpoints/metrics.ts'
import { resource } from '../../../../lib/endpoints/resource.ts'
import { resources } from '../../../../lib/endpoints/resources.ts'
import { seeded } from '../../../../lib/random.ts'

const callOf = (endpoint: Endpoint, values = {}): Call => endpoint.calls(seeded(1), values)[0] ?? assert.fail('no call')
const judged = (endpoint: Endpoint, body: string, headers: Answer['headers'] = {}, { expect = '' } = callOf(endpoint)) =>
  endpoint.judge()(body, expect, headers)

test('health is right where it says healthy', () => {
  for (const body of [
    '{"status":"healthy"}',
    '{"status":"healthy","version":"1","uptime_s":3}',
    '{ "status" : "healthy" }'.replace(' :', ':'),
    '{"version":"1","status":"healthy"}\n',
  ])
    assert.equal(judged(health, body), undefined, body)
  for (const body of [
    '',
    '{}',
    '{"status":"degraded"}',
    '{"status":"unhealthy"}',
    '{"health":"healthy"}',
    'healthy',
    '<html>healthy</html>',
  ])
    assert.equal(judged(health, body), 'does not say "status":"healthy"', body)
  assert.equal(judged(health, '{"status":"healthy","ver'), 'is cut off')
})

const RESOURCE = { params: { id: 'r-0001' }, expect: '"id":"r-0001"' }
const RESOURCE_HEADERS = { Etag: '"1"', 'X-Cache': 'MISS' }
const RESOURCE_BODY = '{"id":"r-0001","name":"Resource 1","payload":{"a":1}}'

test('a resource is right with its id, an ETag and a cache mark', () => {
  assert.equal(judged(resource, RESOURCE_BODY, RESOURCE_HEADERS, RESOURCE), undefined)
  assert.equal(judged(resource, RESOURCE_BODY, { ...RESOURCE_HEADERS, 'X-Cache': 'HIT' }, RESOURCE), undefined)
  for (const [body, headers, wrong] of [
    ['{"id":"r-0002"}', RESOURCE_HEADERS, 'does not carry "id":"r-0001"'],
    ['{"id":"r-00011"}', RESOURCE_HEADERS, 'does not carry "id":"r-0001"'],
    ['{}', RESOURCE_HEADERS, 'does not carry "id":"r-0001"'],
    ['{"id":"r-0001","name":"Resou', RESOURCE_HEADERS, 'is cut off'],
    [RESOURCE_BODY, { 'X-Cache': 'HIT' }, 'has no ETag'],
    [RESOURCE_BODY, { Etag: '"1"' }, 'has no X-Cache of HIT or MISS'],
    [RESOURCE_BODY, { Etag: '"1"', 'X-Cache': 'STALE' }, 'has no X-Cache of HIT or MISS'],
  ] as const)
    assert.equal(judged(resource, body, headers, RESOURCE), wrong, body)
})

test('each VU asks for some of the ids, in an order of the seed', () => {
  const ids = Array.from({ length: 500 }, (_, i) => `r-${i}`)
  const asked = (seed: number) => resource.calls(seeded(seed), { id: ids }).map(({ params }) => params?.id ?? '')
  assert.equal(new Set(asked(1)).size, 50)
  assert.ok(asked(1).every((id) => ids.includes(id)))
  assert.deepEqual(asked(1), asked(1))
  assert.notDeepEqual(asked(1), asked(2))
  assert.deepEqual(resource.calls(seeded(1), {}), [])
  assert.equal(resource.calls(seeded(1), { id: ['only'] }).length, 1)
})

const echo = (call: Call, more: object = {}): string =>
  JSON.stringify({ id: 'a-1', ...JSON.parse(call.body ?? '{}'), status: 'accepted', ...more })

test('an action is right where it is echoed with an id not seen before', () => {
  const call = callOf(action)
  assert.equal(judged(action, echo(call), {}, call), undefined)
  for (const [more, wrong] of [
    [{ action: 'other' }, /does not echo the action/],
    [{ ref: 'another' }, /does not echo the action/],
    [{ id: undefined }, /has no id/],
    [{ id: '' }, /has no id/],
  ] as const)
    assert.match(String(judged(action, echo(call, more), {}, call)), wrong)
  assert.match(String(judged(action, '{}', {}, call)), /does not echo/)
  assert.equal(judged(action, echo(call).slice(0, -1), {}, call), 'is cut off')
})

test('an action that repeats the id of the one before is wrong; judges of other VUs do not mind', () => {
  const call = callOf(action)
  const { expect = '' } = call
  const judge = action.judge()
  assert.equal(judge(echo(call), expect, {}), undefined)
  assert.equal(judge(echo(call), expect, {}), 'repeats the id of the action before')
  assert.equal(judge(echo(call, { id: 'a-2' }), expect, {}), undefined)
  assert.equal(action.judge()(echo(call), expect, {}), undefined)
})

test('actions differ from each other and with the seed, so that an answer for somebody else is seen', () => {
  const calls = action.calls(seeded(1), {})
  assert.equal(new Set(calls.map(({ expect }) => expect)).size, calls.length)
  assert.notDeepEqual(action.calls(seeded(2), {}), calls)
  const [one, other] = calls
  assert.ok(one && other)
  assert.match(String(judged(action, echo(other), {}, one)), /does not echo/)
})

const stream = (ids: readonly number[]): string =>
  ids.map((id) => `id: ${id}\nevent: tick\ndata: {"seq":${id},"sent_at":1700000000000}\n\n`).join('')
const SSE = { 'Content-Type': 'text/event-stream; charset=utf-8' }

test('an event stream is right with its events in order', () => {
  assert.equal(judged(events, stream([1, 2, 3]), SSE), undefined)
  assert.equal(judged(events, stream([1, 2, 3]).replace(/id: /g, 'id:'), SSE), undefined)
  for (const [ids, wrong] of [
    [[], 'has 0 events, not 3'],
    [[1, 2], 'has 2 events, not 3'],
    [[1, 2, 3, 4], 'has 4 events, not 3'],
    [[1, 3, 4], 'has ids 1, 3, 4, which do not ascend by 1'],
    [[1, 1, 2], 'has ids 1, 1, 2, which do not ascend by 1'],
    [[1, 3, 2], 'has ids 1, 3, 2, which do not ascend by 1'],
  ] as const)
    assert.equal(judged(events, stream(ids), SSE), wrong)
  assert.equal(judged(events, stream([1, 2, 3]), { 'Content-Type': 'application/json' }), 'is not text/event-stream')
  assert.equal(judged(events, stream([1, 2, 3]), {}), 'is not text/event-stream')
  assert.equal(judged(events, stream([1, 2, 3]).replace('"sent_at"', '"sent"'), SSE), 'has events without sent_at')
})

test('any three ids that ascend by 1 are right, any others are not', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5), { minLength: 3, maxLength: 3 }), (ids) => {
      const [a = 0, b = 0, c = 0] = ids
      assert.equal(judged(events, stream(ids), SSE) === undefined, b === a + 1 && c === b + 1)
    }),
  )
})

test('metrics are right with the counter of requests, to their last line', () => {
  assert.equal(judged(metrics, '# TYPE gateway_requests_total counter\ngateway_requests_total{route="/"} 3\n'), undefined)
  assert.equal(judged(metrics, '{}\n'), 'does not carry gateway_requests_total')
  assert.equal(judged(metrics, ''), 'does not end with a line feed')
  assert.equal(judged(metrics, 'gateway_requests_total{route="/"} 3\ngateway_act'), 'does not end with a line feed')
})

test('no answer makes a judge throw, and what is no answer of an endpoint is wrong', () => {
  for (const endpoint of [health, resource, action, events, metrics])
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (body) => {
        const call = endpoint === resource ? RESOURCE : callOf(endpoint)
        assert.notEqual(judged(endpoint, body, { ...RESOURCE_HEADERS, ...SSE }, call), undefined)
      }),
    )
})

test('a resource that is older than a list has shown is stale', () => {
  const memory = new Memory(1, 'run')
  const [list, judge] = [resources.judge(memory), resource.judge(memory)]
  const read = (body: string) => judge(body, RESOURCE.expect, RESOURCE_HEADERS)
  const revised = (revision: number) => `{"id":"r-0001","revision":${revision}}`
  assert.equal(read(revised(2)), undefined, 'nothing is known yet')
  const page = { total: 1, limit: 20, offset: 0, items: [{ id: 'r-0001', name: 'Resource 1', revision: 3 }] }
  assert.equal(list(JSON.stringify(page), '0', {}), undefined)
  assert.equal(read(revised(3)), undefined)
  assert.equal(read(revised(4)), undefined, 'it may have changed since')
  assert.equal(read(revised(2)), 'is stale: it has revision 2 of a resource whose list has shown 3')
  assert.equal(read(RESOURCE_BODY), undefined, 'a gateway that tells no revision')
  const another = resource.judge(new Memory(2, 'run'))
  assert.equal(another(revised(2), RESOURCE.expect, RESOURCE_HEADERS), undefined, 'another VU has seen no list')
})
