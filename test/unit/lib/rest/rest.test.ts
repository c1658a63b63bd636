import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seeded } from '../../../../lib/base/random.ts'
import type { Answer, Call, Endpoint } from '../../../../lib/endpoint/endpoint.ts'
import { VuState } from '../../../../lib/endpoint/vu-state.ts'
import { action } from '../../../../lib/rest/action.ts'
import { events } from '../../../../lib/rest/events.ts'
import { health } from '../../../../lib/rest/health.ts'
import { metrics } from '../../../../lib/rest/metrics.ts'
import { resource } from '../../../../lib/rest/resource.ts'
import { resources } from '../../../../lib/rest/resources.ts'

const callOf = (endpoint: Endpoint, values = {}): Call => endpoint.calls(seeded(1), values)[0] ?? assert.fail('no call')
const checked = (endpoint: Endpoint, body: string, headers: Answer['headers'] = {}, { expect = '' } = callOf(endpoint)) =>
  endpoint.check(new VuState(1, 'run')).check(body, expect, headers)

test('health is right where it says healthy', () => {
  for (const body of [
    '{"status":"healthy","version":"1","uptime_s":3}',
    '{ "status" : "healthy", "version" : "1", "uptime_s" : 0.5 }',
    '{"version":"1","uptime_s":3e2,"status":"healthy","more":[]}\n',
    '{ "status":"healthy","version":" : \\" : ","uptime_s":3}',
  ])
    assert.equal(checked(health, body), undefined, body)
  for (const [body, wrong] of [
    ['', 'is not JSON, or says a member twice'],
    ['<html>"status":"healthy"</html>', 'is not JSON, or says a member twice'],
    ['{"status":"healthy","ver', 'is not JSON, or says a member twice'],
    ['{"status":"unhealthy","status":"healthy","version":"1","uptime_s":3}', 'is not JSON, or says a member twice'],
    ['[{"status":"healthy","version":"1","uptime_s":3}]', 'is no JSON object'],
    ['{}', 'has no status'],
    ['{"status":"unhealthy","parts":[{"status":"healthy"}]}', 'has status "unhealthy", not "healthy"'],
    ['{"health":{"status":"healthy"}}', 'has no status'],
    ['{"status":"healthy"}', 'has no version'],
    ['{"status":"healthy","version":"1","uptime_s":"3"}', 'has uptime_s "3", not a number of at least 0'],
    ['{"status":"healthy","version":"1","uptime_s":3,"error":{}}', 'carries an error under the status of success'],
  ] as const)
    assert.equal(checked(health, body), wrong, body)
})

const RESOURCE = { params: { id: 'r-0001' }, expect: 'r-0001' }
const RESOURCE_HEADERS = { Etag: '"1"', 'X-Cache': 'MISS' }
const revised = (revision: number, more: object = {}) =>
  JSON.stringify({ id: 'r-0001', name: 'Resource 1', owner: 'search', tags: ['eu'], revision, payload: { a: 1 }, ...more })
const RESOURCE_BODY = revised(1)

test('a resource is right with its id, an ETag and a cache mark', () => {
  assert.equal(checked(resource, RESOURCE_BODY, RESOURCE_HEADERS, RESOURCE), undefined)
  assert.equal(checked(resource, RESOURCE_BODY, { ...RESOURCE_HEADERS, 'X-Cache': 'HIT' }, RESOURCE), undefined)
  for (const [body, headers, wrong] of [
    [revised(1, { id: 'r-0002' }), RESOURCE_HEADERS, 'has id "r-0002", not "r-0001"'],
    ['{}', RESOURCE_HEADERS, 'has no id'],
    ['{"item":{"id":"r-0001"}}', RESOURCE_HEADERS, 'has no id'],
    ['<p>"id":"r-0001"</p>', RESOURCE_HEADERS, 'is not JSON, or says a member twice'],
    [RESOURCE_BODY.slice(0, -1), RESOURCE_HEADERS, 'is not JSON, or says a member twice'],
    [revised(1, { error: { code: 'x' } }), RESOURCE_HEADERS, 'carries an error under the status of success'],
    [revised(1, { tags: ['eu', 3] }), RESOURCE_HEADERS, 'has tags[1] 3, not a text'],
    [revised(1, { payload: {} }), RESOURCE_HEADERS, 'has payload {}, not an object with something in it'],
    [revised(1.5), RESOURCE_HEADERS, 'has revision 1.5, not a whole number of at least 0'],
    [RESOURCE_BODY, { 'X-Cache': 'HIT' }, 'has no ETag'],
    [RESOURCE_BODY, { ...RESOURCE_HEADERS, Etag: '1' }, 'has ETag 1, which is not strong and quoted'],
    [RESOURCE_BODY, { ...RESOURCE_HEADERS, Etag: 'W/"1"' }, 'has ETag W/"1", which is not strong and quoted'],
    [RESOURCE_BODY, { Etag: '"1"' }, 'has no X-Cache of HIT or MISS'],
    [RESOURCE_BODY, { Etag: '"1"', 'X-Cache': 'STALE' }, 'has no X-Cache of HIT or MISS'],
  ] as const)
    assert.equal(checked(resource, body, headers, RESOURCE), wrong, body)
})

