/** `a2a` against the reference gateway in both dialects, and in the public one against the official SDK: green when all is right, red when it is not. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { thorough } from '../thorough.ts'
import { withoutLatency } from './lenient-limits.ts'
import { type Fault, startGateway } from './reference-gateway.ts'
import { assertPassed, assertRed, EXIT, gateOf, jsonFile, runScript, startScript } from './script-run.ts'
import { type SdkServerOptions, sdkServer } from './servers/a2a-sdk-server.ts'
import { keepingProxy } from './servers/keeping-proxy.ts'

/** Small, with VUs enough for a machine that stands still now and then. */
const SIZE = { PROFILE: 'smoke', RATE: 70, LIVES: 4, AGENTS: 20, DURATION: '4s', WARMUP: '1s', STALL: '4s' }
const V1 = { ...SIZE, A2A_DIALECT: 'a2a-1.0' }

type Settings = Readonly<Record<string, string | number>>

const runA2a = async (t: TestContext, settings: Settings) =>
  runScript(t, 'a2a', { ...SIZE, THRESHOLDS: await withoutLatency(t, 'a2a'), ...settings })

async function runAgainst(t: TestContext, faults: readonly Fault[], settings: Settings = SIZE) {
  const { url } = await startGateway(t, faults)
  return runA2a(t, { BASE_URL: url, ...settings })
}

async function rpc(url: string, method: string, params: object): Promise<Record<string, unknown>> {
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    }).then((answer) => answer.json() as Promise<Record<string, unknown>>)
  const { access_token } = await post('/auth/token', {
    grant_type: 'password',
    username: 'loadgate',
    password: 'loadgate-password',
  })
  const body = { jsonrpc: '2.0', id: 1, method, params }
  const { result } = await post('/api/v1/jsonrpc', body, { authorization: `Bearer ${access_token}` })
  return result as Record<string, unknown>
}

test('green where every answer is right, and no agent is left', async (t) => {
  const { url } = await startGateway(t)
  const run = await runA2a(t, { BASE_URL: url })
  assertPassed(run)
  assert.ok(gateOf(run, 'lives * goodput').ok)
  assert.equal(gateOf(run, 'run agents_left max').measured, 0)
  assert.deepEqual(await rpc(url, 'agent.discover', {}), { agents: [], total: 0 })
})

thorough('green in A2A 1.0 against the reference gateway', async (t) => assertPassed(await runAgainst(t, [], V1)))

thorough('two runs at once against one gateway do not meet', async (t) => {
  const { url } = await startGateway(t)
  const runs = await Promise.all([1, 2].map((SEED) => runA2a(t, { BASE_URL: url, RATE: 40, SEED })))
  for (const run of runs) assertPassed(run)
})

test('an error inside HTTP 200 is red, with its code', async (t) => {
  const run = await runAgainst(t, [{ name: 'rpc_error', method: 'agent.ping', share: 0.05 }])
  assertRed(run, 'agents agent_ping rpc_errors', 'agents * error_rate')
  const row = run.summary?.endpoints.find(({ window, endpoint }) => window === 'agents' && endpoint === 'agent_ping')
  assert.ok(row && row.rpc_codes?.['-32603'] === row.failures.rpc_error, JSON.stringify(row))
  assert.match(run.output, /rpc_error \(\d+ x -32603\)/)
  assert.match(run.output, /\\"class\\":\\"rpc_error\\",\\"code\\":\\"-32603\\"/)
})

test('what is wrong with a method is red there, whatever is wrong with others', async (t) => {
  const run = await runAgainst(t, [
    { name: 'rpc_success_false', method: 'agent.ping', share: 0.05 },
    { name: 'rpc_wrong_id', method: 'task.query', share: 0.05 },
    { name: 'rpc_wrong_result', method: 'task.cancel', share: 0.2 },
    { name: 'rpc_missing_batch_answer', share: 0.2 },
    { name: 'rpc_wrong_result', method: 'agent.unregister' },
  ])
  assert.match(run.output, /x success_false/)
  assertRed(
    run,
    'agents agent_ping rpc_errors',
    'agents task_query failed_checks',
    'lives task_cancel failed_checks',
    'lives rpc_batch failed_checks',
    'run agents_unregistered min_share',
  )
})

