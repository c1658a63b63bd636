import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSettings } from '../../../../lib/base/settings.ts'
import { GUARDED, REFUSALS } from '../../../../lib/refusals/refusals.ts'
import { FORMS } from '../../../../lib/refusals/unauthorized.ts'
import { bindTarget } from '../../../../lib/target/target.ts'
import { refuses } from '../refuses.ts'
import { targetWith } from './bound-target.ts'

const target = (auth: object, endpoints: object = {}, settings: Record<string, string> = {}) =>
  bindTarget({ name: 'mine', base_url: 'http://127.0.0.1:1', auth, endpoints }, 'mine.json', readSettings(settings), true)

const lacking = (bound: ReturnType<typeof target>) => Object.keys(REFUSALS).filter((name) => !bound.has(name))
const LOGIN = { flow: 'password', username: 'a', password: 'b' }

/** Forms of tokens that are not asked with, where that is the same at every endpoint. */
const lackingForms = (bound: ReturnType<typeof target>): string[] =>
  Object.keys(FORMS).filter((form) => {
    const has = GUARDED.map(({ at }) => bound.has(`${at}.${form}`))
    assert.equal(new Set(has).size, 1, form)
    return !has[0]
  })

test('what must be refused depends on what is granted', () => {
  assert.deepEqual(lackingForms(target({ flow: 'none' })), Object.keys(FORMS))
  assert.deepEqual(lackingForms(target({ flow: 'api_key' })), ['unsigned_token', 'expired_token'])
  assert.deepEqual(lackingForms(target(LOGIN)), ['expired_token'])
  assert.deepEqual(lacking(target({ ...LOGIN, expires_in: true })), [])
  assert.deepEqual(lacking(target(LOGIN, {}, { EXPIRED_TOKEN: 'x.y.z' })), [])
  assert.deepEqual(lackingForms(target({ flow: 'bearer', expires_in: true })), ['expired_token'], 'no token request to ask with')
})

const formsOf = (...endpoints: string[]) => endpoints.flatMap((at) => Object.keys(FORMS).map((form) => `${at}.${form}`))

test('a request that must be refused goes with the endpoint whose place it shares, unless it has one of its own', () => {
  const without = lacking(target({ ...LOGIN, expires_in: true }, { action: false, jsonrpc: false }))
  assert.deepEqual(
    without.sort(),
    [
      ...[
        'malformed_json',
        'wrong_content_type',
        'oversized_body',
        'deep_json',
        'wrong_shape',
        'late_body',
        'unknown_rpc_method',
      ],
      ...formsOf('action', 'jsonrpc'),
    ].sort(),
  )
  const moved = target({ ...LOGIN, expires_in: true }, { action: false, malformed_json: { path: '/rpc', status: [422] } })
  assert.equal(moved.has('malformed_json'), true)
  assert.equal(target(LOGIN, { oversized_header: false }).has('oversized_header'), false)
})

test('who needs no right to an endpoint is refused none; one way to have none, or all, can be left out', () => {
  const open = { ...LOGIN, expires_in: true }
  assert.deepEqual(lacking(target(open, { stream: { auth: false } })), formsOf('stream'))
  assert.deepEqual(lacking(target(open, { 'stream.refused': false })), formsOf('stream'))
  assert.deepEqual(lacking(target(open, { 'stream.odd_scheme': false })), ['stream.odd_scheme'])
  refuses(() => target(open, { 'stream.refusd': false }), 'endpoints.stream.refusd: unknown endpoint', '"stream.refused"')
})

test('a limiter may announce a longest wait, of a second at least', () => {
  const limited = (limiter: object) => targetWith({}, { limiter })
  assert.equal(limited({ retry_after_max_s: 60 }).limiter?.retry_after_max_s, 60)
  refuses(() => limited({ retry_after_max_s: 0 }), 'limiter.retry_after_max_s: expected at least 1')
})

test('metrics that the gateway does not tell are known by name', () => {
  assert.deepEqual(targetWith({}).unwatched, [])
  assert.deepEqual(targetWith({}, { metrics: { cpu: false, memory: 'heap_bytes{area="old"}' } }).unwatched, ['cpu'])
  const alone = targetWith({ order: { method: 'GET', path: '/orders' } }, { others: false })
  assert.equal(alone.unwatched.length, 6, 'what the file does not mention is not there')
  assert.deepEqual(targetWith({ metrics: {} }, { others: false }).unwatched, [])
  assert.deepEqual(targetWith({ metrics: false }).unwatched, ['memory', 'cpu', 'start', 'connections', 'hits', 'misses'])
})

test('a metric that no page can have is refused', () => {
  refuses(() => targetWith({}, { metrics: { memory: 'heap{area=old}' } }), 'metrics.memory: expected a metric such as')
  refuses(() => targetWith({}, { metrics: { memory: '9lives' } }), 'metrics.memory')
  refuses(() => targetWith({}, { metrics: { memry: 'heap' } }), 'metrics.memry: unknown key', 'memory')
})
