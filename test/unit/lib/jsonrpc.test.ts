import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Wrong } from '../../../lib/endpoints/endpoint.ts'
import { batchCall, framedJudge, judgeBatch, judgeRpc, type ResultJudge, rpcCall, SUCCESS_FALSE } from '../../../lib/jsonrpc.ts'
import { RPC_CODES } from '../../../lib/rpc-codes.ts'

const call = rpcCall('agent.ping', { agent_id: 'a-1' }, '7-1')
const ping: ResultJudge = ({ agent_id, success }) => (agent_id === 'a-1' && success === true ? undefined : 'is no pong')
const right = { jsonrpc: '2.0', id: '7-1', result: { agent_id: 'a-1', success: true } }
const text = (answer: unknown) => JSON.stringify(answer)
const code = (wrong: Wrong) => (typeof wrong === 'object' ? wrong.code : undefined)

test('a request is JSON-RPC 2.0 with its id, method and parameters', () => {
  assert.deepEqual(JSON.parse(call.body ?? ''), {
    jsonrpc: '2.0',
    id: '7-1',
    method: 'agent.ping',
    params: { agent_id: 'a-1' },
  })
  assert.equal(call.headers?.['Content-Type'], 'application/json')
})

test('a right answer is right, compact or spaced, whatever the order of its members', () => {
  assert.equal(judgeRpc(text(right), call, ping), undefined)
  assert.equal(judgeRpc(JSON.stringify(right, null, 2), call, ping), undefined)
  assert.equal(judgeRpc('{"result": {"success": true, "agent_id": "a-1"}, "id": "7-1", "jsonrpc": "2.0"}', call, ping), undefined)
  assert.equal(judgeRpc(text({ ...right, error: null }), call, ping), undefined)
})

test('an error inside HTTP 200 is an rpc_error of its code', () => {
  for (const number of [-32700, -32601, -32001, 7]) {
    const wrong = judgeRpc(text({ jsonrpc: '2.0', id: '7-1', error: { code: number, message: 'no' } }), call, ping)
    assert.deepEqual(wrong, { class: 'rpc_error', code: String(number), why: `is the JSON-RPC error ${number}: no` })
  }
  assert.equal(code(judgeRpc(text({ jsonrpc: '2.0', id: null, error: { code: -32700, message: '' } }), call, ping)), '-32700')
  assert.equal(code(judgeRpc(text({ ...right, error: { code: -1, message: 'both' } }), call, ping)), '-1')
  for (const error of ['broken', {}, { code: 'x' }, { code: 1.5 }, 5, false, []])
    assert.equal(code(judgeRpc(text({ jsonrpc: '2.0', id: '7-1', error }), call, ping)), 'no_code')
})

test('a result that says success:false is an rpc_error', () => {
  for (const spaces of [0, 1]) {
    const body = JSON.stringify({ ...right, result: { agent_id: 'a-1', success: false } }, null, spaces)
    assert.equal(code(judgeRpc(body, call, ping)), SUCCESS_FALSE)
  }
})

test('an answer to somebody else, of another protocol or of no shape is wrong', () => {
  const wrongs: [string, string][] = [
    [text({ ...right, id: '7-10' }), 'answers id "7-10", not "7-1"'],
    [text({ ...right, id: 7 }), 'answers id 7, not "7-1"'],
    [text({ jsonrpc: '2.0', result: right.result }), 'answers id undefined, not "7-1"'],
    [text({ ...right, jsonrpc: '1.0' }), 'does not say "jsonrpc":"2.0"'],
    [text({ jsonrpc: '2.0', id: '7-1' }), 'has neither a result nor an error'],
    [text({ ...right, result: null }), 'has a result that is no object'],
    [text({ ...right, result: 'pong' }), 'has a result that is no object'],
    [text({ ...right, result: { agent_id: 'a-2', success: true } }), 'is no pong'],
    [text(right).slice(0, -1), 'is not a JSON-RPC answer'],
    ['[]', 'is not a JSON-RPC answer'],
    ['null', 'is not a JSON-RPC answer'],
    ['', 'is not a JSON-RPC answer'],
    ['<html>', 'is not a JSON-RPC answer'],
  ]
  for (const [body, why] of wrongs) assert.equal(judgeRpc(body, call, ping), why, body)
})

