import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { readSettings } from '../../../../lib/base/settings.ts'
import { CONTRACT_NAMES, EXTRA_NAMES } from '../../../../lib/target/contract.ts'
import { bindTarget, type TargetFile } from '../../../../lib/target/target.ts'
import { refuses } from '../refuses.ts'

const FILE = 'targets/mine.json'
const REFERENCE = JSON.parse(readFileSync('targets/reference.json', 'utf8')) as TargetFile
const mine = (more: object = {}): object => ({
  name: 'mine',
  base_url: 'http://127.0.0.1:1',
  auth: { flow: 'none' },
  endpoints: {},
  ...more,
})
const bind = (data: unknown, env: Record<string, string> = {}) => bindTarget(data, FILE, readSettings(env), true)
const bindEndpoints = (endpoints: object, env?: Record<string, string>) => bind(mine({ endpoints }), env)

test('the reference target has every endpoint of the contract', () => {
  const target = bind(REFERENCE)
  assert.deepEqual(target.lacking, [])
  for (const name of CONTRACT_NAMES) assert.ok(target.has(name), name)
})

test('an endpoint that is false is lacking; one that is not named is where the contract has it', () => {
  const target = bindEndpoints({ action: false, resource: { path: '/things/:id' } })
  assert.equal(target.has('action'), false)
  assert.equal(target.has('resource'), true)
  assert.equal(target.has('health'), true)
  assert.deepEqual(target.lacking, ['action'])
})

test('an endpoint outside the contract is there only where the file says where', () => {
  for (const name of EXTRA_NAMES) {
    assert.equal(bind(mine()).has(name), false)
    assert.equal(bindEndpoints({ [name]: { path: '/x' } }).has(name), true)
    refuses(() => bindEndpoints({ [name]: {} }), `${FILE}: endpoints.${name}.path: missing`)
  }
})

test('an unknown endpoint is refused with the nearest right name', () => {
  refuses(
    () => bindEndpoints({ resorce: { path: '/x' } }),
    `${FILE}: endpoints.resorce: unknown endpoint; did you mean "resource"?; known: `,
  )
  refuses(() => bindEndpoints({ resorce: false }), `${FILE}: endpoints.resorce: unknown endpoint`)
})

test('an unknown key is refused wherever it stands', () => {
  refuses(() => bind({ ...mine(), endpoint: {} }), `${FILE}: endpoint: unknown key; did you mean "endpoints"?`)
  refuses(() => bindEndpoints({ health: { paths: '/x' } }), `${FILE}: endpoints.health.paths: unknown key; did you mean "path"?`)
  refuses(() => bind(mine({ auth: { flow: 'none', user: 'x' } })), `${FILE}: auth.user: unknown key`)
  refuses(
    () => bindEndpoints({ health: { expect: { jsn: {} } } }),
    `${FILE}: endpoints.health.expect.jsn: unknown key; did you mean "json"?`,
  )
})

test('what an endpoint may not be is refused with its place', () => {
  for (const [endpoint, text] of [
    [{ path: 'health' }, 'endpoints.health.path: expected a path that starts with /, found "health"'],
    [{ status: [] }, 'endpoints.health.status: expected at least one status code'],
    [{ status: [20] }, 'endpoints.health.status.0: expected a status code from 100 to 599, found 20'],
    [{ status: ['200'] }, 'endpoints.health.status.0: expected a status code from 100 to 599, found "200"'],
    [{ status: 200 }, 'endpoints.health.status: '],
    [{ auth: 'yes' }, 'endpoints.health.auth: '],
    [{ base_url: 'localhost' }, 'endpoints.health.base_url: expected a URL such as https://gateway.example.com'],
    [true, 'endpoints.health: expected an object, or false for an endpoint that the gateway does not have, found true'],
  ] as const)
    refuses(() => bindEndpoints({ health: endpoint }), `${FILE}: ${text}`)
})

test('a slash at the end of the base URL is cut off, a path in it is kept', () => {
  for (const [given, bound] of [
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080'],
    ['https://localhost/gateway/v2/', 'https://localhost/gateway/v2'],
    ['http://[::1]:8080//', 'http://[::1]:8080'],
  ] as const) {
    assert.equal(bind(mine({ base_url: given })).baseUrl, bound)
    assert.equal(bind(mine(), { BASE_URL: given }).baseUrl, bound)
  }
})

