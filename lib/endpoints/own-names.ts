/** Endpoints of the contract that only the scripts about them send to, by name alone: no other script loads what they are. */

import { A2A, JSONRPC } from './dialects.ts'

/** Methods of that dialect, each with the names of its params: a target file may put them in other words. */
export const RPC_PARAMS: Readonly<Record<string, readonly string[]>> = {
  agent_register: ['agent_id', 'name', 'capabilities'],
  agent_ping: ['agent_id'],
  agent_discover: ['capability', 'limit'],
  agent_unregister: ['agent_id'],
  task_create: ['agent_id', 'type', 'input'],
  task_get: ['task_id'],
  task_query: ['agent_id', 'limit'],
  task_cancel: ['task_id'],
  rpc_stats: [],
  route_message: ['from', 'to', 'message'],
}
const AT_JSONRPC = [...Object.keys(RPC_PARAMS), 'rpc_batch']
const AT_A2A = ['a2a_send', 'a2a_start', 'a2a_stream', 'a2a_get', 'a2a_list', 'a2a_cancel']
const ELSEWHERE = [
  'agent_card',
  'agent_card_cached',
  'llm_complete',
  'webhook_create',
  'webhook_list',
  'webhook_stats',
  'event_publish',
  'upload',
]

export const OWN_NAMES: readonly string[] = [JSONRPC, ...AT_JSONRPC, A2A, ...AT_A2A, ...ELSEWHERE]

/** What `benchmarks` measures, and the endpoint that it asks for that. */
export const BENCHMARK_PLACES = {
  register: 'webhook_create',
  publish: 'event_publish',
  deliver: 'event_publish',
  list: 'webhook_list',
} as const

/** The name that an endpoint's place goes by; undefined for one with a place of its own. */
export const placeName = (endpoint: string): string | undefined => {
  if (AT_JSONRPC.includes(endpoint)) return JSONRPC
  if (AT_A2A.includes(endpoint)) return A2A
  return (BENCHMARK_PLACES as Readonly<Record<string, string>>)[endpoint]
}