const scalar = fc.oneof(
  fc.constantFrom('a-1', 'a-2', '7-1', '2.0', 'error', '"error":{'),
  fc.boolean(),
  fc.integer(),
  fc.constant(null),
)
const members = fc.record(
  {
    jsonrpc: fc.constantFrom('2.0', '1.0'),
    id: fc.constantFrom<unknown>('7-1', '7-10', '17-1', 7, null),
    result: fc.oneof(fc.dictionary(fc.constantFrom('agent_id', 'success', 'error', 'note', 'result'), scalar), scalar),
    error: fc.oneof(scalar, fc.record({ code: fc.oneof(fc.integer(), fc.string()), message: fc.string() })),
  },
  { requiredKeys: [] },
)

/** Answers of a gateway that writes a time and an id into each, in whatever order and spacing it likes. */
const styles = fc.record({
  reversed: fc.boolean(),
  spaces: fc.constantFrom(0, 1),
  extra: fc.constantFrom({}, { note: 'x', list: [1] }),
})
const write = (answer: object, { reversed, spaces }: { reversed: boolean; spaces: number }) => {
  const turn = (value: unknown): unknown =>
    reversed && typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value)
            .reverse()
            .map(([key, inner]) => [key, turn(inner)]),
        )
      : value
  return JSON.stringify(turn(answer), null, spaces)
}
const free = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ minLength: 1 }),
  fc.constant(null),
)

test('what a frame decides is what parsing decides', () => {
  fc.assert(
    fc.property(styles, free, free, members, fc.boolean(), (style, first, second, other, alike) => {
      const judge = framedJudge(ping, 'sent_at')
      const rightOf = (sent_at: unknown) => write({ ...right, result: { ...right.result, ...style.extra, sent_at } }, style)
      for (let i = 0; i < 3; i++) assert.equal(judge(rightOf(first), call), undefined)
      const body = alike ? rightOf(second) : write(other, style)
      assert.deepEqual(judge(body, call), judgeRpc(body, call, ping), body)
    }),
    { numRuns: 3000 },
  )
})

/** A judge that compares with what the call is about. */
const pingOf: ResultJudge = ({ agent_id, success }, { expect }) =>
  agent_id === expect && success === true ? undefined : `is no pong of ${expect}`
const callOf = (agent: string, id: string) => ({ ...rpcCall('agent.ping', { agent_id: agent }, id), expect: agent })

test('what a frame decides of another call is what parsing decides', () => {
  const names = fc.constantFrom('a-1', 'a-2', '7-1', '7-2', 'x', 'sent_at', 'a"b', 'a\\b', '')
  const calls = fc.record({ agent: names, id: fc.constantFrom('7-1', '7-2', 'a-1', 'x') })
  const answers = fc.record({ agent: names, id: fc.constantFrom('7-1', '7-2', 'a-1', 'x'), note: names, sent_at: free })
  const answer = (one: { agent: string; id: string; note?: string; sent_at: unknown }) => ({
    jsonrpc: '2.0',
    id: one.id,
    result: { agent_id: one.agent, success: true, ...(one.note === undefined ? {} : { note: one.note }), sent_at: one.sent_at },
  })
  // A name, written as JSON may also have it.
  const escaped = (body: string) => body.replace('"a-', '"a\\u002d')
  let framed = 0
  fc.assert(
    fc.property(
      fc.array(fc.tuple(calls, free, names), { minLength: 1, maxLength: 3 }),
      calls,
      answers,
      styles,
      fc.boolean(),
      fc.boolean(),
      (before, asked, given, style, alike, escapes) => {
        const judge = framedJudge(pingOf, 'sent_at')
        const written = (what: object) => (escapes ? escaped(write(what, style)) : write(what, style))
        for (const [{ agent, id }, sent_at, note] of before)
          assert.equal(judge(written(answer({ agent, id, note, sent_at })), callOf(agent, id)), undefined)
        const body = written(answer(alike ? { ...given, ...asked } : given))
        const whole = judgeRpc(body, callOf(asked.agent, asked.id), pingOf)
        if (whole === undefined) framed++
        assert.deepEqual(judge(body, callOf(asked.agent, asked.id)), whole, body)
      },
    ),
    { numRuns: 5000 },
  )
  assert.ok(framed > 500, `${framed} right answers`)
})

test('a frame takes no answer that was changed or cut anywhere but in its free member', () => {
  const judge = framedJudge(ping, 'sent_at')
  const body = text({ ...right, result: { ...right.result, sent_at: 1764000000000 } })
  for (let i = 0; i < 3; i++) judge(body, call)
  const from = body.indexOf('1764000000000')
  for (let at = 0; at < body.length; at++) {
    assert.ok(judge(body.slice(0, at), call), `cut at ${at}`)
    for (const character of ['"', '}', '{', ',', ':', ' ', 'x', '\\']) {
      const changed = body.slice(0, at) + character + body.slice(at + 1)
      const same = judgeRpc(changed, call, ping)
      assert.deepEqual(judge(changed, call), same, changed)
      if (at >= from && at < from + 13 && character === '"') assert.ok(same, 'a quote in a number is no JSON')
    }
  }
})