test('what is no http base URL is refused, in the file and in the setting', () => {
  for (const url of [
    'localhost:8080',
    '127.0.0.1',
    'ftp://localhost',
    'http://',
    'http:///x',
    'http://localhost?x',
    'http://localhost#x',
    'http://local host',
    'ws://localhost',
  ]) {
    refuses(
      () => bind(mine({ base_url: url })),
      `${FILE}: base_url: expected a URL such as https://gateway.example.com`,
      // What stands in a query may be a secret.
      `found ${JSON.stringify(url.replace(/(?<=[?#])x/, '…'))}`,
    )
    refuses(() => bind(mine(), { BASE_URL: url }), `setting BASE_URL: `, 'expected a URL such as https://gateway.example.com')
  }
})

test('a base URL that carries a user name or password is refused, and not shown', () => {
  const url = 'http://ann:hunter2@127.0.0.1:8080'
  for (const message of [
    refuses(() => bind(mine({ base_url: url })), `${FILE}: base_url: `, 'without user name and password'),
    refuses(() => bind(mine(), { BASE_URL: url }), 'setting BASE_URL: ', 'without user name and password'),
    refuses(() => bindEndpoints({ health: { base_url: url } }), `${FILE}: endpoints.health.base_url: `),
    refuses(() => bind(mine({ auth: { flow: 'none', base_url: url } })), `${FILE}: auth.base_url: `),
  ])
    assert.ok(!message.includes('hunter2'), message)
})

test('BASE_URL stands in for the one of the file, and AUTH for its flow', () => {
  const target = bind(REFERENCE, { BASE_URL: 'http://10.0.0.1', AUTH: 'none' })
  assert.equal(target.baseUrl, 'http://10.0.0.1')
  assert.equal(target.auth.flow, 'none')
  assert.equal(bind(REFERENCE).auth.flow, 'password')
})

test('a foreign host may be loaded only where it is allowed by name', () => {
  const texts = ['neither loopback nor a private address', 'ALLOW_TARGET']
  const strange = 'https://staging.example.com'
  refuses(() => bind(mine({ base_url: strange })), `base_url: ${strange}`, ...texts)
  refuses(() => bind(mine(), { BASE_URL: strange }), `setting BASE_URL: ${strange}`, ...texts)
  refuses(() => bindEndpoints({ health: { base_url: strange } }), `endpoints.health.base_url: ${strange}`, ...texts)
  refuses(() => bind(mine({ auth: { flow: 'none', base_url: strange } })), `auth.base_url: ${strange}`, ...texts)
  refuses(() => bind(mine({ base_url: strange }), { ALLOW_TARGET: 'example.com' }), ...texts)
  assert.equal(bind(mine({ base_url: strange }), { ALLOW_TARGET: 'staging.example.com' }).baseUrl, strange)
})

test('the file’s own host needs no allowance where BASE_URL stands in for it', () => {
  assert.equal(
    bind(mine({ base_url: 'https://staging.example.com' }), { BASE_URL: 'http://127.0.0.1' }).baseUrl,
    'http://127.0.0.1',
  )
})

test('where nothing is to be checked again, the same target comes out', () => {
  const { has: _, ...checked } = bind(REFERENCE)
  const { has: __, ...again } = bindTarget(REFERENCE, FILE, readSettings({}), false)
  assert.deepEqual(again, checked)
})

test('values that are none, or more than a run could use, are refused', () => {
  for (const [values, text] of [
    [[], 'expected at least one value'],
    ['r-{9..1}', 'expected at least one value'],
    ['r-{0..99999999999}', 'expected at most 100000 values'],
  ] as const)
    refuses(() => bindEndpoints({ resource: { values: { id: values } } }), `${FILE}: endpoints.resource.values.id: ${text}`)
})

test('a target without the place of JSON-RPC methods is without the methods', () => {
  const target = bindEndpoints({ jsonrpc: false })
  assert.equal(target.has('agent_ping'), false)
  assert.equal(target.has('a2a_send'), true)
  assert.equal(bindEndpoints({ agent_ping: false }).has('agent_discover'), true)
})

