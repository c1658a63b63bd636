import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { Agents, MAX_AGENTS } from '../../../../gateway/domain/agents.ts'
import { gatewayMethods } from '../../../../gateway/domain/gateway-methods.ts'
import { answerPayload, MAX_BATCH } from '../../../../gateway/domain/rpc.ts'
import { Tasks } from '../../../../gateway/domain/tasks.ts'
import { bearer, openApp } from '../app-under-test.ts'

async function caller(t: TestContext) {
  const app = await openApp(t)
  const headers = { ...bearer(app), 'content-type': 'application/json' }
  const post = (payload: string) => app.inject({ method: 'POST', url: '/api/v1/jsonrpc', headers, payload })
  const call = async (method: string, params?: object) => {
    const answer = await post(JSON.stringify({ jsonrpc: '2.0', id: 'x', method, params }))
    assert.equal(answer.statusCode, 200)
    const body = answer.json()
    assert.equal(body.jsonrpc, '2.0')
    assert.equal(body.id, 'x')
    return body
  }
  return { app, post, call }
}

test('agents: register, ping, discover, unregister', async (t) => {
  const { call } = await caller(t)
  const agent = { agent_id: 'a1', name: 'One', capabilities: ['sum', 'echo'] }
  const registered = (await call('agent.register', agent)).result
  assert.equal(registered.status, 'registered')
  assert.ok(Math.abs(Date.now() - registered.registered_at) < 60_000)
  await call('agent.register', { agent_id: 'a2', name: 'Two', capabilities: ['echo'] })

  assert.equal((await call('agent.ping', { agent_id: 'a1' })).result.success, true)
  assert.equal((await call('agent.ping', { agent_id: 'nobody' })).result.success, false)

  assert.deepEqual((await call('agent.discover', { capability: 'sum' })).result, { agents: [agent], total: 1 })
  const echoing = (await call('agent.discover', { capability: 'echo', limit: 1 })).result
  assert.equal(echoing.agents.length, 1)
  assert.equal(echoing.total, 2)
  assert.equal((await call('agent.discover')).result.total, 2)

  assert.equal((await call('agent.unregister', { agent_id: 'a1' })).result.success, true)
  assert.equal((await call('agent.unregister', { agent_id: 'a1' })).result.success, false)
  assert.deepEqual((await call('agent.discover', { capability: 'sum' })).result, { agents: [], total: 0 })
})

test('tasks: create, get, query, cancel', async (t) => {
  const { call } = await caller(t)
  await call('agent.register', { agent_id: 'a1', name: 'One', capabilities: [] })
  const input = { deep: [1, null, 'x'] }
  const created = (await call('task.create', { agent_id: 'a1', type: 'sum', input })).result
  assert.equal(created.status, 'submitted')
  const { task_id } = created
  assert.deepEqual((await call('task.get', { task_id })).result, {
    task_id,
    agent_id: 'a1',
    type: 'sum',
    status: 'submitted',
    input,
  })
  assert.deepEqual((await call('task.query', { agent_id: 'a1', status: 'submitted' })).result, {
    tasks: [{ task_id, agent_id: 'a1', status: 'submitted' }],
    total: 1,
  })
  assert.deepEqual((await call('task.cancel', { task_id })).result, { task_id, status: 'canceled' })
  assert.equal((await call('task.get', { task_id })).result.status, 'canceled')
  assert.equal((await call('task.query', { status: 'submitted' })).result.total, 0)
  assert.equal((await call('task.query', { status: 'canceled' })).result.total, 1)
  const stats = (await call('health.get_stats', {})).result
  assert.equal(stats.agents, 1)
  assert.equal(stats.tasks, 1)
  assert.ok(stats.uptime_s >= 0)
})

test('messages are routed to known agents', async (t) => {
  const { call } = await caller(t)
  await call('agent.register', { agent_id: 'b', name: 'B', capabilities: [] })
  const routed = (await call('route.message', { from: 'a', to: 'b', message: { text: 'hi' } })).result
  assert.equal(routed.delivered, true)
  assert.match(routed.message_id, /^[0-9a-f-]{36}$/)
  assert.equal((await call('route.message', { from: 'a', to: 'nobody', message: 'hi' })).error.code, -32_001)
})

test('errors by code, each within HTTP 200', async (t) => {
  const { call } = await caller(t)
  const cases: readonly [method: string, params: object | undefined, code: number][] = [
    ['no.such', {}, -32_601],
    ['__proto__', {}, -32_601],
    ['agent.register', {}, -32_602],
    ['agent.register', { agent_id: 'a', name: 'A', capabilities: 'x' }, -32_602],
    ['agent.ping', undefined, -32_602],
    ['agent.ping', ['a'], -32_602],
    ['agent.discover', { limit: 0 }, -32_602],
    ['task.create', { agent_id: 'nobody', type: 't', input: {} }, -32_001],
    ['task.create', { agent_id: 'nobody', type: 't' }, -32_602],
    ['task.get', { task_id: 'nothing' }, -32_002],
    ['task.cancel', { task_id: 'nothing' }, -32_002],
    ['task.query', { status: 'nonsense' }, -32_602],
  ]
  for (const [method, params, code] of cases) {
    const { error } = await call(method, params)
    assert.equal(error.code, code, method)
    assert.equal(typeof error.message, 'string')
  }
})

