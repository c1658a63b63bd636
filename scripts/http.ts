/**
 * As many requests a second as asked for, over the mix that gateways are mostly used with. Proves throughput: the share of the planned
 * requests that were answered correctly, at the latency the limits allow.
 */

import { registerAgents, unregisterAgents } from '../lib/jsonrpc/agents.k6.ts'
import { Agents, agentDiscover, agentPing, agentRegister, agentUnregister } from '../lib/jsonrpc/agents.ts'
import { taskCreate, taskQuery } from '../lib/jsonrpc/tasks.ts'
import { action } from '../lib/rest/action.ts'
import { health } from '../lib/rest/health.ts'
import { resource } from '../lib/rest/resource.ts'
import { resources } from '../lib/rest/resources.ts'
import { plan } from '../lib/run/plan.k6.ts'
import standard from '../thresholds/http.json'
import production from '../thresholds/production/http.json'

/** Plain HTTP and JSON-RPC in the same proportions: a read, a list, a write. */
const mix = {
  ...{ health: 10, resource: 8, resources: 5, action: 3 },
  ...{ agent_ping: 8, agent_discover: 5, task_create: 3, task_query: 2 },
}

/** Agents that the JSON-RPC requests are about. */
const AGENTS = 20

export const { options, setup, teardown, handleSummary, run } = plan({
  name: 'http',
  mix,
  description: 'High throughput over the usual mix',
  thresholds: { standard, production },
  profiles: {
    // Users of 0: the open model.
    smoke: { rate: 300, duration: 10, warmup: 2, stall: 1, users: 0, think: 1 },
    ci: { rate: 400, duration: 20, warmup: 3, stall: 1, users: 0, think: 1 },
    production: { rate: 60_000, duration: 120, warmup: 30, stall: 0.25, users: 0, think: 1 },
  },
  windows: ({ rate, duration, warmup, users, think }, _settings, _target, mix) =>
    users === 0
      ? [
          { name: 'warmup', duration: warmup, mix, latency: 'settles', load: { model: 'open', rate } },
          { name: 'steady', duration, mix, load: { model: 'open', rate } },
        ]
      : [{ name: 'users', duration, mix, load: { model: 'closed', users, think } }],
  otherWindows: ['warmup', 'steady', 'users'],
  endpoints: [
    health,
    resource,
    resources,
    action,
    agentRegister,
    agentPing,
    agentDiscover,
    agentUnregister,
    taskCreate,
    taskQuery,
  ],
  setup: ({ traffic, target }) => ({ agents: target.has('agent_ping') ? registerAgents(traffic, AGENTS) : [] }),
  begin(vuState, { agents }) {
    vuState.of(Agents).pool = agents
  },
  teardown({ traffic }, { agents }) {
    if (agents.length > 0) unregisterAgents(traffic, agents)
  },
})
