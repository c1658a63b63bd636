/** Agents of the gateway's own JSON-RPC dialect: some stay for the whole run, others live through one iteration each. */

import type { Call, Session } from '../endpoint/endpoint.ts'
import { moving, STILL } from '../endpoint/moving.ts'
import { count, isNow, listOf, moment, object, text } from '../endpoint/rules.ts'
import type { VuState } from '../endpoint/vu-state.ts'
import { checkRpc, type Result, type ResultCheck, rpcCall } from './jsonrpc.ts'
import { inTurn, JSONRPC, rpcEndpoint, rpcMethod, rpcNumbers } from './method.ts'

/** Agents that one VU speaks for: few, since every VU prepares its requests for each. */
const AGENTS_A_VU = 8
/** Agents that a discovery asks for at most. */
export const DISCOVERED = 10

/** Agents that one VU knows. */
export class Agents {
  /** Those that setup() registered, which all VUs share. */
  pool: readonly string[] = []
  /** The one whose life this VU is leading through its iteration. */
  living: string | undefined
  lives = 0
}

/** Capability that finds the agents of a run: a gateway may have others. */
export const poolCapability = (run: string): string => `loadgate-pool-${run}`
export const lifeCapability = (run: string): string => `loadgate-life-${run}`
export const poolAgent = (run: string, index: number): string => `lg-${run}-${index}`

const nameOf = (agent_id: string): string => `loadgate ${agent_id}`
const registration = (agent_id: string, capabilities: readonly string[]) => ({
  agent_id,
  name: nameOf(agent_id),
  capabilities,
})

/** The agents of the pool that this VU speaks for. */
export function agentsOf(vuState: VuState): string[] {
  const { pool } = vuState.of(Agents)
  if (pool.length === 0) throw new Error('no agents: the setup of this script must register them')
  return Array.from({ length: Math.min(AGENTS_A_VU, pool.length) }, (_, i) => {
    return pool[(vuState.vu * AGENTS_A_VU + i) % pool.length] as string
  })
}

/** What a call is about stands in its `expect`. */
export const about = (call: Call, subject: string): Call => ({ ...call, expect: subject })

export const registerCall = (vuState: VuState, agent: string, ...capabilities: string[]): Call =>
  about(rpcCall('agent.register', registration(agent, capabilities), rpcNumbers(vuState)()), agent)

export const unregisterCall = (vuState: VuState, agent: string): Call =>
  about(rpcCall('agent.unregister', { agent_id: agent }, rpcNumbers(vuState)()), agent)

/** Registers an agent of its own, which later requests of the VU are about. */
export const agentRegister = rpcMethod('agent_register', 'agent.register', (_call, vuState) => {
  const agents = vuState.of(Agents)
  return {
    next() {
      agents.living = undefined
      const agent = `lg-${vuState.run}-${vuState.vu}-life-${++agents.lives}`
      return registerCall(vuState, agent, lifeCapability(vuState.run), agent)
    },
    check({ agent_id, status, registered_at }, { expect }) {
      if (agent_id !== expect) return `registers agent ${JSON.stringify(agent_id)}, not ${expect}`
      if (status !== 'registered') return `has status ${JSON.stringify(status)}, not "registered"`
      // It is there, whatever else its answer lacks.
      agents.living = expect
      return moment(registered_at, 'registered_at')
    },
  }
})

/** A request about the living agent, or else about those of the pool in turn. */
export function forAgent(vuState: VuState, make: (agent: string) => Call): (turn: number) => Call | undefined {
  const agents = vuState.of(Agents)
  const pooled = inTurn(() => agentsOf(vuState).map(make))
  return (turn) => (agents.living === undefined ? pooled(turn) : make(agents.living))
}

