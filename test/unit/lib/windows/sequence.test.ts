import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSettings } from '../../../../lib/base/settings.ts'
import { deliver, list, publish, register } from '../../../../lib/benchmarks/endpoints.ts'
import { VuState } from '../../../../lib/endpoint/vu-state.ts'
import { agentPing } from '../../../../lib/jsonrpc/agents.ts'
import { apart, withOwn } from '../../../../lib/run/own-endpoints.ts'
import { CONTRACT_NAMES } from '../../../../lib/target/contract.ts'
import { bindTarget } from '../../../../lib/target/target.ts'
import { prepareSession } from '../../../../lib/vu/requests.ts'
import { webhookStats } from '../../../../lib/webhooks/webhooks.ts'
import { fit, schedule } from '../../../../lib/windows/workload.ts'

const SIZING = { stall: 1, vus: undefined, requestsPerIteration: 5, instances: 1, timeout: 5 }
const spec = { name: 'lives', duration: 10, sequence: ['a', 'b', 'a'], load: { model: 'open' as const, rate: 6 } }

test('an iteration sends a sequence whole, and every request of it is planned', () => {
  const [window] = schedule([spec], SIZING)
  assert.deepEqual(window?.order, ['a', 'b', 'a'])
  assert.deepEqual(window?.endpoints, ['a', 'b'])
  assert.equal(window?.perIteration, 3, 'REQUESTS_PER_ITERATION does not cut it')
  assert.equal(window?.iterations, 20)
  assert.deepEqual(window?.planned, { a: 40, b: 20 })
  const { timeUnit } = (window?.scenario ?? {}) as { timeUnit?: string }
  assert.equal(timeUnit, '3000ms', 'six requests a second are two iterations')
})

test('a sequence goes without what the target lacks, and is not there without anything', () => {
  assert.deepEqual(fit(spec, (name) => name === 'a')?.sequence, ['a', 'a'])
  assert.equal(
    fit(spec, () => false),
    undefined,
  )
})

test('the state of a VU gives each kind once, to all who ask', () => {
  class Kind {
    ids: string[] = []
  }
  const vuState = new VuState(3, 'run')
  vuState.of(Kind).ids.push('x')
  assert.deepEqual(vuState.of(Kind).ids, ['x'])
  assert.deepEqual(new VuState(4, 'run').of(Kind).ids, [])
})

const FILE = { name: 't', base_url: 'http://127.0.0.1:1', auth: { flow: 'none' } }
const targetOf = (endpoints: object) => bindTarget({ ...FILE, endpoints }, 't.json', readSettings({}), true)

test('a target moves or denies all methods of a dialect at once, and one of them apart', () => {
  const moved = targetOf({ jsonrpc: { path: '/rpc', base_url: 'http://127.0.0.1:2', auth: false } })
  const template = prepareSession(agentPing, moved)
  assert.deepEqual(template.session, { base: 'http://127.0.0.1:2', path: '/rpc', values: {} })
  assert.equal(template.authorized, false)
  const apart = targetOf({ jsonrpc: { path: '/rpc', auth: false }, agent_ping: { path: '/ping', auth: true } })
  assert.equal(prepareSession(agentPing, apart).session?.path, '/ping')
  assert.equal(prepareSession(agentPing, apart).authorized, true)
  const denied = targetOf({ jsonrpc: false })
  for (const name of ['agent_ping', 'task_create', 'rpc_batch']) assert.equal(denied.has(name), false, name)
  assert.equal(denied.has('a2a_send'), true)
  assert.equal(targetOf({ rpc_batch: false }).has('agent_ping'), true)
})

test('where a target has nothing to say, an endpoint is where the contract has it', () => {
  const { session, statuses, authorized } = prepareSession(webhookStats, targetOf({}))
  assert.equal(session?.path, '/api/v1/integration/webhooks/:id/stats')
  assert.deepEqual([statuses, authorized], [[200], true])
})

test('an endpoint that a script alone knows is there where the endpoint is whose place it shares', () => {
  const there = (more: object, others: boolean) => {
    const target = bindTarget({ ...FILE, endpoints: more, others }, 't.json', readSettings({}), true)
    const { has } = withOwn(
      target,
      apart([register, publish, deliver, list], 'script benchmarks'),
      'script benchmarks',
      readSettings({}),
    )
    return ['register', 'publish', 'deliver', 'list'].map(has)
  }
  assert.deepEqual(there({ event_publish: false }, true), [true, false, false, true])
  assert.deepEqual(there({ event_publish: {} }, false), [false, true, true, false])
})

test('no name is there twice', () => assert.equal(new Set(CONTRACT_NAMES).size, CONTRACT_NAMES.length))