thorough('agents that the gateway finds although it was told to forget them are red', async (t) => {
  const { url } = await startGateway(t)
  const run = await runA2a(t, { BASE_URL: await keepingProxy(t, url) })
  assertRed(run, 'run agents_left max')
  // Those of the pool, and those of lives, which only discovery finds.
  assert.ok((gateOf(run, 'run agents_left max').measured ?? 0) > 20, run.output)
})

thorough('a registration that fails stops the run before any load, with the reason', async (t) => {
  const run = await runAgainst(t, [{ name: 'rpc_error', method: 'agent.register' }])
  assert.match(run.output, /agent 1 of 20 could not be registered: the answer to agent.register is the JSON-RPC error -32603/)
  assert.equal(run.code, EXIT.aborted)
})

thorough('agents are unregistered after an interruption', async (t) => {
  const { url } = await startGateway(t)
  const started = await startScript(t, 'a2a', { BASE_URL: url, ...SIZE, DURATION: '60s' })
  // Once there are tasks, the load is running.
  const deadline = Date.now() + 30_000
  while (Number((await rpc(url, 'health.get_stats', {})).tasks) < 20) {
    assert.ok(Date.now() < deadline, started.output())
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  assert.ok(Number((await rpc(url, 'health.get_stats', {})).agents) >= 20)
  started.child.kill('SIGINT')
  const run = await started.done
  assert.notEqual(run.code, 0)
  assert.equal(gateOf(run, 'run agents_unregistered min_share').ok, true, run.output)
  assert.equal(gateOf(run, 'run agents_left max').measured, 0, run.output)
  assert.deepEqual(await rpc(url, 'agent.discover', {}), { agents: [], total: 0 })
})

thorough('a card without caching headers is red, and so is an error of A2A 1.0', async (t) => {
  const faults = [
    { name: 'missing_etag', endpoint: 'agent_card', share: 0.2 },
    { name: 'rpc_error', method: 'GetTask', share: 0.05 },
  ]
  assertRed(await runAgainst(t, faults, V1), 'a2a agent_card failed_checks', 'a2a a2a_get rpc_errors')
})

async function runSdk(t: TestContext, options: SdkServerOptions = {}) {
  const { url, path } = await sdkServer(t, options)
  const target = await jsonFile(t, 'target.json', {
    name: 'official SDK',
    base_url: url,
    auth: { flow: 'none' },
    endpoints: { health: false, jsonrpc: false, a2a: { path, auth: false } },
  })
  return runA2a(t, { ...V1, RATE: 40, TARGET: target })
}

thorough('green in A2A 1.0 against a server of the official SDK', async (t) => {
  const run = await runSdk(t)
  assertPassed(run)
  const sent = (run.summary?.endpoints ?? []).filter(({ sent }) => sent > 0).map(({ endpoint }) => endpoint)
  for (const method of ['a2a_send', 'a2a_stream', 'a2a_get', 'a2a_list', 'a2a_cancel', 'agent_card', 'agent_card_cached'])
    assert.ok(sent.includes(method), method)
})

thorough('an agent of the SDK that cannot be canceled, since it is done by then, is right', async (t) =>
  assertPassed(await runSdk(t, { deaf: true, workMs: 1 })),
)

thorough('an agent of the SDK that does not stream is red', async (t) => {
  const run = await runSdk(t, { streaming: false })
  assertRed(run, 'a2a a2a_stream rpc_errors')
  assert.match(run.output, /x -32004/)
})

thorough('an agent of the SDK whose tasks fail stops the run before any load', async (t) => {
  const run = await runSdk(t, { end: 'failed' })
  assert.equal(run.code, EXIT.aborted)
  assert.match(run.output, /no task could be made: the answer to SendMessage is a task in state TASK_STATE_FAILED/)
})

thorough('an agent of the SDK that speaks another version stops the run before any load', async (t) => {
  const run = await runSdk(t, { version: '0.3' })
  assert.equal(run.code, EXIT.aborted)
  assert.match(run.output, /the answer to SendMessage is the JSON-RPC error -32009/)
})
