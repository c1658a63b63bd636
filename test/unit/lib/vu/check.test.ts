import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SessionEndpoint } from '../../../../lib/endpoint/endpoint.ts'
import { NOT_JSON } from '../../../../lib/endpoint/rules.ts'
import { VuState } from '../../../../lib/endpoint/vu-state.ts'
import { health } from '../../../../lib/rest/health.ts'
import { judgeOf, judgeOfSession, quickJudgeOf, sampled } from '../../../../lib/vu/check.ts'

const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' }
const HEALTHY = '{"status":"healthy","version":"1","uptime_s":1}'
const answer = (body: string, headers: Record<string, string> = JSON_TYPE) => ({ status: 200, body, headers })
const judge = (expect: { json?: Record<string, string | number | boolean>; contains?: string[] }) => {
  const judged = judgeOf(health, { expect })
  return (body: string) => judged(body, '', JSON_TYPE)
}

test('what is packed in a way that nobody has asked for cannot be read', () => {
  const packed = (coding: string) => ({ 'Content-Type': 'application/json', 'Content-Encoding': coding })
  for (const judge of [judgeOf(health, {}), quickJudgeOf(health, {})]) {
    for (let i = 0; i < 20; i++) assert.equal(judge(HEALTHY, '', { 'Content-Type': 'application/json' }), undefined)
    assert.equal(judge(HEALTHY, '', packed('x-own')), 'is packed as x-own, which nobody has asked for')
    for (const coding of ['gzip', 'br', 'GZIP, identity']) assert.equal(judge(HEALTHY, '', packed(coding)), undefined, coding)
  }
})

test('without an expectation of the target, the catalogue judges', () => {
  const judged = judgeOf(health, {})
  assert.equal(judged(HEALTHY, '', JSON_TYPE), undefined)
  assert.equal(judged('{"status":"up"}', '', JSON_TYPE), 'has status "up", not "healthy"')
})

test("with one, it judges in the catalogue's place", () => {
  const judged = judge({ json: { status: 'up' } })
  assert.equal(judged('{"status":"up"}'), undefined)
  assert.equal(judged('{"status":"healthy"}'), 'has status "healthy", not "up"')
})

test('top-level JSON values are compared by value and type', () => {
  const judged = judge({ json: { ok: true, count: 3, name: 'x' } })
  assert.equal(judged('{ "name": "x", "count": 3, "ok": true, "more": [] }'), undefined)
  assert.equal(judged('{"ok":"true","count":3,"name":"x"}'), 'has ok "true", not true')
  assert.equal(judged('{"ok":true,"count":"3","name":"x"}'), 'has count "3", not 3')
  assert.equal(judged('{"ok":true,"count":3}'), 'has name undefined, not "x"')
  assert.equal(judged('{"inner":{"ok":true,"count":3,"name":"x"}}'), 'has ok undefined, not true')
})

test('what is no JSON, or no object, is wrong', () => {
  const judged = judge({ json: { ok: true } })
  for (const none of ['<html>', '', '{"ok":true', '{"ok":false,"ok":true}']) assert.equal(judged(none), NOT_JSON)
  for (const body of ['null', 'true', '[]', '"ok"', '3']) assert.match(String(judged(body)), /^has ok/, body)
})

test('strings must all be there', () => {
  const judged = judge({ contains: ['<title>Gateway</title>', 'v2'] })
  assert.equal(judged('v2 <title>Gateway</title>'), undefined)
  assert.equal(judged('<title>Gateway</title>'), 'does not contain "v2"')
  assert.equal(judged(''), 'does not contain "<title>Gateway</title>"')
})

test('both kinds count together', () => {
  const judged = judge({ json: { ok: true }, contains: ['trace'] })
  assert.equal(judged('{"ok":true,"trace":1}'), undefined)
  assert.equal(judged('{"ok":true}'), 'does not contain "trace"')
  assert.equal(judged('{"ok":false,"trace":1}'), 'has ok false, not true')
})

test('an answer like the right one before is right, and a wrong one after it is still wrong', () => {
  const judged = judge({ json: { ok: true } })
  const right = '{"ok":true}'
  for (const body of [right, right, '{"ok":false}', right, 'x', '{"ok":false}', right])
    assert.equal(judged(body) === undefined, body === right, body)
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
    assert.equal(judgeOf(health, {})(HEALTHY, '', headers), 'is not application/json')
    assert.equal(judgeOf(health, { expect: { contains: ['healthy'] } })(HEALTHY, '', headers), undefined)
  }
  for (const type of ['application/json', 'Application/JSON;charset=utf-8', 'application/json ; charset="utf-8"'])
    assert.equal(judgeOf(health, {})(HEALTHY, '', { 'Content-Type': type }), undefined, type)
})

test('a session learns from every answer, and is judged by the target where that says what is right', () => {
  const learned: string[] = []
  const endpoint: SessionEndpoint = {
    ...health,
    session: () => ({
      next: () => ({}),
      judge({ body }) {
        learned.push(body)
        return body === 'right' ? undefined : 'is not right'
      },
    }),
  }
  const session = endpoint.session(new VuState(1, 'run'), {})
  const own = judgeOfSession(endpoint, session, {})
  assert.equal(own(answer('right'), {}), undefined)
  assert.equal(own(answer('right', {}), {}), 'is not application/json')
  assert.equal(own(answer('wrong'), {}), 'is not right')
  const expected = judgeOfSession(endpoint, session, { expect: { contains: ['wr'] } })
  assert.equal(expected(answer('wrong', {}), {}), undefined)
  assert.equal(expected(answer('right'), {}), 'does not contain "wr"')
  assert.deepEqual(learned, ['right', 'right', 'wrong', 'wrong', 'right'])
})

test('sampled: of each so many answers the first is judged', () => {
  const judged = sampled(judgeOf(health, {}), 3)
  const wrong = Array.from({ length: 7 }, () => judged('{"status":"up"}', '', JSON_TYPE) !== undefined)
  assert.deepEqual(wrong, [true, false, false, true, false, false, true])
})
