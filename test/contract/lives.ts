/** What a VU must have asked for before an endpoint can be asked for: what ids and numbers are made of. */

import { A2aTasks } from '../../lib/a2a/method.ts'
import { Benching } from '../../lib/benchmarks/endpoints.ts'
import { Agents, agentRegister, poolAgent, poolCapability } from '../../lib/jsonrpc/agents.ts'
import { fill } from '../../lib/target/params.ts'
import type { Target } from '../../lib/target/target.ts'
import { prepareSession } from '../../lib/vu/requests.ts'
import { Webhooks } from '../../lib/webhooks/events.ts'
import { send } from './http-client.ts'
import type { Vu } from './vu.ts'

/** Endpoints whose requests build on each other's answers, in the order in which a life asks for them. */
export const LIVES: readonly (readonly string[])[] = [
  [
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
  ['agent_card', 'agent_card_cached', 'a2a_start', 'a2a_get', 'a2a_list', 'a2a_cancel', 'a2a_get'],
  ['register', 'register', 'list'],
  ['webhook_create', 'webhook_create', 'event_publish', 'event_publish', 'webhook_stats', 'webhook_stats', 'webhook_list'],
]

const lifeOf = (endpoint: string): readonly string[] => LIVES.find((names) => names.includes(endpoint)) ?? []

/** What comes before an endpoint in its life; nothing for one that needs nothing. */
export const before = (endpoint: string): readonly string[] =>
  lifeOf(endpoint).slice(0, Math.max(0, lifeOf(endpoint).indexOf(endpoint)))

/** What comes after it. */
export const after = (endpoint: string): readonly string[] => lifeOf(endpoint).slice(lifeOf(endpoint).lastIndexOf(endpoint) + 1)

const POOL = 3

/** What setup() does in a script: agents that talk for the whole run. */
export async function begin({ vuState }: Vu, target: Target, token: string): Promise<void> {
  vuState.of(Webhooks).begin(1)
  vuState.of(A2aTasks).pool = []
  const benching = vuState.of(Benching)
  benching.type = `${vuState.run}.bench`
  benching.event = { type: `${vuState.run}.nobody`, matched: 0 }
  const pool = Array.from({ length: POOL }, (_, i) => poolAgent(vuState.run, i))
  const { base, path, params } = prepareSession(agentRegister, target).session ?? {}
  const calls = pool.map((agent_id) => {
    const usual = { agent_id, name: `loadgate ${agent_id}`, capabilities: [poolCapability(vuState.run)] }
    return {
      jsonrpc: '2.0',
      id: agent_id,
      method: 'agent.register',
      params: params === undefined ? usual : fill(params, usual),
    }
  })
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
  const { body } = await send({ method: 'POST', url: `${base}${path}`, headers, body: JSON.stringify(calls) })
  if ((body.match(/"status":"registered"/g) ?? []).length !== POOL) throw new Error(`agents were not registered: ${body}`)
  vuState.of(Agents).pool = pool
}
