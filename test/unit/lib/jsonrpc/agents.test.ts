import assert from 'node:assert/strict'
import { test } from 'node:test'
import { routeMessage, rpcBatch, rpcStats } from '../../../../lib/jsonrpc/agent-talk.ts'
import { Agents, agentDiscover, agentPing, agentRegister, agentUnregister, poolAgent } from '../../../../lib/jsonrpc/agents.ts'
import { taskCancel, taskCreate, taskGet, taskQuery } from '../../../../lib/jsonrpc/tasks.ts'
import { type Params, Talk } from './talk.ts'

function withPool(size: number): Talk {
  const talk = new Talk()
  talk.vuState.of(Agents).pool = Array.from({ length: size }, (_, i) => poolAgent('run', i))
  return talk
}

const registered = ({ agent_id }: Params) => ({ agent_id, status: 'registered', registered_at: Date.now() })
const alive = ({ agent_id }: Params) => ({ agent_id, success: true, sent_at: Date.now() })
const created = ({ agent_id }: Params) => ({ task_id: 't-1', agent_id, status: 'submitted' })

function living(): Talk {
  const talk = withPool(3)
  assert.equal(talk.rpc(agentRegister, registered), undefined)
  return talk
}

test('pings go to the agents of the pool in turn, each VU beginning elsewhere', () => {
  const talk = withPool(100)
  const asked = Array.from({ length: 9 }, () => JSON.parse(talk.next(agentPing).body ?? '').params.agent_id)
  assert.deepEqual(
    asked,
    [24, 25, 26, 27, 28, 29, 30, 31, 24].map((i) => poolAgent('run', i)),
  )
  assert.throws(() => new Talk().next(agentPing), /no agents/)
})

test('a pool smaller than a VU speaks for is spoken for as it is', () => {
  const talk = withPool(2)
  const asked = Array.from({ length: 4 }, () => JSON.parse(talk.next(agentPing).body ?? '').params.agent_id)
  assert.equal(new Set(asked).size, 2)
})

test('no two requests of a VU that differ have the same JSON-RPC id', () => {
  const talk = withPool(5)
  const ids = [agentPing, agentDiscover, taskCreate, taskQuery, rpcStats, routeMessage].map((one) => talk.next(one).id)
  assert.equal(new Set(ids).size, ids.length)
  assert.ok(ids.every((id) => id?.startsWith('3-')))
})

test('a pong is about the agent that was asked', () => {
  const talk = withPool(5)
  assert.equal(talk.rpc(agentPing, alive), undefined)
  assert.match(String(talk.rpc(agentPing, () => ({ agent_id: 'other', success: true }))), /is about agent "other"/)
  assert.equal(
    talk.rpc(agentPing, ({ agent_id }) => ({ agent_id })),
    'does not say success:true',
  )
  assert.deepEqual(
    talk.rpc(agentPing, ({ agent_id }) => ({ agent_id, success: false })),
    {
      class: 'rpc_error',
      code: 'success_false',
      why: 'has a result that says success:false',
    },
  )
})

test('an agent lives from its registration to its end, and requests in between are about it', () => {
  const talk = living()
  const id = 'lg-run-3-life-1'
  const about = (call: ReturnType<Talk['next']>) => JSON.parse(call.body ?? '').params
  assert.equal(about(talk.next(agentPing)).agent_id, id)
  assert.equal(about(talk.next(agentDiscover)).capability, id)
  assert.equal(about(talk.next(taskCreate)).agent_id, id)
  assert.equal(about(talk.next(taskQuery)).agent_id, id)
  assert.equal(about(talk.next(agentUnregister)).agent_id, id)
  assert.notEqual(about(talk.next(agentPing)).agent_id, id)
  assert.equal(talk.session(agentUnregister).next(0), undefined)
  assert.equal(about(talk.next(agentRegister)).agent_id, 'lg-run-3-life-2')
})

test('what was not registered correctly does not live', () => {
  for (const result of [{ status: 'registered' }, { agent_id: 'lg-run-3-life-1', status: 'pending' }, {}]) {
    const talk = withPool(3)
    assert.equal(typeof talk.rpc(agentRegister, () => result), 'string')
    assert.equal(talk.session(agentUnregister).next(0), undefined)
  }
})