test('each VU asks for some of the ids, in an order of the seed', () => {
  const ids = Array.from({ length: 500 }, (_, i) => `r-${i}`)
  const asked = (seed: number) => resource.calls(seeded(seed), { id: ids }).map(({ params }) => params?.id ?? '')
  assert.equal(new Set(asked(1)).size, 200)
  assert.ok(asked(1).every((id) => ids.includes(id)))
  assert.deepEqual(asked(1), asked(1))
  assert.notDeepEqual(asked(1), asked(2))
  assert.deepEqual(resource.calls(seeded(1), {}), [])
  assert.equal(resource.calls(seeded(1), { id: ['only'] }).length, 1)
})

const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const echo = (call: Call, more: object = {}): string =>
  JSON.stringify({ id: idOf(1), ...JSON.parse(call.body ?? '{}'), status: 'accepted', ...more })

test('an action is right where it is echoed with an id not seen before', () => {
  const call = callOf(action)
  assert.equal(checked(action, echo(call), {}, call), undefined)
  for (const [more, wrong] of [
    [{ action: 'other' }, /^has action "other", not "loadgate.noop"/],
    [{ ref: 'another' }, /^has ref "another"/],
    [{ ref: undefined, inner: { ref: call.expect } }, /^has ref undefined/],
    [{ payload: {} }, /^has payload {}, not an object with something in it/],
    [{ payload: { value: call.expect, more: 1 } }, /^has payload/],
    [{ payload: { value: 42 } }, /^has payload {"value":42}, not {"value":"lg-/],
    [{ status: 'rejected' }, /^has status "rejected", not "accepted"/],
    [{ id: undefined }, /has no id/],
    [{ id: '' }, /has id "", not a UUID/],
    [{ id: 'a-1' }, /has id "a-1", not a UUID/],
  ] as const)
    assert.match(String(checked(action, echo(call, more), {}, call)), wrong)
  assert.equal(checked(action, '{}', {}, call), 'has no id')
  assert.match(String(checked(action, echo(call).slice(0, -1), {}, call)), /^is not JSON/)
})

test('an action has in its payload all that JSON has, and all of it comes back', () => {
  const call = action.calls(seeded(1), {}).find(({ body = '' }) => JSON.parse(body).payload.nested) ?? assert.fail()
  const { payload } = JSON.parse(call.body ?? '')
  assert.equal(checked(action, echo(call), {}, call), undefined)
  for (const changed of [
    { ...payload, text: 'GrÃ¼Ã\u009fe' },
    { ...payload, numbers: payload.numbers.map(String) },
    { ...payload, states: [true, false] },
    { ...payload, nested: {} },
    { value: payload.value },
  ])
    assert.match(String(checked(action, echo(call, { payload: changed }), {}, call)), /^has payload/)
})

test('an action that repeats an id of before is wrong, not only that of the last; checks of other VUs do not mind', () => {
  const call = callOf(action)
  const { expect = '' } = call
  const { check } = action.check(new VuState(1, 'run'))
  for (let n = 0; n < 100; n++) assert.equal(check(echo(call, { id: idOf(n) }), expect, {}), undefined)
  for (const n of [0, 50, 99]) assert.equal(check(echo(call, { id: idOf(n) }), expect, {}), 'repeats the id of an action before')
  assert.equal(checked(action, echo(call, { id: idOf(0) }), {}, call), undefined)
})

test('actions differ from each other and with the seed, so that an answer for somebody else is seen', () => {
  const calls = action.calls(seeded(1), {})
  assert.equal(new Set(calls.map(({ expect }) => expect)).size, calls.length)
  assert.notDeepEqual(action.calls(seeded(2), {}), calls)
  const [one, other] = calls
  assert.ok(one && other)
  assert.match(String(checked(action, echo(other), {}, one)), /^has ref/)
})

const stream = (ids: readonly number[]): string =>
  ids.map((id) => `id: ${id}\nevent: tick\ndata: {"seq":${id},"sent_at":${Date.now()}}\n\n`).join('')
const SSE = { 'Content-Type': 'text/event-stream; charset=utf-8' }

test('an event stream is right with its events in order', () => {
  assert.equal(checked(events, stream([1, 2, 3]), SSE), undefined)
  assert.equal(checked(events, stream([1, 2, 3]).replace(/id: /g, 'id:'), SSE), undefined)
  for (const [ids, wrong] of [
    [[], 'has 0 events, not 3'],
    [[1, 2], 'has 2 events, not 3'],
    [[1, 2, 3, 4], 'has 4 events, not 3'],
    [[1, 3, 4], 'has ids 1, 3, 4, which do not ascend by 1 from 1'],
    [[2, 3, 4], 'has ids 2, 3, 4, which do not ascend by 1 from 1'],
    [[1, 1, 2], 'has ids 1, 1, 2, which do not ascend by 1 from 1'],
    [[1, 3, 2], 'has ids 1, 3, 2, which do not ascend by 1 from 1'],
  ] as const)
    assert.equal(checked(events, stream(ids), SSE), wrong)
  const right = stream([1, 2, 3])
  assert.equal(checked(events, right.replace('"sent_at"', '"sent"'), SSE), 'has event 1 whose data has no sent_at')
  assert.equal(checked(events, right.replace('"seq":2', '"seq":3'), SSE), 'has event 2 whose data has seq 3, not 2')
  assert.equal(checked(events, right.replace('tick', 'tock'), SSE), 'has an event called "tock", not tick')
  const sent = (at: number) => right.replace(/"sent_at":\d+/, `"sent_at":${at}`)
  assert.match(String(checked(events, sent(Date.now() + 5000), SSE)), /sent before the one before it/)
  for (const at of [1, Math.floor(Date.now() / 1000), Date.now() * 1000])
    assert.equal(checked(events, sent(at), SSE), `has event 1 whose data has sent_at ${at}, not the epoch milliseconds of now`)
})

test('the ids 1, 2, 3 are right, any others are not', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5), { minLength: 3, maxLength: 3 }), (ids) => {
      const [a = 0, b = 0, c = 0] = ids
      assert.equal(checked(events, stream(ids), SSE) === undefined, a === 1 && b === 2 && c === 3)
    }),
  )
})

