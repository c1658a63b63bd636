import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seeded } from '../../../../lib/base/random.ts'
import type { Call, Endpoint } from '../../../../lib/endpoint/endpoint.ts'
import { agentPing } from '../../../../lib/jsonrpc/agents.ts'
import { action } from '../../../../lib/rest/action.ts'
import { health } from '../../../../lib/rest/health.ts'
import { resource } from '../../../../lib/rest/resource.ts'
import type { Target } from '../../../../lib/target/target.ts'
import { greetingOf, prepare, prepareSession, requireRequests } from '../../../../lib/vu/requests.ts'
import { urlOf } from '../../../../lib/vu/url.ts'
import { refuses } from '../refuses.ts'
import { targetWith } from '../target/bound-target.ts'

const target = (endpoints: object = {}): Target => targetWith(endpoints)
const calling = (...calls: Call[]): Endpoint => ({ ...health, calls: () => calls })

test('placeholders are filled in and encoded, a query is added to what there is', () => {
  const base = 'http://h'
  assert.equal(urlOf(base, '/a/:id/b', { params: { id: 'x y/z' } }), 'http://h/a/x%20y%2Fz/b')
  assert.equal(urlOf(base, '/a/:id/:other', { params: { id: '1' } }), 'http://h/a/1/:other')
  assert.equal(urlOf(base, '/a', { query: 'x=1' }), 'http://h/a?x=1')
  assert.equal(urlOf(base, '/a?y=2', { query: 'x=1' }), 'http://h/a?y=2&x=1')
  assert.equal(urlOf(base, '/a', { suffix: '/../%2e' }), 'http://h/a/../%2e', 'a suffix is left as it is')
  assert.equal(urlOf(base, '/a', {}), 'http://h/a')
})

test('requests are written out for the target, where its file says', () => {
  assert.equal(prepare(health, target(), seeded(1)).requests[0]?.url, 'http://127.0.0.1:1/api/v1/health')
  const moved = target({ health: { path: '/live', base_url: 'http://127.0.0.2/v2/', status: [204], auth: true } })
  const { template, requests } = prepare(health, moved, seeded(1))
  assert.equal(requests[0]?.url, 'http://127.0.0.2/v2/live')
  assert.deepEqual([template.statuses, template.authorized, template.count], [[204], true, 1])
  assert.equal(
    prepare(health, target({ health: { base_url: 'ws://127.0.0.2' } }), seeded(1)).requests[0]?.url,
    'http://127.0.0.2/api/v1/health',
  )
})

test('setup knows the status of the health that it asks for where the address is all that it takes', () => {
  const url = 'http://127.0.0.1:1/api/v1/health'
  const open = targetWith({}, { auth: { flow: 'none' } })
  assert.deepEqual(greetingOf(open), { url, statuses: [200] })
  const password = { flow: 'password', username: 'ann', password: 'secret' }
  const closed = (health: object) => greetingOf(targetWith({ health }, { auth: password }))
  assert.deepEqual(closed({}), { url, statuses: [200] })
  assert.deepEqual(closed({ auth: true }), { url }, 'there is no token yet: 401 is right')
  assert.deepEqual(greetingOf(targetWith({ health: { auth: true } }, { auth: { flow: 'none' } })), { url, statuses: [200] })

  const own = { method: 'GET', path: '/ready', auth: false, expect: { status: [204] } }
  const ready = 'http://127.0.0.1:1/ready'
  assert.deepEqual(closed(own), { url: ready, statuses: [204] })
  assert.deepEqual(closed({ ...own, auth: true }), { url: ready })
  assert.deepEqual(closed({ ...own, headers: { 'X-Tenant': 'a' } }), { url: ready })
  assert.deepEqual(closed({ ...own, query: { deep: true } }), { url: ready })
  assert.deepEqual(closed({ ...own, path: '/ready/{part}', values: { part: ['a', 'b'] } }), { url: 'http://127.0.0.1:1/' })
})

test('values of the target file fill the placeholders', () => {
  const { requests } = prepare(resource, target({ resource: { values: { id: ['only one'] } } }), seeded(1))
  assert.deepEqual(requests, [
    { params: { id: 'only one' }, expect: 'only one', url: 'http://127.0.0.1:1/api/v1/resource/only%20one', set: 0 },
  ])
  assert.deepEqual(prepare(resource, target(), seeded(1)).requests, [])
})

test('an expectation of the target file goes with the template', () => {
  const expect = { json: { status: 'up' } }
  assert.deepEqual(prepare(health, target({ health: { expect } }), seeded(1)).template.expect, expect)
  assert.equal(prepare(health, target(), seeded(1)).template.expect, undefined)
})

test('requests with the same headers share them', () => {
  const json = { 'Content-Type': 'application/json' }
  const { template, requests } = prepare(calling({}, { headers: json }, { headers: { ...json } }, {}), target(), seeded(1))
  assert.deepEqual(template.headers, [{}, json])
  assert.deepEqual(
    requests.map(({ set }) => set),
    [0, 1, 1, 0],
  )
  assert.equal(prepare(action, target(), seeded(1)).template.headers.length, 1)
})

test('the same seed prepares the same requests', () => {
  const of = (seed: number) => prepare(action, target(), seeded(seed)).requests
  assert.deepEqual(of(1), of(1))
  assert.notDeepEqual(of(1), of(2))
})

test('a session is told where it is, also where it shares the place of another', () => {
  assert.deepEqual(prepareSession(agentPing, target()).session, {
    base: 'http://127.0.0.1:1',
    path: '/api/v1/jsonrpc',
    values: {},
  })
  const moved = target({ jsonrpc: { base_url: 'http://127.0.0.2', path: '/rpc', auth: false } })
  const { session, authorized } = prepareSession(agentPing, moved)
  assert.deepEqual([session?.base, session?.path, authorized], ['http://127.0.0.2', '/rpc', false])
})

test('a template says what is made of the token, and that a 429 is bare', () => {
  const forged: Endpoint = { ...health, auth: true, token: 'forged' }
  assert.equal(prepare(forged, target(), seeded(1)).template.token, 'forged')
  assert.ok(!('token' in prepare(health, target(), seeded(1)).template))
  const bare = targetWith({}, { limiter: { rps: 5, retry_after: false } })
  assert.equal(prepare(health, bare, seeded(1)).template.bare429, true)
  assert.equal(prepareSession(agentPing, bare).bare429, true)
  assert.ok(!('bare429' in prepare(health, targetWith({}, { limiter: { rps: 5 } }), seeded(1)).template))
})

test('a session has the statuses that the target file says', () => {
  assert.deepEqual(prepareSession(agentPing, target()).statuses, [200])
  assert.deepEqual(prepareSession(agentPing, target({ agent_ping: { status: [202] } })).statuses, [202])
})

test('a placeholder without values is a mistake of the target file, found before anything is sent', () => {
  const templates = {
    resource: prepare(resource, target({ resource: {} }), seeded(1)).template,
    health: prepare(health, target(), seeded(1)).template,
    agent_ping: prepareSession(agentPing, target()),
  }
  requireRequests(['health', 'agent_ping', 'of the script itself'], templates, 'mine')
  refuses(
    () => requireRequests(['health', 'resource'], templates, 'mine'),
    'target mine: endpoint resource has nothing to send; give values',
    'endpoints.resource.values',
  )
})
