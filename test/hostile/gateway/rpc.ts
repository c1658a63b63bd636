/** JSON-RPC: the methods of docs/reference/contract.md that the scripts here ask for. */
import { randomUUID } from 'node:crypto'
import { isObject, json, parsed } from './answers.ts'
import type { Answer } from './model.ts'

type Params = Record<string, unknown>

interface Agent {
  agent_id: string
  name: unknown
  capabilities: unknown[]
}
interface Task {
  task_id: string
  agent_id: string
  type: unknown
  input: unknown
  status: string
}

class RpcError extends Error {
  readonly code: number
  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

/** Tasks that an agent keeps: a load would fill the memory. */
const KEPT = 50

export class Rpc {
  readonly #agents = new Map<string, Agent>()
  readonly #tasks = new Map<string, Task>()
  readonly #tasksOf = new Map<string, Task[]>()

  readonly #methods: Record<string, (params: Params) => object> = {
    'agent.register': ({ agent_id, name, capabilities }) => {
      if (typeof agent_id !== 'string' || !Array.isArray(capabilities)) throw new RpcError(-32602, 'invalid params')
      this.#agents.set(agent_id, { agent_id, name, capabilities })
      return { agent_id, status: 'registered', registered_at: Date.now() }
    },
    'agent.ping': ({ agent_id }) => ({ agent_id, success: this.#agents.has(String(agent_id)), sent_at: Date.now() }),
    'agent.discover': ({ capability, limit = 100 }) => {
      const found = [...this.#agents.values()].filter(
        ({ capabilities }) => capability === undefined || capabilities.includes(capability),
      )
      return { agents: found.slice(0, Number(limit)), total: found.length }
    },
    'agent.unregister': ({ agent_id }) => ({ agent_id, success: this.#agents.delete(String(agent_id)) }),
    'task.create': ({ agent_id, type, input }) => {
      const agent = this.#agents.get(String(agent_id))
      if (agent === undefined) throw new RpcError(-32001, 'unknown agent')
      const task: Task = { task_id: randomUUID(), agent_id: agent.agent_id, type, input, status: 'submitted' }
      const tasks = this.#tasksOf.get(agent.agent_id) ?? []
      this.#tasksOf.set(agent.agent_id, tasks)
      if (tasks.length === KEPT) this.#tasks.delete(tasks.shift()?.task_id ?? '')
      tasks.push(task)
      this.#tasks.set(task.task_id, task)
      return { task_id: task.task_id, agent_id: task.agent_id, status: task.status }
    },
    'task.get': (params) => ({ ...this.#task(params) }),
    'task.query': ({ agent_id, status, limit = 100 }) => {
      const all = agent_id === undefined ? [...this.#tasks.values()] : (this.#tasksOf.get(String(agent_id)) ?? [])
      const found = all.filter((task) => status === undefined || task.status === status)
      const shown = found.slice(0, Number(limit)).map(({ task_id, agent_id, status }) => ({ task_id, agent_id, status }))
      return { tasks: shown, total: found.length }
    },
    'task.cancel': (params) => {
      const task = this.#task(params)
      task.status = 'canceled'
      return { task_id: task.task_id, status: task.status }
    },
    'health.get_stats': () => ({ agents: this.#agents.size, tasks: this.#tasks.size, uptime_s: process.uptime() }),
    'route.message': ({ to }) => {
      if (!this.#agents.has(String(to))) throw new RpcError(-32001, 'unknown agent')
      return { message_id: randomUUID(), delivered: true }
    },
  }

  #task({ task_id }: Params): Task {
    const task = this.#tasks.get(String(task_id))
    if (task === undefined) throw new RpcError(-32002, 'unknown task')
    return task
  }

  #one(asked: unknown): object | undefined {
    const failed = (id: unknown, code: number, message: string) => ({ jsonrpc: '2.0', id, error: { code, message } })
    if (!isObject(asked) || asked.jsonrpc !== '2.0' || typeof asked.method !== 'string') return failed(null, -32600, 'invalid')
    const { id, method, params } = asked
    const call = this.#methods[method]
    let said: object
    try {
      if (call === undefined) throw new RpcError(-32601, 'method not found')
      said = { jsonrpc: '2.0', id, result: call(isObject(params) ? params : {}) }
    } catch (error) {
      said = error instanceof RpcError ? failed(id, error.code, error.message) : failed(id, -32603, 'internal')
    }
    return id === undefined ? undefined : said
  }

  answer(body: string): Answer {
    const asked = parsed(body)
    if (asked === undefined) return json(200, { jsonrpc: '2.0', id: null, error: { code: -32700, message: 'parse error' } })
    const said = Array.isArray(asked) ? asked.flatMap((one) => this.#one(one) ?? []) : this.#one(asked)
    return said === undefined || (Array.isArray(said) && said.length === 0)
      ? { status: 204, headers: {}, body: '' }
      : json(200, said)
  }
}
