import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SessionEndpoint } from '../../../../lib/endpoint/endpoint.ts'
import { NOT_JSON } from '../../../../lib/endpoint/rules.ts'
import { VuState } from '../../../../lib/endpoint/vu-state.ts'
import { health } from '../../../../lib/rest/health.ts'
import { quickCheckOf, sampled, strictCheckOf, strictCheckOfSession } from '../../../../lib/vu/check.ts'

const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' }
const HEALTHY = '{"status":"healthy","version":"1","uptime_s":1}'
const answer = (body: string, headers: Record<string, string> = JSON_TYPE) => ({ status: 200, body, headers })
const check = (expect: { json?: Record<string, string | number | boolean>; contains?: string[] }) => {
  const checked = strictCheckOf(health, { expect })
  return (body: string) => checked(body, '', JSON_TYPE)
}

test('what is packed in a way that nobody has asked for cannot be read', () => {
  const packed = (coding: string) => ({ 'Content-Type': 'application/json', 'Content-Encoding': coding })
  for (const check of [strictCheckOf(health, {}), quickCheckOf(health, {})]) {
    for (let i = 0; i < 20; i++) assert.equal(check(HEALTHY, '', { 'Content-Type': 'application/json' }), undefined)
    assert.equal(check(HEALTHY, '', packed('x-own')), 'is packed as x-own, which nobody has asked for')
    for (const coding of ['gzip', 'br', 'GZIP, identity']) assert.equal(check(HEALTHY, '', packed(coding)), undefined, coding)
  }
})

test('without an expectation of the target, the catalogue checks', () => {
  const checked = strictCheckOf(health, {})
  assert.equal(checked(HEALTHY, '', JSON_TYPE), undefined)
  assert.equal(checked('{"status":"up"}', '', JSON_TYPE), 'has status "up", not "healthy"')
})

test("with one, it checks in the catalogue's place", () => {
  const checked = check({ json: { status: 'up' } })
  assert.equal(checked('{"status":"up"}'), undefined)
  assert.equal(checked('{"status":"healthy"}'), 'has status "healthy", not "up"')
})

test('top-level JSON values are compared by value and type', () => {
  const checked = check({ json: { ok: true, count: 3, name: 'x' } })
  assert.equal(checked('{ "name": "x", "count": 3, "ok": true, "more": [] }'), undefined)
  assert.equal(checked('{"ok":"true","count":3,"name":"x"}'), 'has ok "true", not true')
  assert.equal(checked('{"ok":true,"count":"3","name":"x"}'), 'has count "3", not 3')
  assert.equal(checked('{"ok":true,"count":3}'), 'has name undefined, not "x"')
  assert.equal(checked('{"inner":{"ok":true,"count":3,"name":"x"}}'), 'has ok undefined, not true')
})

test('what is no JSON, or no object, is wrong', () => {
  const checked = check({ json: { ok: true } })
  for (const none of ['<html>', '', '{"ok":true', '{"ok":false,"ok":true}']) assert.equal(checked(none), NOT_JSON)
  for (const body of ['null', 'true', '[]', '"ok"', '3']) assert.match(String(checked(body)), /^has ok/, body)
})

test('strings must all be there', () => {
  const checked = check({ contains: ['<title>Gateway</title>', 'v2'] })
  assert.equal(checked('v2 <title>Gateway</title>'), undefined)
  assert.equal(checked('<title>Gateway</title>'), 'does not contain "v2"')
  assert.equal(checked(''), 'does not contain "<title>Gateway</title>"')
})

test('both kinds count together', () => {
  const checked = check({ json: { ok: true }, contains: ['trace'] })
  assert.equal(checked('{"ok":true,"trace":1}'), undefined)
  assert.equal(checked('{"ok":true}'), 'does not contain "trace"')
  assert.equal(checked('{"ok":false,"trace":1}'), 'has ok false, not true')
})

test('an answer like the right one before is right, and a wrong one after it is still wrong', () => {
  const checked = check({ json: { ok: true } })
  const right = '{"ok":true}'
  for (const body of [right, right, '{"ok":false}', right, 'x', '{"ok":false}', right])
    assert.equal(checked(body) === undefined, body === right, body)
})

test('right content under another type is wrong, unless the target says what is right', () => {
  for (const type of [
    'text/html',
    'application/jsonx',
    'application/json+x; charset=utf-8',
    'text/html; application/json',
    undefined,
  ]) {
    const headers: Record<string, string> = type === undefined ? {} : { 'Content-Type': type }
    assert.equal(strictCheckOf(health, {})(HEALTHY, '', headers), 'is not application/json')
    assert.equal(strictCheckOf(health, { expect: { contains: ['healthy'] } })(HEALTHY, '', headers), undefined)
  }
  for (const type of ['application/json', 'Application/JSON;charset=utf-8', 'application/json ; charset="utf-8"'])
    assert.equal(strictCheckOf(health, {})(HEALTHY, '', { 'Content-Type': type }), undefined, type)
})

test('a session learns from every answer, and is checked by the target where that says what is right', () => {
  const learned: string[] = []
  const endpoint: SessionEndpoint = {
    ...health,
    session: () => ({
      next: () => ({}),
      check({ body }) {
        learned.push(body)
        return body === 'right' ? undefined : 'is not right'
      },
    }),
  }
  const session = endpoint.session(new VuState(1, 'run'), {})
  const own = strictCheckOfSession(endpoint, session, {})
  assert.equal(own(answer('right'), {}), undefined)
  assert.equal(own(answer('right', {}), {}), 'is not application/json')
  assert.equal(own(answer('wrong'), {}), 'is not right')
  const expected = strictCheckOfSession(endpoint, session, { expect: { contains: ['wr'] } })
  assert.equal(expected(answer('wrong', {}), {}), undefined)
  assert.equal(expected(answer('right'), {}), 'does not contain "wr"')
  assert.deepEqual(learned, ['right', 'right', 'wrong', 'wrong', 'right'])
})

test('sampled: of each so many answers the first is checked', () => {
  const checked = sampled(strictCheckOf(health, {}), 3)
  const wrong = Array.from({ length: 7 }, () => checked('{"status":"up"}', '', JSON_TYPE) !== undefined)
  assert.deepEqual(wrong, [true, false, false, true, false, false, true])
})
