import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { RPC_CODES, SUCCESS_FALSE } from '../../../../lib/base/rpc-codes.ts'
import type { CheckResult } from '../../../../lib/endpoint/endpoint.ts'
import { batchCall, checkBatch, checkRpc, type ResultCheck, rpcCall } from '../../../../lib/jsonrpc/jsonrpc.ts'

const call = rpcCall('agent.ping', { agent_id: 'a-1' }, '7-1')
const ping: ResultCheck = ({ agent_id, success }) => (agent_id === 'a-1' && success === true ? undefined : 'is no pong')
const right = { jsonrpc: '2.0', id: '7-1', result: { agent_id: 'a-1', success: true } }
const text = (answer: unknown) => JSON.stringify(answer)
const code = (wrong: CheckResult) => (typeof wrong === 'object' ? wrong.code : undefined)

test('a request is JSON-RPC 2.0 with its id, method and parameters', () => {
  assert.deepEqual(JSON.parse(call.body ?? ''), {
    jsonrpc: '2.0',
    id: '7-1',
    method: 'agent.ping',
    params: { agent_id: 'a-1' },
  })
  assert.equal(call.headers?.['Content-Type'], 'application/json')
})

test('a valid answer is valid, compact or spaced, whatever the order of its members', () => {
  assert.equal(checkRpc(text(right), call, ping), undefined)
  assert.equal(checkRpc(JSON.stringify(right, null, 2), call, ping), undefined)
  assert.equal(checkRpc('{"result": {"success": true, "agent_id": "a-1"}, "id": "7-1", "jsonrpc": "2.0"}', call, ping), undefined)
  assert.equal(checkRpc(text({ ...right, error: null }), call, ping), undefined)
})

test('an error inside HTTP 200 is an rpc_error of its code', () => {
  for (const number of [-32700, -32601, -32001, 7]) {
    const wrong = checkRpc(text({ jsonrpc: '2.0', id: '7-1', error: { code: number, message: 'no' } }), call, ping)
    assert.deepEqual(wrong, { class: 'rpc_error', code: String(number), why: `is the JSON-RPC error ${number}: no` })
  }
  assert.equal(code(checkRpc(text({ jsonrpc: '2.0', id: null, error: { code: -32700, message: '' } }), call, ping)), '-32700')
  assert.equal(code(checkRpc(text({ ...right, error: { code: -1, message: 'both' } }), call, ping)), '-1')
  for (const error of ['broken', {}, { code: 'x' }, { code: 1.5 }, 5, false, []])
    assert.equal(code(checkRpc(text({ jsonrpc: '2.0', id: '7-1', error }), call, ping)), 'no_code')
})

test('a result that says success:false is an rpc_error', () => {
  for (const spaces of [0, 1]) {
    const body = JSON.stringify({ ...right, result: { agent_id: 'a-1', success: false } }, null, spaces)
    assert.equal(code(checkRpc(body, call, ping)), SUCCESS_FALSE)
  }
})

test('a result with an error in it, or in bytes that are no UTF-8, is none', () => {
  const withMore = (more: object) => checkRpc(text({ ...right, result: { ...right.result, ...more } }), call, ping)
  assert.equal(withMore({ error: null }), undefined)
  assert.equal(withMore({ error: { code: 'down' } }), 'carries an error in its result')
  // What k6 makes of such bytes.
  assert.equal(withMore({ note: 'M\ufffdller' }), 'is not UTF-8')
  const entries = [{ method: 'm', params: {}, id: 'a' }]
  assert.equal(checkBatch(text([{ jsonrpc: '2.0', id: 'a', result: { note: '\ufffd' } }]), entries), 'is not UTF-8')
})

test('an answer to somebody else, of another protocol or of no shape is invalid', () => {
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
  for (const [body, why] of wrongs) assert.equal(checkRpc(body, call, ping), why, body)
})

test('a valid answer that was cut anywhere is not valid', () => {
  const body = text(right)
  for (let length = 0; length < body.length; length++)
    assert.ok(checkRpc(body.slice(0, length), call, ping), body.slice(0, length))
})

test('no text throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
      checkRpc(body, call, ping)
      checkBatch(body, entries)
    }),
  )
})

const entries = [
  { method: 'agent.ping', params: { agent_id: 'a-1' }, id: 'b-1', check: (result: object) => ping({ ...result }, {}) },
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
  fc.assert(fc.property(fc.shuffledSubarray(answers, { minLength: 3 }), (some) => checkBatch(text(some), entries) === undefined))
})

test('a batch lacks no answer and has none too many', () => {
  for (const left of answers)
    assert.equal(
      checkBatch(text(answers.filter((one) => one !== left)), entries),
      `lacks 1 of 3 answers, such as that to id ${left.id}`,
    )
  assert.equal(checkBatch(text([...answers, answers[0]]), entries), 'has an answer to id "b-1", which is not open')
  assert.equal(
    checkBatch(text([...answers, { jsonrpc: '2.0', result: {} }]), entries),
    'has an answer to id undefined, which is not open',
  )
  assert.equal(checkBatch(text([...answers, null]), entries), 'has an answer to id undefined, which is not open')
  assert.equal(checkBatch('[]', entries), 'lacks 3 of 3 answers, such as that to id b-1')
})

test('each answer of a batch is checked', () => {
  const error = { jsonrpc: '2.0', id: 'b-2', error: { code: -32603, message: 'no' } }
  assert.equal(code(checkBatch(text([answers[0], error, answers[2]]), entries)), '-32603')
  assert.equal(checkBatch(text([{ ...answers[0], result: {} }, ...answers.slice(1)]), entries), 'is no pong')
  assert.equal(code(checkBatch(text({ ...error, id: null }), entries)), '-32603')
  assert.equal(code(checkBatch(text([...answers, { ...error, id: null }]), entries)), '-32603')
  assert.equal(checkBatch('{}', entries), 'is not an array, as the answer to a batch is')
})

test('every code that a summary counts is a tag value that k6 can select', () => {
  for (const one of RPC_CODES) assert.match(one, /^-?\w+$/)
  assert.equal(new Set(RPC_CODES).size, RPC_CODES.length)
})
