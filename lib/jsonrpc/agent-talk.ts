/** What agents do beside their own lives: statistics, messages, several calls in one request. */

import { moving, STILL } from '../endpoint/moving.ts'
import { isWord } from '../endpoint/quick-check.ts'
import { Recent } from '../endpoint/recent.ts'
import { count, is, moment, object, positive, text } from '../endpoint/rules.ts'
import { Agents, aboutItself, agentsOf } from './agents.ts'
import { batchCall, checkBatch, type Result } from './jsonrpc.ts'
import { inTurn, rpcEndpoint, rpcMethod } from './method.ts'

/** What is wrong with statistics, which count at least the agents that are registered. */
function wrongCounts(result: Result, { pool }: Agents): string | undefined {
  const wrong = object({ agents: count, tasks: count, uptime_s: positive })(result, '')
  if (wrong !== undefined) return wrong
  return Number(result.agents) >= pool.length
    ? undefined
    : `counts ${result.agents} agents, although ${pool.length} are registered`
}

/** How many agents and tasks the gateway counts: at least the agents that are registered. */
export const rpcStats = rpcMethod('rpc_stats', 'health.get_stats', (call, vuState) => {
  const agents = vuState.of(Agents)
  return {
    next: inTurn(() => [call({})]),
    check: (result) => wrongCounts(result, agents),
  }
})

/** A message from one agent of the pool to the next; each delivery has an id of its own. */
export const routeMessage = rpcMethod('route_message', 'route.message', (call, vuState) => {
  const ids = new Recent()
  const delivered = object({ message_id: text, delivered: is(true) })
  return {
    next: inTurn(() => {
      const agents = agentsOf(vuState)
      return agents.map((from, i) => {
        const to = agents[(i + 1) % agents.length]
        return call({ from, to, message: { text: 'Is anybody there?' } })
      })
    }),
    check: (result) =>
      delivered(result, '') ?? (ids.add(result.message_id) ? undefined : 'repeats the message_id of a message before'),
    variety: { free: { message_id: (id) => isWord(id) && ids.add(id) } },
  }
})

/** One HTTP request with three calls in it, one of which is a notification and must stay without an answer. */
export const rpcBatch = rpcEndpoint('rpc_batch', (vuState) => {
  const agents = vuState.of(Agents)
  let sent = 0
  const entriesOf = (agent: string) => {
    const id = `${vuState.vu}-batch-${++sent}`
    return [
      { method: 'agent.ping', params: { agent_id: agent }, id: `${id}-ping`, check: ping(agent) },
      { method: 'agent.ping', params: { agent_id: agent } },
      { method: 'health.get_stats', params: {}, id: `${id}-stats`, check: stats },
    ]
  }
  const moves = moving()
  const ping = (agent: string) => (result: Result) =>
    aboutItself(result, { expect: agent }) ??
    moment(result.sent_at, 'sent_at') ??
    (moves(result.sent_at, agent) ? undefined : STILL)
  const stats = (result: Result) => wrongCounts(result, agents)
  let asked: ReturnType<typeof entriesOf> = []
  return {
    next() {
      const agent = agents.living ?? agentsOf(vuState)[0]
      if (agent === undefined) return undefined
      asked = entriesOf(agent)
      return batchCall(asked)
    },
    check: ({ body }) => checkBatch(body, asked),
  }
})