const card = (agent_id: string, ...capabilities: string[]) => ({ agent_id, name: `loadgate ${agent_id}`, capabilities })
const page = (count: number, total = count) => ({
  agents: Array.from({ length: count }, (_, i) => card(poolAgent('run', i), 'loadgate-pool-run')),
  total,
})

test('a discovery lists as many agents as it should, each once and with the capability asked for', () => {
  const answer = (result: object) => withPool(12).rpc(agentDiscover, () => result)
  assert.equal(answer(page(10, 12)), undefined)
  assert.equal(answer(page(9, 12)), 'has 9 agents, not 10 (total 12, limit 10)')
  assert.equal(answer(page(10, 13)), 'has total 13, not 12')
  assert.equal(answer(page(0)), 'finds no agent with capability loadgate-pool-run')
  assert.equal(answer({ agents: [page(1).agents[0], page(1).agents[0]], total: 2 }), 'has an agent twice')
  assert.match(String(answer({ agents: [card('a', 'x')], total: 1 })), /agent "a", which lacks capability/)
  assert.match(String(answer({ agents: [null], total: 1 })), /^has agents\[0\] null, not an object/)
  assert.match(String(answer({ agents: [{ ...page(1).agents[0], name: 'x' }], total: 1 })), /not as it was registered/)
  assert.equal(answer({ agents: [] }), 'has no total')
})

test('a discovery answered for somebody else, or with another capability, is wrong after a right one, too', () => {
  const talk = withPool(10)
  assert.equal(
    talk.rpc(agentDiscover, () => page(10)),
    undefined,
  )
  const call = talk.next(agentDiscover)
  const body = JSON.stringify({ jsonrpc: '2.0', id: call.id, result: page(10) })
  const other = JSON.stringify({ jsonrpc: '2.0', id: 'someone', result: page(10) })
  assert.equal(talk.check(agentDiscover, call, other), `answers id "someone", not "${call.id}"`)
  assert.ok(talk.check(agentDiscover, call, body.replace('loadgate-pool-run', 'other')))
  assert.equal(talk.check(agentDiscover, call, body), undefined)
})

test('a living agent is found alone', () => {
  const own = 'lg-run-3-life-1'
  assert.equal(
    living().rpc(agentDiscover, () => ({ agents: [card(own, own)], total: 1 })),
    undefined,
  )
  assert.match(String(living().rpc(agentDiscover, () => ({ agents: [], total: 0 }))), /finds no agent/)
  assert.equal(
    living().rpc(agentDiscover, () => ({ agents: [card(own, own), card('b', own)], total: 2 })),
    'has total 2, not 1',
  )
})

test('agents that nobody has registered are not found, whatever they can', () => {
  const twins = Array.from({ length: 10 }, (_, i) => ({
    ...page(1).agents[0],
    agent_id: `twin-${i}`,
    name: `loadgate twin-${i}`,
  }))
  assert.equal(
    withPool(10).rpc(agentDiscover, () => ({ agents: twins, total: 10 })),
    'has agent "twin-0", whom nobody has registered',
  )
})

test('a ping is answered now', () => {
  for (const sent_at of [1, Math.floor(Date.now() / 1000), Date.now() + 1e9])
    assert.equal(
      withPool(2).rpc(agentPing, (asked) => ({ ...alive(asked), sent_at })),
      `has sent_at ${sent_at}, not the epoch milliseconds of now`,
    )
})

test('statistics count at least the agents that the run has registered', () => {
  const talk = withPool(5)
  assert.equal(
    talk.rpc(rpcStats, () => ({ agents: 5, tasks: 0, uptime_s: 1.5 })),
    undefined,
  )
  assert.match(String(talk.rpc(rpcStats, () => ({ agents: 4, tasks: 0, uptime_s: 1 }))), /counts 4 agents, although 5/)
  assert.match(String(talk.rpc(rpcStats, () => ({ agents: 9, tasks: -1, uptime_s: 1 }))), /^has tasks -1/)
  assert.match(String(talk.rpc(rpcStats, () => ({ agents: 9 }))), /^has no tasks/)
})

