/**
 * The life of agents over JSON-RPC: some stay and talk, others are led from their registration to their end. Proves that every answer
 * is the right one to the right request, since an error of JSON-RPC comes with HTTP 200, and that no agent is left behind.
 */

import { agentCard, agentCardCached } from '../lib/a2a/agent-card.ts'
import { A2aTasks } from '../lib/a2a/method.ts'
import { a2aSend, a2aStart, a2aStream } from '../lib/a2a/send.ts'
import { makeTasks } from '../lib/a2a/tasks.k6.ts'
import { a2aCancel, a2aGet, a2aList } from '../lib/a2a/tasks.ts'
import { routeMessage, rpcBatch, rpcStats } from '../lib/jsonrpc/agent-talk.ts'
import { registerAgents, unregisterAgents } from '../lib/jsonrpc/agents.k6.ts'
import { Agents, agentDiscover, agentPing, agentRegister, agentUnregister } from '../lib/jsonrpc/agents.ts'
import { taskCancel, taskCreate, taskGet, taskQuery } from '../lib/jsonrpc/tasks.ts'
import { plan } from '../lib/run/plan.k6.ts'
import standard from '../thresholds/a2a.json'
import production from '../thresholds/production/a2a.json'

const DIALECTS = {
  agentcore: {
    windows: ['agents', 'lives'],
    mix: { agent_ping: 5, agent_discover: 3, task_create: 2, task_query: 2, rpc_stats: 1, route_message: 1 },
    life: [
      'agent_register',
      'agent_ping',
      'agent_discover',
      'task_create',
      'task_get',
      'task_query',
      'rpc_batch',
      'task_cancel',
      'task_get',
      'agent_unregister',
    ],
  },
  'a2a-1.0': {
    windows: ['a2a', 'a2a_lives'],
    mix: { a2a_get: 5, agent_card: 3, a2a_send: 2, a2a_list: 2, a2a_stream: 1 },
    life: ['agent_card', 'agent_card_cached', 'a2a_start', 'a2a_get', 'a2a_list', 'a2a_cancel', 'a2a_get'],
  },
} as const

/** Tasks that setup() makes in A2A 1.0, where no agents are registered. */
const TASKS = 10

export const { options, setup, teardown, handleSummary, run } = plan({
  name: 'a2a',
  description: 'Agents that talk and live over JSON-RPC, in two dialects',
  thresholds: { standard, production },
  profiles: {
    // Users of 0: the open model.
    smoke: { rate: 70, lives: 4, agents: 10, duration: 8, warmup: 2, stall: 1, users: 0, think: 1 },
    ci: { rate: 140, lives: 3, agents: 50, duration: 15, warmup: 3, stall: 1, users: 0, think: 1 },
    production: { rate: 2000, lives: 20, agents: 1000, duration: 300, warmup: 30, stall: 0.5, users: 0, think: 1 },
  },
  windows: ({ rate, lives, duration, warmup, users, think }, { A2A_DIALECT }) => {
    const { mix, life, windows } = DIALECTS[A2A_DIALECT]
    return users === 0
      ? [
          { name: 'warmup', duration: warmup, mix, latency: 'settles', load: { model: 'open', rate } },
          [
            { name: windows[0], duration, mix, load: { model: 'open', rate } },
            { name: windows[1], duration, sequence: life, load: { model: 'open', rate: lives * life.length } },
          ],
        ]
      : [{ name: 'users', duration, mix, load: { model: 'closed', users, think } }]
  },
  otherWindows: ['warmup', ...DIALECTS.agentcore.windows, ...DIALECTS['a2a-1.0'].windows, 'users'],
  endpoints: [
    ...[agentRegister, agentPing, agentDiscover, agentUnregister, rpcStats, routeMessage, rpcBatch],
    ...[taskCreate, taskGet, taskQuery, taskCancel],
    ...[a2aSend, a2aStart, a2aStream, a2aGet, a2aList, a2aCancel, agentCard, agentCardCached],
  ],
  planned: ({ agents }, { INSTANCES }) => ({ agents_unregistered: agents * INSTANCES }),
  required: ['agents_unregistered', 'agents_left'],
  otherMetrics: ({ A2A_DIALECT }) => (A2A_DIALECT === 'agentcore' ? [] : ['agents_unregistered', 'agents_left']),
  setup: ({ traffic, settings, size }) =>
    settings.A2A_DIALECT === 'agentcore'
      ? { agents: registerAgents(traffic, size.agents), tasks: [] }
      : { agents: [], tasks: makeTasks(traffic, TASKS) },
  begin(vuState, { agents, tasks }) {
    vuState.of(Agents).pool = agents
    vuState.of(A2aTasks).pool = tasks
  },
  teardown({ traffic, settings }, { agents }) {
    if (settings.A2A_DIALECT === 'agentcore') unregisterAgents(traffic, agents)
  },
})
