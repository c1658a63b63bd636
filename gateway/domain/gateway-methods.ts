import { randomUUID } from 'node:crypto'
import type { Agents } from './agents.ts'
import { invalid, optionalText, optionalWhole, textListParam, textParam } from './params.ts'
import { INVALID_PARAMS, type Method, type Params, RpcError } from './rpc.ts'
import { TASK_STATUSES, type Task, type Tasks } from './tasks.ts'

export const UNKNOWN_AGENT = -32_001
export const UNKNOWN_TASK = -32_002

const ID_CHARS = 128
const NAME_CHARS = 256
const MAX_LISTED = 1000
const DEFAULT_LISTED = 100

/** What the gateway itself can be asked; the A2A methods stand beside these. */
export function gatewayMethods(agents: Agents, tasks: Tasks, uptimeS: () => number): [string, Method][] {
  const known = (agent_id: string): string => {
    if (!agents.touch(agent_id)) throw new RpcError(UNKNOWN_AGENT, 'unknown agent', { agent_id })
    return agent_id
  }
  const taskOf = (params: Params): Task => {
    const task_id = textParam(params, 'task_id', ID_CHARS)
    const task = tasks.get(task_id)
    if (!task) throw new RpcError(UNKNOWN_TASK, 'unknown task', { task_id })
    return task
  }
  return [
    [
      'agent.register',
      (params) => {
        const agent_id = textParam(params, 'agent_id', ID_CHARS)
        const name = textParam(params, 'name', NAME_CHARS)
        agents.register({ agent_id, name, capabilities: textListParam(params, 'capabilities', 8, 64) })
        return { agent_id, status: 'registered', registered_at: Date.now() }
      },
    ],
    [
      'agent.ping',
      (params) => {
        const agent_id = textParam(params, 'agent_id', ID_CHARS)
        return { agent_id, success: agents.touch(agent_id), sent_at: Date.now() }
      },
    ],
    [
      'agent.discover',
      (params) =>
        agents.find(optionalText(params, 'capability', 64), optionalWhole(params, 'limit', DEFAULT_LISTED, 1, MAX_LISTED)),
    ],
    [
      'agent.unregister',
      (params) => {
        const agent_id = textParam(params, 'agent_id', ID_CHARS)
        return { agent_id, success: agents.remove(agent_id) }
      },
    ],
    [
      'task.create',
      (params) => {
        const type = textParam(params, 'type', NAME_CHARS)
        const input = jsonText(params)
        const { task_id, agent_id, status } = tasks.create(known(textParam(params, 'agent_id', ID_CHARS)), type, input)
        return { task_id, agent_id, status }
      },
    ],
    [
      'task.get',
      (params) => {
        const { input, ...task } = taskOf(params)
        return { ...task, input: JSON.parse(input) }
      },
    ],
    [
      'task.query',
      (params) => {
        const status = optionalText(params, 'status', 64)
        if (status !== undefined && !TASK_STATUSES.some((one) => one === status))
          throw invalid('status', `one of ${TASK_STATUSES.join(', ')}`)
        const limit = optionalWhole(params, 'limit', DEFAULT_LISTED, 1, MAX_LISTED)
        const found = tasks.find(optionalText(params, 'agent_id', ID_CHARS), status, limit)
        return {
          tasks: found.tasks.map(({ task_id, agent_id, status: present }) => ({ task_id, agent_id, status: present })),
          total: found.total,
        }
      },
    ],
    [
      'task.cancel',
      (params) => {
        const { task_id, status } = tasks.cancel(taskOf(params))
        return { task_id, status }
      },
    ],
    ['health.get_stats', () => ({ agents: agents.size, tasks: tasks.size, uptime_s: uptimeS() })],
    [
      'route.message',
      (params) => {
        textParam(params, 'from', ID_CHARS)
        if (params.message === undefined) throw invalid('message', 'a message')
        known(textParam(params, 'to', ID_CHARS))
        return { message_id: randomUUID(), delivered: true }
      },
    ],
  ]
}

function jsonText(params: Params): string {
  if (params.input === undefined) throw invalid('input', 'any JSON value')
  try {
    return JSON.stringify(params.input)
  } catch {
    // It parsed and yet nests too deeply to be written again.
    throw new RpcError(INVALID_PARAMS, 'input: nested too deeply', { param: 'input' })
  }
}