test('a message is delivered and has an id', () => {
  const talk = withPool(5)
  const { from, to } = JSON.parse(talk.next(routeMessage).body ?? '').params
  assert.notEqual(from, to)
  assert.equal(
    talk.rpc(routeMessage, () => ({ message_id: 'm-1', delivered: true })),
    undefined,
  )
  assert.equal(
    talk.rpc(routeMessage, () => ({ message_id: 'm-1', delivered: false })),
    'has delivered false, not true',
  )
  assert.equal(
    talk.rpc(routeMessage, () => ({ message_id: '', delivered: true })),
    'has no message_id',
  )
})

test('a batch is answered but for its notification', () => {
  const talk = withPool(5)
  const answer = ({ id, params }: { id?: string; params: Params }) => ({
    jsonrpc: '2.0',
    id,
    result: id?.endsWith('stats') ? { agents: 5, tasks: 0, uptime_s: 1 } : alive(params),
  })
  const batch = (take: (answers: object[]) => unknown) => {
    const call = talk.next(rpcBatch)
    const asked = JSON.parse(call.body ?? '') as { id?: string; params: Params }[]
    assert.equal(asked.filter(({ id }) => id === undefined).length, 1)
    return talk.check(rpcBatch, call, JSON.stringify(take(asked.filter(({ id }) => id !== undefined).map(answer))))
  }
  assert.equal(
    batch((answers) => answers),
    undefined,
  )
  assert.equal(
    batch((answers) => answers.reverse()),
    undefined,
  )
  assert.match(String(batch((answers) => answers.slice(1))), /lacks 1 of 2 answers/)
  const dated = (sent_at: unknown) => (answers: object[]) =>
    answers.map((one) => ({ ...one, result: { ...('result' in one && (one.result as object)), sent_at } }))
  for (const sent_at of [undefined, 1])
    assert.match(String(batch(dated(sent_at))), /^has (no sent_at|sent_at 1, not the epoch milliseconds of now)/)
  assert.match(String(batch((answers) => [...answers, { jsonrpc: '2.0', id: null, result: {} }])), /which is not open/)
  const counted = (agents: number) => (answers: object[]) =>
    answers.map((one) =>
      'result' in one && 'tasks' in (one.result as object) ? { ...one, result: { agents, tasks: 0, uptime_s: 1 } } : one,
    )
  assert.match(String(batch(counted(4))), /counts 4 agents, although 5/)
})

test('pings of a batch say when they were answered, each time anew', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  const talk = withPool(5)
  const kept = Date.now()
  const batch = (sent_at: number) => {
    const call = talk.next(rpcBatch)
    const asked = (JSON.parse(call.body ?? '') as { id?: string; params: Params }[]).filter(({ id }) => id !== undefined)
    const answers = asked.map(({ id, params }) => ({
      jsonrpc: '2.0',
      id,
      result: id?.endsWith('stats') ? { agents: 5, tasks: 0, uptime_s: 1 } : { ...alive(params), sent_at },
    }))
    return talk.check(rpcBatch, call, JSON.stringify(answers))
  }
  for (let n = 0; n < 10; n++) {
    t.mock.timers.tick(1000)
    assert.equal(batch(Date.now()), undefined)
  }
  assert.equal(batch(kept), undefined)
  t.mock.timers.tick(4000)
  assert.match(String(batch(kept)), /^says the same sent_at as seconds ago/)
})

test('a task is created for the agent asked for, with an id of its own', () => {
  const talk = withPool(5)
  assert.equal(talk.rpc(taskCreate, created), undefined)
  assert.equal(talk.rpc(taskCreate, created), 'repeats the task_id of a task before')
  assert.equal(
    talk.rpc(taskCreate, (params) => ({ ...created(params), task_id: '' })),
    'has no task_id',
  )
  assert.match(
    String(talk.rpc(taskCreate, (params) => ({ ...created(params), task_id: 't-2', status: 'done' }))),
    /not "submitted"/,
  )
  assert.match(String(talk.rpc(taskCreate, () => ({ ...created({ agent_id: 'b' }), task_id: 't-3' }))), /is about agent "b"/)
})

