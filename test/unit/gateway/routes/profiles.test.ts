import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { WebSocket } from 'ws'
import type { GatewayOptions } from '../../../../gateway/options.ts'
import { createNullServer } from '../../../../gateway/server/null-server.ts'
import { listen, PASSWORD_GRANT, until } from '../app-under-test.ts'
import { stopLimiterClock } from '../base/limiter-clock.ts'

async function agentcore(t: TestContext, options: Partial<GatewayOptions> = {}) {
  const main = await listen(t, { profile: 'agentcore', ...options })
  const rpc = main.app.rpc ?? assert.fail('no second port')
  await rpc.listen({ port: 0, host: '127.0.0.1' })
  return { ...main, rpc, rpcUrl: `http://127.0.0.1:${(rpc.server.address() as AddressInfo).port}` }
}

const rpcCall = (method: string, params: object) => JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })

type Frames = Record<string, unknown>[]

async function frames(t: TestContext, url: string, send: readonly object[], enough: (got: Frames) => boolean): Promise<Frames> {
  const socket = new WebSocket(url.replace('http', 'ws'))
  t.after(() => socket.terminate())
  const got: Frames = []
  socket.on('message', (data) => got.push(JSON.parse(String(data))))
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject))
  for (const message of send) socket.send(JSON.stringify(message))
  await until('enough frames came', () => enough(got))
  return got
}

test('agentcore: its own paths and none of the contract', async (t) => {
  const { app } = await agentcore(t)
  for (const path of ['/live', '/ready', '/metrics']) assert.equal((await app.inject(path)).statusCode, 200, path)
  for (const path of ['/api/v1/health', '/api/v1/resource/r-0001', '/api/v1/jsonrpc', '/api/v1/ws'])
    assert.equal((await app.inject(path)).statusCode, 404, path)
})

test('agentcore: tokens by both grants, refreshed by query', async (t) => {
  const { app } = await agentcore(t)
  const login = await app.inject({ method: 'POST', url: '/auth/token', payload: PASSWORD_GRANT })
  assert.equal(login.statusCode, 200)
  const { refresh_token } = login.json()
  const refresh = (query: string) => app.inject({ method: 'POST', url: `/auth/refresh${query}` })
  assert.equal((await refresh(`?refresh_token=${refresh_token}`)).statusCode, 200)
  assert.equal((await refresh('?refresh_token=x')).statusCode, 401)
  assert.equal((await refresh('')).statusCode, 422)
})

test('agentcore: a socket that is greeted, answers pings and is pinged', async (t) => {
  const { url, token } = await agentcore(t, { keepaliveMs: 30 })
  const ofType = (got: Frames, wanted: string) => got.filter(({ type }) => type === wanted).length
  const enough = (got: Frames) => ofType(got, 'pong') > 0 && ofType(got, 'ping') > 1
  const got = await frames(t, `${url}/realtime/ws?token=${token}`, [{ type: 'ping' }], enough)
  assert.equal(got[0]?.type, 'connection')
  assert.deepEqual([ofType(got, 'connection'), ofType(got, 'pong')], [1, 1])
})