/** The answer to a ping, and to unregistering, is about the agent that was asked about. */
export const aboutItself: ResultCheck = ({ agent_id, success }, { expect }) =>
  agent_id !== expect
    ? `is about agent ${JSON.stringify(agent_id)}, not ${expect}`
    : success === true
      ? undefined
      : 'does not say success:true'

/** Pings the living agent of this VU, or else agents of the pool in turn. */
export const agentPing = rpcMethod('agent_ping', 'agent.ping', (call, vuState) => {
  const moves = moving()
  return {
    next: forAgent(vuState, (agent) => about(call({ agent_id: agent }), agent)),
    check: (result, asked) =>
      aboutItself(result, asked) ??
      moment(result.sent_at, 'sent_at') ??
      (moves(result.sent_at, asked.expect) ? undefined : STILL),
    variety: { free: { sent_at: (at, agent) => isNow(+at) && moves(+at, agent) } },
  }
})

/** Unregisters the VU's agent; nothing is sent where none was registered. */
export const agentUnregister = rpcMethod('agent_unregister', 'agent.unregister', (_call, vuState) => {
  const agents = vuState.of(Agents)
  return {
    next() {
      const { living } = agents
      agents.living = undefined
      return living === undefined ? undefined : unregisterCall(vuState, living)
    },
    check: aboutItself,
  }
})

interface Discovered {
  agents: { agent_id: string; name: string; capabilities: string[] }[]
  total: number
}

/** Every agent listed must have the capability that was asked for; the living agent is the only one with its own. */
const discovered: ResultCheck = (result: Result, { expect = '' }) => {
  const listed = object({ agent_id: text, name: text, capabilities: listOf(text) })
  const wrong = object({ agents: listOf(listed), total: count })(result, '')
  if (wrong !== undefined) return wrong
  const { agents, total } = result as unknown as Discovered
  const due = Math.min(DISCOVERED, total)
  if (agents.length !== due) return `has ${agents.length} agents, not ${due} (total ${total}, limit ${DISCOVERED})`
  if (due === 0) return `finds no agent with capability ${expect}`
  if (new Set(agents.map(({ agent_id }) => agent_id)).size !== due) return 'has an agent twice'
  for (const { agent_id, name, capabilities } of agents) {
    if (!capabilities.includes(expect)) return `has agent ${JSON.stringify(agent_id)}, which lacks capability ${expect}`
    if (name !== nameOf(agent_id))
      return `calls agent ${JSON.stringify(agent_id)} ${JSON.stringify(name)}, not as it was registered`
  }
  return undefined
}

const discovery = (vuState: VuState): Session => {
  const agents = vuState.of(Agents)
  const number = rpcNumbers(vuState)
  const ask = (capability: string) => about(rpcCall('agent.discover', { capability, limit: DISCOVERED }, number()), capability)
  const pooled = inTurn(() => [ask(poolCapability(vuState.run))])
  // The pool stands still: an answer that was right is compared, not read; it is a long one to read.
  let right: string | undefined
  const check: ResultCheck = (result, call) => {
    const wrong = discovered(result, call)
    if (wrong !== undefined) return wrong
    const due = agents.living === undefined ? agents.pool : [agents.living]
    if (result.total !== due.length) return `has total ${result.total}, not ${due.length}`
    const stranger = (result as unknown as Discovered).agents.find(({ agent_id }) => !due.includes(agent_id))
    return stranger && `has agent ${JSON.stringify(stranger.agent_id)}, whom nobody has registered`
  }
  return {
    next: (turn) => (agents.living === undefined ? pooled(turn) : ask(agents.living)),
    check({ body }, call) {
      const wrong = checkRpc(body, call, check)
      if (wrong === undefined && agents.living === undefined) right = body
      return wrong
    },
    // With the id of its one request in it, it is the answer to no other.
    variety: { known: (body) => body === right },
  }
}

/** Finds agents by a capability; each that is listed must have it. */
export const agentDiscover = rpcEndpoint('agent_discover', discovery, JSONRPC, 'agent.discover')
