import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seeded } from '../../../../lib/base/random.ts'
import type { AnyEndpoint } from '../../../../lib/endpoint/endpoint.ts'
import { VuState } from '../../../../lib/endpoint/vu-state.ts'
import { REFUSALS } from '../../../../lib/refusals/refusals.ts'
import { FORMS } from '../../../../lib/refusals/unauthorized.ts'
import { PARAMS, SOCKETS, STREAMS } from '../../../../lib/target/contract.ts'
import { strictCheckOf } from '../../../../lib/vu/check.ts'
import { allDescriptors } from '../../../contract/descriptors.ts'

const error = (code: string) => JSON.stringify({ error: { code, message: 'no' } })
const CHALLENGE = { 'Content-Type': 'application/json', 'Www-Authenticate': 'Bearer' }

const verdict = (name: string, body: string, headers: Record<string, string> = {}) => {
  const endpoint = REFUSALS[name] ?? assert.fail(`no refusal ${name}`)
  const [call = {}] = endpoint.calls(seeded(1), {})
  return endpoint.check(new VuState(1, 'run')).check(body, call.expect ?? '', headers)
}

test('the right status with another code is not the valid answer', () => {
  for (const [name, code] of [
    ['malformed_json', 'malformed_json'],
    ['wrong_content_type', 'unsupported_media_type'],
    ['oversized_body', 'body_too_large'],
    ['deep_json', 'invalid_body'],
    ['wrong_shape', 'invalid_body'],
    ['wrong_page', 'invalid_query'],
    ['unknown_id', 'not_found'],
    ['unknown_route', 'not_found'],
  ] as const) {
    assert.equal(verdict(name, error(code)), undefined)
    assert.equal(verdict(name, error('bad_request')), `has error.code "bad_request", not "${code}"`)
    for (const [body, wrong] of [
      ['', 'is no JSON object'],
      [`<p>"code":"${code}"</p>`, 'is no JSON object'],
      [`{"code":"${code}","message":"no"}`, 'has no error'],
      [`{"error":{"code":"${code}"}}`, 'has no error.message'],
      [`{"error":{"code":"${code}","message":"no","id":"x"}}`, "carries id beside its error's code and message"],
      [`{"error":{"code":"${code}","message":"no"},"status":"accepted"}`, "carries status beside its error's code and message"],
      [`{"why":{"error":{"code":"${code}","message":"no"}}}`, 'has no error'],
    ] as const)
      assert.equal(verdict(name, body), wrong)
    assert.equal(REFUSALS[name]?.type, 'application/json')
  }
})

const ofTokens = Object.values(REFUSALS).filter(({ wants }) => wants !== undefined)

test('a refused token needs the challenge too', () => {
  assert.ok(ofTokens.length > 90)
  for (const { name } of ofTokens) {
    assert.equal(verdict(name, error('unauthorized'), CHALLENGE), undefined)
    assert.equal(verdict(name, error('not_found'), CHALLENGE), 'has error.code "not_found", not "unauthorized"')
    assert.match(String(verdict(name, error('unauthorized'), { 'Content-Type': 'application/json' })), /Www-Authenticate/)
  }
})

test('a stream is no refusal, whatever its status says', () => {
  const headers = { ...CHALLENGE, 'Content-Type': 'text/event-stream' }
  const check = strictCheckOf(REFUSALS['stream.bad_token'] ?? assert.fail(), {})
  assert.equal(check(error('unauthorized'), '', headers), 'is not application/json')
})

test('every endpoint of the contract that wants authorization is asked in every way by who has none, at its own place', async () => {
  const known: Map<string, AnyEndpoint> = await allDescriptors()
  const places: { at: string; method: string; path: string }[] = [...known.values()].flatMap(
    ({ name, at, auth, method, path }) => (auth && !(name in REFUSALS) ? [{ at: at ?? name, method, path }] : []),
  )
  const { stream } = STREAMS
  const { websocket } = SOCKETS
  for (const { name, path = '' } of [stream, websocket]) places.push({ at: name, method: 'GET', path })
  assert.ok(new Set(places.map(({ at }) => at)).size > 12)
  for (const { at, method, path } of places)
    for (const form of Object.keys(FORMS)) {
      const refusal = REFUSALS[`${at}.${form}`] ?? assert.fail(`nobody asks for ${at} with ${form}`)
      assert.deepEqual([refusal.method, refusal.path, refusal.status], [method, path, [401]], refusal.name)
    }
})

test('each method of JSON-RPC is asked for with each form of token', () => {
  for (const form of Object.keys(FORMS)) {
    const asked = (REFUSALS[`jsonrpc.${form}`]?.calls(seeded(1), {}) ?? []).map(({ body = '' }) => JSON.parse(body).method)
    const methods = Object.keys(PARAMS).map((name) => (name === 'rpc_stats' ? 'health.get_stats' : name.replace('_', '.')))
    assert.deepEqual(asked.sort(), methods.sort())
  }
})

test('who has no token shows none, and odd words in front of one are each tried', () => {
  const headersOf = (name: string) => (REFUSALS[name]?.calls(seeded(1), {}) ?? []).map(({ headers }) => headers?.Authorization)
  assert.deepEqual(headersOf('resource.no_token'), [undefined])
  assert.equal(REFUSALS['resource.no_token']?.auth, false)
  assert.equal(new Set(headersOf('action.odd_scheme')).size, 3)
})

test('a wrong verb is told the right ones', () => {
  assert.equal(verdict('wrong_verb', error('method_not_allowed'), { Allow: 'GET, HEAD' }), undefined)
  for (const headers of [{}, { Allow: 'POST' }, { Allow: 'GETAWAY' }])
    assert.equal(verdict('wrong_verb', error('method_not_allowed'), headers), 'has no Allow of GET')
})

test('a file of the server is seen even in a 404', () => {
  assert.equal(verdict('path_traversal', error('not_found')), undefined)
  for (const file of ['root:x:0:0:root:/root:/bin/sh', '[boot loader]\ntimeout=30', '{"scripts":{"build":"x"}}'])
    assert.equal(verdict('path_traversal', file), 'carries a file of the server')
})

test('JSON-RPC refuses by code, with the id of the request', () => {
  const answer = (id: string, code: number) => JSON.stringify({ jsonrpc: '2.0', id, error: { code, message: 'no' } })
  const json = { 'Content-Type': 'application/json' }
  assert.equal(verdict('unknown_rpc_method', answer('loadgate-1', -32601), json), undefined)
  assert.match(String(verdict('unknown_rpc_method', answer('loadgate-1', -32603), json)), /-32601/)
  assert.match(String(verdict('unknown_rpc_method', answer('another', -32601), json)), /id/)
})

test('large bodies are as large as they must be, and right but for that', () => {
  const bodyOf = (name: string) => {
    const [call] = REFUSALS[name]?.calls(seeded(1), {}) ?? []
    return call?.pieces?.map(([text, times]) => text.repeat(times)).join('') ?? ''
  }
  assert.ok(bodyOf('oversized_body').length > 1_048_576)
  assert.equal(typeof JSON.parse(bodyOf('oversized_body')).payload, 'object')
  assert.equal(typeof JSON.parse(bodyOf('deep_json')).payload, 'object')
  assert.equal(bodyOf('deep_json').split('{').length - 1, 20_001)
})
