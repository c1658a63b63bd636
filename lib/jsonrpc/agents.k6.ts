/** Agents that stay for a whole run: registered before the load, unregistered after it, also when it was interrupted. */

import { isObject, objectsOf, readJson } from '../base/json.ts'
import { stop } from '../base/speak.k6.ts'
import type { Asker } from '../endpoint/endpoint.ts'
import { counter } from '../metrics/metrics.k6.ts'
import { lifeCapability, poolAgent, poolCapability, registerCall, unregisterCall } from './agents.ts'
import { rpcCall } from './jsonrpc.ts'
import { rpcNumbers } from './method.ts'

const agentsUnregistered = counter('agents_unregistered')
const agentsLeft = counter('agents_left')

/** Agents that one discovery lists, when those that are left are looked for. */
const LISTED = 100
/** Interrupted lives leave few agents; a gateway that goes on listing what is gone must not hold up the end. */
const ROUNDS = 20

/**
 * For setup(): the ids of the agents. Stops the run with the reason where one cannot be registered, and leaves none behind.
 */
export function registerAgents(traffic: Asker, count: number): string[] {
  const { vuState } = traffic
  const agents: string[] = []
  for (let i = 0; i < count; i++) {
    const agent = poolAgent(vuState.run, i)
    const wrong = traffic.ask('agent_register', registerCall(vuState, agent, poolCapability(vuState.run)))
    if (wrong !== undefined) {
      unregister(traffic, agents)
      stop(`agent ${i + 1} of ${count} could not be registered: the answer to agent.register ${wrong}`)
    }
    agents.push(agent)
  }
  return agents
}

function unregister(traffic: Asker, agents: readonly string[]): number {
  let gone = 0
  for (const agent of agents) {
    if (traffic.ask('agent_unregister', unregisterCall(traffic.vuState, agent)) === undefined) gone++
  }
  return gone
}

/** Agents of this run that a capability finds, undefined where no list came; a gateway that does not filter lists others too. */
function find(traffic: Asker, capability: string): string[] | undefined {
  const { vuState } = traffic
  const call = rpcCall('agent.discover', { capability, limit: LISTED }, rpcNumbers(vuState)())
  const listed = traffic.look('agent_discover', call, (body) => {
    const answer = readJson(body)
    return (isObject(answer) && isObject(answer.result) && objectsOf(answer.result.agents)) || 'is not {"agents":[…]}'
  })
  return listed?.flatMap(({ agent_id }) =>
    typeof agent_id === 'string' && agent_id.startsWith(`lg-${vuState.run}-`) ? [agent_id] : [],
  )
}

/** For teardown(): the agents of the run, and those whose lives an interruption has cut short. */
export function unregisterAgents(traffic: Asker, agents: readonly string[]): void {
  const { run } = traffic.vuState
  let gone = unregister(traffic, agents)
  for (let round = 0; round < ROUNDS; round++) {
    const left = find(traffic, lifeCapability(run))
    if (left === undefined || left.length === 0) break
    gone += unregister(traffic, left)
  }
  agentsUnregistered.add(gone)
  const [pool, lives] = [find(traffic, poolCapability(run)), find(traffic, lifeCapability(run))]
  // Where the gateway does not say, one at least is taken to be left.
  agentsLeft.add(pool === undefined || lives === undefined ? Math.max(1, agents.length - gone) : pool.length + lives.length)
}