test('agentcore: a stream that begins with connected and is kept alive, without ids', async (t) => {
  const { url, token } = await agentcore(t, { keepaliveMs: 30 })
  const abort = new AbortController()
  const answer = await fetch(`${url}/realtime/events?topics=a,b&token=${token}`, { signal: abort.signal })
  let seen = ''
  for await (const chunk of answer.body ?? []) {
    seen += Buffer.from(chunk).toString()
    if (seen.split('\n\n').length > 3) break
  }
  abort.abort()
  assert.match(seen, /^event: connected\ndata: \{"topics":\["a","b"\]/)
  assert.match(seen, /\n\nevent: keepalive\n/)
  assert.doesNotMatch(seen, /^id:/m)
})

test('agentcore: a token that is not good is refused by a socket with 403, by a stream with an event; without one, both open', async (t) => {
  const { url, app } = await agentcore(t)
  const stream = await fetch(`${url}/realtime/events?topics=a&token=bad`)
  assert.equal(stream.status, 200)
  assert.equal(await stream.text(), 'event: error\ndata: {"error":"Authentication failed"}\n\n')
  assert.equal((await app.inject('/realtime/ws?token=bad')).statusCode, 403)
  assert.equal((await frames(t, `${url}/realtime/ws`, [], (got) => got.length > 0))[0]?.type, 'connection')
})

test('agentcore: errors in its own words', async (t) => {
  const { app } = await agentcore(t)
  const body = async (method: 'GET' | 'DELETE', url: string) => {
    const { statusCode, body } = await app.inject({ method, url })
    return [statusCode, body]
  }
  assert.deepEqual(await body('GET', '/nowhere'), [404, '{"detail":"Not Found"}'])
  assert.deepEqual(await body('DELETE', '/live'), [405, '{"detail":"Method Not Allowed"}'])
})

test('agentcore: JSON-RPC on a port of its own, without a token', async (t) => {
  const { rpc, rpcUrl } = await agentcore(t)
  const post = (payload: string) =>
    rpc.inject({ method: 'POST', url: '/api/v1/jsonrpc', headers: { 'content-type': 'application/json' }, payload })
  const result = async (method: string, params: object) => (await post(rpcCall(method, params))).json().result
  const agent_card = { agent_id: 'a', agent_name: 'A', capabilities: [{ name: 'c' }] }
  assert.equal((await result('agent.register', { agent_card })).status, 'registered')
  assert.equal((await post(rpcCall('agent.register', agent_card))).json().error.code, -32_602)
  assert.equal((await result('agent.ping', { agent_id: 'a' })).success, true)
  assert.deepEqual((await result('agent.discover', { capabilities: ['c'], limit: 5 })).total_count, 1)
  const task_definition = { task_type: 't', title: 'T', input_data: {} }
  const { execution_id, status } = await result('task.create', { task_definition, preferred_agent: 'a' })
  assert.equal(status, 'pending')
  assert.equal((await result('task.query', { assigned_agent: 'a' })).count, 1)
  assert.equal((await result('task.get', { execution_id })).task.task_id, execution_id)
  assert.equal((await result('task.cancel', { execution_id })).success, true)
  const envelope = { source: 'a', destination: 'a', payload: {}, timestamp: '2026-01-01T00:00:00Z' }
  assert.equal((await result('route.message', { envelope })).selected_agent, 'a')
  assert.equal((await result('health.get_stats', {})).stats.agents, 1)
  for (const method of ['agent.ping', 'agent.unregister'])
    assert.equal((await post(rpcCall(method, { agent_id: 'nobody' }))).json().result.success, false)
  const unknown = await post(rpcCall('no.such', {}))
  assert.equal(unknown.statusCode, 200)
  assert.equal(unknown.json().error.code, -32_601)
  assert.equal((await post('{')).statusCode, 422)

  const ping = { message_type: 'ping', payload: { timestamp: 7 } }
  const [first, pong] = await frames(t, `${rpcUrl}/api/v1/ws/events?subscriber_id=s1`, [ping], (got) => got.length > 1)
  assert.equal(first?.message_type, 'connected')
  assert.match(JSON.stringify(first?.payload), /"subscriber_id":"s1"/)
  assert.deepEqual(pong, { message_type: 'pong', payload: { timestamp: 7 } })
  assert.equal((await rpc.inject('/api/v1/ws/events')).statusCode, 403)
})

test('agentcore: about 33 a second for an address and 100 a minute for a route', async (t) => {
  stopLimiterClock(t)
  const { rpc } = await agentcore(t, { rateLimit: 1 })
  const status = async (remoteAddress: string) =>
    (await rpc.inject({ method: 'POST', url: '/api/v1/jsonrpc', payload: {}, remoteAddress })).statusCode
  const statuses: number[] = []
  for (let n = 0; n < 40; n++) statuses.push(await status('127.0.0.1'))
  assert.equal(statuses.filter((one) => one === 200).length, 33)
  assert.equal(await status('127.0.0.2'), 200, 'another address')
})

test('null mode answers the hot endpoints correctly', async (t) => {
  const server = createNullServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const call = async (path: string, body?: unknown) => {
    const init = body === undefined ? {} : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }
    const answer = await fetch(`${url}${path}`, init)
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, body: text === '' ? null : JSON.parse(text) }
  }
  assert.equal((await call('/api/v1/health')).body.status, 'healthy')
  const resource = await call('/api/v1/resource/r-0499')
  assert.equal(resource.body.id, 'r-0499')
  assert.match(String(resource.headers.get('etag')), /^"/)
  assert.equal((await call('/api/v1/resource/r-0500')).status, 404)
  assert.deepEqual((await call('/api/v1/resources?limit=2&offset=499')).body.items.length, 1)
  assert.equal((await call('/api/v1/resources?limit=0')).status, 422)
  const sent = { action: 'go', payload: { a: '}' }, ref: 'x' }
  const action = await call('/api/v1/action', sent)
  const { id, status, ...echo } = action.body
  assert.equal(action.status, 201)
  assert.deepEqual(echo, sent)
  assert.equal(status, 'accepted')
  assert.notEqual((await call('/api/v1/action', sent)).body.id, id)
  assert.equal((await call('/api/v1/jsonrpc', rpcCall('agent.ping', { agent_id: 'a' }))).body.result.success, false)
  assert.equal((await call('/api/v1/jsonrpc', '{"jsonrpc":"2.0","method":"agent.ping"}')).status, 204)
  assert.ok((await call('/auth/token', {})).body.access_token)
})