test('a living task can be got, queried and canceled, and is canceled then', () => {
  const talk = living()
  const agent_id = 'lg-run-3-life-1'
  assert.equal(talk.session(taskGet).next(0), undefined)
  assert.equal(talk.rpc(taskCreate, created), undefined)
  const got = (status: string) =>
    talk.rpc(taskGet, ({ task_id }) => ({ task_id, agent_id, type: 'loadgate.noop', status, input: { value: agent_id } }))
  assert.equal(got('submitted'), undefined)
  assert.equal(got('canceled'), 'has status "canceled", although it was not canceled')
  for (const status of ['failed', 'rejected', 'banana']) {
    assert.match(String(got(status)), /^has status "\w+", not submitted or/)
    const failed = { tasks: [{ task_id: 't-1', agent_id, status }], total: 1 }
    assert.match(String(talk.rpc(taskQuery, () => failed)), /^has tasks\[0\]\.status "\w+", not submitted or/)
  }
  const tasks = [{ task_id: 't-1', agent_id, status: 'submitted' }]
  assert.equal(
    talk.rpc(taskQuery, () => ({ tasks, total: 1 })),
    undefined,
  )
  assert.equal(
    talk.rpc(taskQuery, () => ({ tasks: [], total: 0 })),
    'has 0 tasks for an agent with one, t-1',
  )
  assert.match(String(talk.rpc(taskCancel, () => ({ task_id: 't-1', status: 'submitted' }))), /not "canceled"/)
  assert.equal(
    talk.rpc(taskCancel, () => ({ task_id: 't-1', status: 'canceled' })),
    undefined,
  )
  assert.equal(got('submitted'), 'has status "submitted", although it was canceled')
  assert.equal(got('canceled'), undefined)
  assert.match(
    String(talk.rpc(taskGet, () => ({ task_id: 't-2', agent_id, status: 'canceled' }))),
    /is about task "t-2", not t-1/,
  )
  assert.match(String(talk.rpc(taskGet, () => ({ task_id: 't-1', agent_id: 'b', status: 'canceled' }))), /has agent "b"/)
})

test('the task of a later life is remembered too, whose creation is answered as the one before', () => {
  const talk = living()
  assert.equal(talk.rpc(taskCreate, created), undefined)
  assert.equal(talk.rpc(agentRegister, registered), undefined)
  assert.equal(
    talk.rpc(taskCreate, (params) => ({ ...created(params), task_id: 't-2' })),
    undefined,
  )
  assert.equal(talk.session(taskGet).next(0)?.expect, 't-2')
})

test('a query lists tasks of the agent asked for, as many as it should', () => {
  const talk = withPool(1)
  const agent_id = poolAgent('run', 0)
  const list = (count: number, total: number, agent = agent_id) =>
    talk.rpc(taskQuery, () => ({
      tasks: Array.from({ length: count }, (_, i) => ({ task_id: `t-${i}`, agent_id: agent, status: 'submitted' })),
      total,
    }))
  assert.equal(list(0, 0), undefined)
  assert.equal(list(2, 900), undefined)
  assert.equal(list(1, 900), 'has 1 tasks, not 2 (total 900, limit 2)')
  assert.match(String(list(1, 1, 'b')), /is about agent "b"/)
  const twice = { task_id: 't', agent_id, status: 'submitted' }
  assert.equal(
    talk.rpc(taskQuery, () => ({ tasks: [twice, twice], total: 2 })),
    'has a task twice',
  )
  assert.match(String(talk.rpc(taskQuery, () => ({ tasks: {}, total: 0 }))), /^has tasks {}, not a list/)
})

test('a query finds no task canceled that nobody has canceled', () => {
  const canceled = (talk: Talk, agent_id: string) =>
    talk.rpc(taskQuery, () => ({ tasks: [{ task_id: 't-1', agent_id, status: 'canceled' }], total: 1 }))
  assert.equal(canceled(withPool(1), poolAgent('run', 0)), 'has status "canceled", although it was not canceled')
  const talk = living()
  talk.rpc(taskCreate, created)
  assert.match(String(canceled(talk, 'lg-run-3-life-1')), /although it was not canceled/)
  talk.rpc(taskCancel, () => ({ task_id: 't-1', status: 'canceled' }))
  assert.equal(canceled(talk, 'lg-run-3-life-1'), undefined)
})

test('a query finds a task of an agent that this VU has given one', () => {
  const talk = withPool(1)
  const none = () => talk.rpc(taskQuery, () => ({ tasks: [], total: 0 }))
  assert.equal(none(), undefined)
  assert.equal(talk.rpc(taskCreate, created), undefined)
  assert.equal(none(), `has no task of agent ${poolAgent('run', 0)}, who was given one`)
})