test('what is not JSON or not a request', async (t) => {
  const { app, post } = await caller(t)
  const cases: readonly [payload: string, code: number][] = [
    ['{', -32_700],
    ['', -32_700],
    ['[]', -32_600],
    ['7', -32_600],
    ['null', -32_600],
    ['{"id":1,"method":"agent.ping"}', -32_600],
    ['{"jsonrpc":"1.0","id":1,"method":"agent.ping"}', -32_600],
    ['{"jsonrpc":"2.0","id":1}', -32_600],
    ['{"jsonrpc":"2.0","id":{},"method":"agent.ping"}', -32_600],
    ['{"jsonrpc":"2.0","id":1,"method":"agent.ping","params":"x"}', -32_600],
    [JSON.stringify(Array.from({ length: MAX_BATCH + 1 }, () => 1)), -32_600],
  ]
  for (const [payload, code] of cases) {
    const answer = await post(payload)
    assert.equal(answer.statusCode, 200, payload.slice(0, 60))
    assert.equal(answer.json().error.code, code, payload.slice(0, 60))
  }
  assert.equal((await app.inject({ method: 'POST', url: '/api/v1/jsonrpc', payload: '{}' })).statusCode, 401)
  const headers = { ...bearer(app), 'content-type': 'text/plain' }
  assert.equal((await app.inject({ method: 'POST', url: '/api/v1/jsonrpc', headers, payload: '{}' })).statusCode, 415)
})

test('batches answer each call but no notification; only notifications answer nothing', async (t) => {
  const { post } = await caller(t)
  const ping = { jsonrpc: '2.0', method: 'agent.ping', params: { agent_id: 'a' } }
  const answer = await post(JSON.stringify([{ ...ping, id: 1 }, ping, { ...ping, id: null }, 7, { ...ping, id: 'z' }]))
  assert.deepEqual(
    answer.json().map(({ id }: { id: unknown }) => id),
    [1, null, null, 'z'],
  )
  for (const nothing of [ping, [ping, ping], { ...ping, method: 'no.such' }]) {
    const silent = await post(JSON.stringify(nothing))
    assert.equal(silent.statusCode, 204)
    assert.equal(silent.body, '')
  }
})

test('whatever is sent, each call gets one answer of its id, and nothing throws', () => {
  const methods = new Map(gatewayMethods(new Agents(), new Tasks(), () => 1))
  const call = fc.record(
    {
      jsonrpc: fc.constantFrom('2.0', '1.0', 2),
      id: fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.jsonValue()),
      method: fc.oneof(fc.constantFrom(...methods.keys()), fc.string(), fc.jsonValue()),
      params: fc.oneof(fc.jsonValue(), fc.record({ agent_id: fc.string(), task_id: fc.jsonValue(), limit: fc.jsonValue() })),
    },
    { requiredKeys: [] },
  )
  const payload = fc.oneof(call, fc.jsonValue(), fc.array(fc.oneof(call, fc.jsonValue())))
  fc.assert(
    fc.property(payload, (given) => {
      const answer = answerPayload(methods, given)
      const answers = answer === null ? [] : [answer].flat()
      for (const one of answers) {
        assert.equal(one.jsonrpc, '2.0')
        assert.notEqual('result' in one, 'error' in one)
        if ('error' in one) assert.notEqual(one.error.code, -32_603, JSON.stringify(one))
        assert.equal(typeof JSON.stringify(one), 'string')
      }
      if (Array.isArray(given) && given.length > 0) assert.ok(answers.length <= given.length)
    }),
    { numRuns: 500 },
  )
})

test('indexes agree with what is held, whatever the order of changes', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd')
  const change = fc.oneof(
    fc.record({ op: fc.constant('register' as const), id, capabilities: fc.uniqueArray(fc.constantFrom('x', 'y', 'z')) }),
    fc.record({ op: fc.constant('remove' as const), id, capabilities: fc.constant([]) }),
  )
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      const agents = new Agents()
      const model = new Map<string, readonly string[]>()
      for (const { op, id: agent_id, capabilities } of changes) {
        if (op === 'register') {
          agents.register({ agent_id, name: agent_id, capabilities })
          model.set(agent_id, capabilities)
        } else {
          assert.equal(agents.remove(agent_id), model.delete(agent_id))
        }
      }
      assert.equal(agents.find(undefined, 100).total, model.size)
      for (const capability of ['x', 'y', 'z']) {
        const expected = [...model].filter(([, has]) => has.includes(capability)).map(([name]) => name)
        const found = agents.find(capability, 100)
        assert.deepEqual(found.agents.map(({ agent_id }) => agent_id).sort(), expected.sort())
        assert.equal(found.total, expected.length)
      }
    }),
  )
})

test('agents and tasks are bounded', () => {
  const agents = new Agents()
  for (let n = 0; n < MAX_AGENTS + 100; n++) agents.register({ agent_id: `a${n}`, name: 'x', capabilities: ['c'] })
  assert.equal(agents.size, MAX_AGENTS)
  assert.equal(agents.find('c', 1).total, MAX_AGENTS)
  assert.equal(agents.touch('a0'), false)
  const tasks = new Tasks()
  const big = JSON.stringify('x'.repeat(1024 * 1024))
  for (let n = 0; n < 100; n++) tasks.create('a', 't', big)
  assert.ok(tasks.size < 40, `${tasks.size} tasks of 1 MiB`)
  assert.equal(tasks.find('a', undefined, 1).total, tasks.size)
})
