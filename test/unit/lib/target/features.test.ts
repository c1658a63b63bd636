import assert from 'node:assert/strict'
import { test } from 'node:test'
import { REFUSALS } from '../../../../lib/endpoints/refusals.ts'
import { readSettings } from '../../../../lib/settings.ts'
import { bindTarget } from '../../../../lib/target.ts'
import { targetWith } from '../bound-target.ts'
import { refuses } from '../refuses.ts'

const target = (auth: object, endpoints: object = {}, settings: Record<string, string> = {}) =>
  bindTarget({ name: 'mine', base_url: 'http://127.0.0.1:1', auth, endpoints }, 'mine.json', readSettings(settings), true)

const lacking = (bound: ReturnType<typeof target>) => Object.keys(REFUSALS).filter((name) => !bound.has(name))
const LOGIN = { flow: 'password', username: 'a', password: 'b' }

test('what must be refused depends on what is granted', () => {
  const tokens = ['no_token', 'bad_token', 'forged_token', 'unsigned_token', 'expired_token', 'sse_bad_token', 'ws_bad_token']
  assert.deepEqual(lacking(target({ flow: 'none' })), tokens)
  assert.deepEqual(lacking(target({ flow: 'api_key' })), ['unsigned_token', 'expired_token'])
  assert.deepEqual(lacking(target(LOGIN)), ['expired_token'])
  assert.deepEqual(lacking(target({ ...LOGIN, expires_in: true })), [])
  assert.deepEqual(lacking(target(LOGIN, {}, { EXPIRED_TOKEN: 'x.y.z' })), [])
  assert.deepEqual(lacking(target({ flow: 'bearer', expires_in: true })), ['expired_token'], 'no token request to ask with')
})

test('a request that must be refused goes with the endpoint whose place it shares, unless it has one of its own', () => {
  const without = lacking(target({ ...LOGIN, expires_in: true }, { action: false, jsonrpc: false }))
  assert.deepEqual(without, [
    'malformed_json',
    'wrong_content_type',
    'oversized_body',
    'deep_json',
    'late_body',
    'unknown_rpc_method',
  ])
  const moved = target({ ...LOGIN, expires_in: true }, { action: false, malformed_json: { path: '/rpc', status: [422] } })
  assert.equal(moved.has('malformed_json'), true)
  assert.equal(target(LOGIN, { oversized_header: false }).has('oversized_header'), false)
})

test('metrics that the gateway does not tell are known by name', () => {
  assert.deepEqual(targetWith({}).unwatched, [])
  assert.deepEqual(targetWith({}, { metrics: { cpu: false, memory: 'heap_bytes{area="old"}' } }).unwatched, ['cpu'])
  assert.deepEqual(targetWith({ metrics: false }).unwatched, ['memory', 'cpu', 'start', 'connections', 'hits', 'misses'])
})

test('a metric that no page can have is refused', () => {
  refuses(() => targetWith({}, { metrics: { memory: 'heap{area=old}' } }), 'metrics.memory: expected a metric such as')
  refuses(() => targetWith({}, { metrics: { memory: '9lives' } }), 'metrics.memory')
  refuses(() => targetWith({}, { metrics: { memry: 'heap' } }), 'metrics.memry: unknown key', 'memory')
})