test('what the gateway does not tell of itself is known', () => {
  assert.deepEqual(bind(REFERENCE).unwatched, [])
  assert.deepEqual(bind(mine({ metrics: { cpu: false, memory: 'my_rss_bytes' } })).unwatched, ['cpu'])
  const silent = bindEndpoints({ metrics: false })
  assert.deepEqual([...silent.unwatched].sort(), ['connections', 'cpu', 'hits', 'memory', 'misses', 'start'])
  refuses(() => bind(mine({ metrics: { cpu: '{nonsense' } })), FILE, 'metrics.cpu')
})

test('a rate limiter is what the file says of it', () => {
  assert.equal(bind(mine()).limiter, undefined)
  assert.deepEqual(bind(mine({ limiter: { rps: 50 } })).limiter, { rps: 50 })
  refuses(() => bind(mine({ limiter: { rps: 0 } })), `${FILE}: limiter.rps: expected more than 0, found 0`)
})

test('requests that must be refused mean something only to a gateway that can refuse them', () => {
  const none = bind(mine())
  const bearer = bind(mine({ auth: { flow: 'bearer' } }))
  const reference = bind(REFERENCE)
  for (const [name, ofNone, ofBearer] of [
    ['unknown_route', true, true],
    ['action.no_token', false, true],
    ['action.unsigned_token', false, true],
    ['action.expired_token', false, false],
  ] as const) {
    assert.equal(none.has(name), ofNone, name)
    assert.equal(bearer.has(name), ofBearer, name)
    assert.equal(reference.has(name), true, name)
  }
  assert.equal(bind(mine({ auth: { flow: 'bearer' } }), { EXPIRED_TOKEN: 'old' }).has('action.expired_token'), true)
  assert.equal(bindEndpoints({ action: false }).has('oversized_body'), false)
})

test('whatever a target file holds, it is bound or refused with the file', () => {
  const key = fc.constantFrom(
    'name',
    'base_url',
    'auth',
    'endpoints',
    'flow',
    'health',
    'resource',
    'path',
    'values',
    'id',
    'status',
    'x',
  )
  const tree = fc.letrec((tie) => ({
    value: fc.oneof(
      fc.constantFrom<unknown>(false, null, 'http://127.0.0.1', '/x', 'none', 200, 'https://example.com'),
      fc.array(tie('value'), { maxLength: 2 }),
      fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).value
  fc.assert(
    fc.property(tree, (endpoints) => {
      try {
        bind(mine({ endpoints }))
      } catch (error) {
        assert.equal((error as Error).name, 'UsageError', String(error))
      }
    }),
    { numRuns: 1000 },
  )
})

test('a port is a number from 1 to 65535, wherever a URL stands', () => {
  for (const port of ['0', '-1', '65536', '99999', '1e9', '80a', '8080:1'])
    for (const bad of [
      () => bind(mine(), { BASE_URL: `http://127.0.0.1:${port}` }),
      () => bind(mine({ base_url: `http://127.0.0.1:${port}/api` })),
      () => bind(mine({ auth: { flow: 'none', base_url: `http://[::1]:${port}` } })),
      () => bindEndpoints({ websocket: { base_url: `ws://127.0.0.1:${port}` } }),
    ])
      refuses(bad, 'a port, if any, from 1 to 65535', port)
  for (const url of ['http://127.0.0.1:1', 'http://127.0.0.1:65535/api', 'http://[::1]:8080', 'http://localhost'])
    assert.equal(bind(mine({ base_url: url })).baseUrl, url)
})

test('URLs that the gateway is told, so that it sends there, need to be allowed as those of the run do', () => {
  const webhooks = { webhook_create: { values: { url: ['http://127.0.0.1:9/hook', 'https://stranger.test/hook'] } } }
  refuses(() => bindEndpoints(webhooks), `${FILE}: endpoints.webhook_create.values.url.1: https://stranger.test/hook is neither`)
  assert.doesNotThrow(() => bindEndpoints(webhooks, { ALLOW_TARGET: 'stranger.test' }))
})