test('metrics are right with the counter of requests, to their last line', () => {
  const counter = 'gateway_requests_total{method="GET",route="/{x}",status="200"} 3\n'
  const durations = 'gateway_request_duration_seconds_bucket{le="+Inf",method="GET"} 3\n'
  assert.equal(checked(metrics, `# TYPE gateway_requests_total counter\n${counter}${durations}`), undefined)
  assert.equal(checked(metrics, `# no sample\n# gateway_requests_total\n${durations}`), 'does not carry gateway_requests_total')
  assert.match(String(checked(metrics, counter.replace('status', 'code') + durations)), /without label status/)
  assert.equal(checked(metrics, ''), 'does not end with a line feed')
  assert.equal(checked(metrics, `${counter}gateway_act`), 'does not end with a line feed')
  for (const line of ['{}', '<p>gateway_requests_total</p>', 'x{a=b} 1', 'x', 'x 1 2 3', 'x one'])
    assert.equal(checked(metrics, `${counter}${durations}${line}\n`), 'has a line that is neither a comment nor a sample', line)
})

test('no answer makes a check throw, and what is no answer of an endpoint is wrong', () => {
  for (const endpoint of [health, resource, action, events, metrics])
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (body) => {
        const call = endpoint === resource ? RESOURCE : callOf(endpoint)
        assert.notEqual(checked(endpoint, body, { ...RESOURCE_HEADERS, ...SSE }, call), undefined)
      }),
    )
})

test('a resource that is older than a list has shown is stale', () => {
  const vuState = new VuState(1, 'run')
  const [list, read1] = [resources.check(vuState).check, resource.check(vuState).check]
  const read = (body: string) => read1(body, RESOURCE.expect, { ...RESOURCE_HEADERS, Etag: `"${JSON.parse(body).revision}"` })
  assert.equal(read(revised(2)), undefined, 'nothing is known yet')
  const page = { total: 1, limit: 20, offset: 0, items: [{ id: 'r-0001', name: 'Resource 1', revision: 3 }] }
  assert.equal(list(JSON.stringify(page), '0 of 1', {}), undefined)
  assert.equal(read(revised(3)), undefined)
  assert.equal(read(revised(4)), undefined, 'it may have changed since')
  assert.equal(read(revised(2)), 'is stale: it has revision 2 of a resource that was seen at revision 4')
  assert.equal(checked(resource, revised(2), RESOURCE_HEADERS, RESOURCE), undefined, 'another VU has seen no list')
})

test('what has not changed its revision says the same each time, under the same ETag, and as its list has it', () => {
  const vuState = new VuState(1, 'run')
  const { check } = resource.check(vuState)
  const read = (body: string, etag = '"1"') => check(body, 'r-0001', { ...RESOURCE_HEADERS, Etag: etag })
  assert.equal(read(revised(3)), undefined)
  assert.equal(read(revised(3)), undefined)
  assert.equal(read(revised(3, { payload: { b: 2 } })), 'has another body than before, at the same revision')
  assert.equal(read(revised(3), '"2"'), 'has another ETag than before, at the same revision')
  assert.equal(read(revised(4, { payload: { b: 2 } })), 'has the ETag of revision 3, which was another body')
  assert.equal(read(revised(4, { payload: { b: 2 } }), '"2"'), undefined)
  const page = (name: string) => JSON.stringify({ total: 1, limit: 20, offset: 0, items: [{ id: 'r-0001', name, revision: 4 }] })
  const list = resources.check(vuState).check
  assert.match(String(list(page('Resource 9'), '0 of 1', {})), /^calls r-0001 "Resource 9", which calls itself "Resource 1"/)
  const other = new VuState(2, 'run')
  assert.equal(resources.check(other).check(page('Resource 9'), '0 of 1', {}), undefined)
  assert.match(String(resource.check(other).check(revised(4), 'r-0001', RESOURCE_HEADERS)), /not "Resource 9" as its list has it/)
})