test('a free member is judged where somebody wants that', () => {
  const seen: string[] = []
  const judge = framedJudge(ping, 'note', (value) => {
    seen.push(value)
    return value === 'b' ? 'is b' : undefined
  })
  const body = (note: string) => text({ ...right, result: { ...right.result, note } })
  assert.deepEqual(
    ['a', 'c', 'b'].map((note) => judge(body(note), call)),
    [undefined, undefined, 'is b'],
  )
  assert.deepEqual(seen, ['c', 'b'])
})

test('a right answer that was cut anywhere is not right', () => {
  const body = text(right)
  for (let length = 0; length < body.length; length++)
    assert.ok(judgeRpc(body.slice(0, length), call, ping), body.slice(0, length))
})

test('no text throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
      judgeRpc(body, call, ping)
      judgeBatch(body, entries)
    }),
  )
})

const entries = [
  { method: 'agent.ping', params: { agent_id: 'a-1' }, id: 'b-1', judge: (result: object) => ping({ ...result }, {}) },
  { method: 'agent.ping', params: { agent_id: 'a-1' } },
  { method: 'health.get_stats', params: {}, id: 'b-2' },
  { method: 'health.get_stats', params: {}, id: 'b-3' },
]
const answers = [
  { jsonrpc: '2.0', id: 'b-1', result: right.result },
  { jsonrpc: '2.0', id: 'b-2', result: { agents: 1 } },
  { jsonrpc: '2.0', id: 'b-3', result: { agents: 1 } },
]

test('a batch is an array of requests, notifications without an id', () => {
  const sent = JSON.parse(batchCall(entries).body ?? '')
  assert.deepEqual(
    sent.map(({ id }: { id?: string }) => id),
    ['b-1', undefined, 'b-2', 'b-3'],
  )
  assert.ok(!('id' in sent[1]))
})

test('answers to a batch may come in any order', () => {
  fc.assert(fc.property(fc.shuffledSubarray(answers, { minLength: 3 }), (some) => judgeBatch(text(some), entries) === undefined))
})

test('a batch lacks no answer and has none too many', () => {
  for (const left of answers)
    assert.equal(
      judgeBatch(text(answers.filter((one) => one !== left)), entries),
      `lacks 1 of 3 answers, such as that to id ${left.id}`,
    )
  assert.equal(judgeBatch(text([...answers, answers[0]]), entries), 'has an answer to id "b-1", which is not open')
  assert.equal(
    judgeBatch(text([...answers, { jsonrpc: '2.0', result: {} }]), entries),
    'has an answer to id undefined, which is not open',
  )
  assert.equal(judgeBatch(text([...answers, null]), entries), 'has an answer to id undefined, which is not open')
  assert.equal(judgeBatch('[]', entries), 'lacks 3 of 3 answers, such as that to id b-1')
})

test('each answer of a batch is judged', () => {
  const error = { jsonrpc: '2.0', id: 'b-2', error: { code: -32603, message: 'no' } }
  assert.equal(code(judgeBatch(text([answers[0], error, answers[2]]), entries)), '-32603')
  assert.equal(judgeBatch(text([{ ...answers[0], result: {} }, ...answers.slice(1)]), entries), 'is no pong')
  assert.equal(code(judgeBatch(text({ ...error, id: null }), entries)), '-32603')
  assert.equal(code(judgeBatch(text([...answers, { ...error, id: null }]), entries)), '-32603')
  assert.equal(judgeBatch('{}', entries), 'is not an array, as the answer to a batch is')
})

test('every code that a summary counts is a tag value that k6 can select', () => {
  for (const one of RPC_CODES) assert.match(one, /^-?\w+$/)
  assert.equal(new Set(RPC_CODES).size, RPC_CODES.length)
})

test('once a right answer was read, those to other calls are not parsed', (t) => {
  const judge = framedJudge(pingOf, 'sent_at')
  const body = (agent: string, id: string, sent_at: number) =>
    text({ jsonrpc: '2.0', id, result: { agent_id: agent, success: true, sent_at } })
  assert.equal(judge(body('a-1', '7-1', 5), callOf('a-1', '7-1')), undefined)
  t.mock.method(JSON, 'parse', () => assert.fail('parsed'))
  for (let i = 2; i < 20; i++)
    assert.equal(judge(body(`a-${i}`, `7-${i}`, i * 1000 + 0.5), callOf(`a-${i}`, `7-${i}`)), undefined)
})
