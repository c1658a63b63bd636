/** The JSON-RPC methods in another gateway's words: agents have cards, tasks definitions, messages envelopes. */
import { invalid } from '../../domain/params.ts'
import { isObject, type Method, type Methods, type Params } from '../../domain/rpc.ts'

interface Translation {
  /** What the contract's method takes. */
  params?(given: Params): Params
  /** What this gateway answers. */
  result(answer: Params, given: Params): object
}

function part(params: Params, name: string): Params {
  const value = params[name]
  if (!isObject(value)) throw invalid(name, 'an object')
  return value
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const success = ({ success: good }: Params) => ({ success: good, message: good ? 'done' : 'Agent not found' })

const WORDS: Readonly<Record<string, Translation>> = {
  'agent.register': {
    params(given) {
      const { agent_id, agent_name, capabilities } = part(given, 'agent_card')
      return { agent_id, name: agent_name, capabilities: listOf(capabilities).map((one) => (isObject(one) ? one.name : one)) }
    },
    result: ({ agent_id, status }) => ({ agent_id, status, discovery_url: `/api/v1/agents/${agent_id}`, message: null }),
  },
  'agent.ping': { result: (answer) => ({ ...success(answer), timestamp: new Date().toISOString() }) },
  'agent.unregister': { result: success },
  'agent.discover': {
    params: ({ capabilities, limit }) => ({ capability: listOf(capabilities)[0], limit }),
    result: ({ agents, total }, query) => ({
      agents,
      total_count: total,
      has_more: listOf(agents).length < Number(total),
      query,
    }),
  },
  'task.create': {
    params(given) {
      const { task_type, input_data = {} } = part(given, 'task_definition')
      return { agent_id: given.preferred_agent, type: task_type, input: input_data }
    },
    result: ({ task_id, agent_id }) => ({
      execution_id: task_id,
      task_id,
      status: 'pending',
      assigned_agent: agent_id,
      message: '',
    }),
  },
  'task.get': { params: ({ execution_id }) => ({ task_id: execution_id }), result: (task) => ({ task }) },
  'task.cancel': {
    params: ({ execution_id }) => ({ task_id: execution_id }),
    result: ({ task_id }) => ({ success: true, execution_id: task_id, message: '' }),
  },
  'task.query': {
    params: ({ assigned_agent, limit }) => ({ agent_id: assigned_agent, limit }),
    result: ({ tasks, total }) => ({ tasks, total_count: total, count: listOf(tasks).length }),
  },
  'health.get_stats': { result: (stats) => ({ success: true, stats }) },
  'route.message': {
    params(given) {
      const { source, destination, payload } = part(given, 'envelope')
      return { from: source, to: destination, message: payload }
    },
    result: ({ message_id }, given) => ({
      success: true,
      message_id,
      selected_agent: part(given, 'envelope').destination,
      queued: false,
    }),
  },
}

export const agentcoreMethods = (methods: Methods): Methods =>
  new Map(
    [...methods].map(([name, method]): [string, Method] => {
      const words = WORDS[name]
      if (words === undefined) return [name, method]
      return [name, (given) => words.result(method(words.params?.(given) ?? given) as Params, given)]
    }),
  )
