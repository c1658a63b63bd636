/** The A2A 1.0 binding of JSON-RPC (https://a2a-protocol.org/v1.0.0/specification/): an agent that says what it was told, and its card. */
import { createHash, randomUUID } from 'node:crypto'
import { isObject, json, parsed } from './answers.ts'
import type { Answer, Exchange } from './model.ts'

type Params = Record<string, unknown>

interface Task {
  id: string
  contextId: string
  state: string
  updatedAt: number
  parts: unknown
}

const [WORKING, COMPLETED, CANCELED] = ['TASK_STATE_WORKING', 'TASK_STATE_COMPLETED', 'TASK_STATE_CANCELED'] as const
/** Tasks that are kept: a load would fill the memory. */
const KEPT = 5000
/** Milliseconds that work takes for which nobody waits. */
const WORK_MS = 5000

const METHODS = ['SendMessage', 'SendStreamingMessage', 'GetTask', 'ListTasks', 'CancelTask']

class A2aError extends Error {
  readonly code: number
  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

const statusOf = ({ state, updatedAt }: Task) => ({ state, timestamp: new Date(updatedAt).toISOString() })
const artifactOf = ({ id, parts }: Task) => ({ artifactId: `${id}-said`, parts })
const shown = (task: Task, artifacts: boolean): object => ({
  ...{ id: task.id, contextId: task.contextId, status: statusOf(task) },
  ...(artifacts ? { artifacts: task.state === COMPLETED ? [artifactOf(task)] : [] } : {}),
})

export class A2a {
  /** In the order of their last change. */
  readonly #tasks = new Map<string, Task>()

  speaks = (body: string): boolean => {
    const asked = parsed(body)
    return isObject(asked) && METHODS.includes(String(asked.method))
  }

  answer(body: string): Answer {
    const { id, method, params } = parsed(body) as { id: unknown; method: string; params: Params }
    const say = (result: object) => ({ jsonrpc: '2.0', id, result })
    try {
      if (method === 'SendStreamingMessage') {
        const task = this.#begin(params, WORKING)
        const place = { taskId: task.id, contextId: task.contextId }
        const events = [
          { task: shown(task, true) },
          { artifactUpdate: { ...place, artifact: artifactOf(task), lastChunk: true } },
        ]
        this.#change(task, COMPLETED)
        const all = [...events, { statusUpdate: { ...place, status: statusOf(task) } }]
        const text = all.map((event) => `data: ${JSON.stringify(say(event))}\n\n`).join('')
        return { status: 200, headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' }, body: text }
      }
      return json(200, say(this.#result(method, params)))
    } catch (error) {
      if (!(error instanceof A2aError)) throw error
      return json(200, { jsonrpc: '2.0', id, error: { code: error.code, message: error.message } })
    }
  }

  #result(method: string, params: Params): object {
    if (method === 'ListTasks') return this.#list(params)
    if (method === 'SendMessage') {
      const waits = !(isObject(params.configuration) && params.configuration.returnImmediately === true)
      return { task: shown(this.#begin(params, waits ? COMPLETED : WORKING), true) }
    }
    const task = this.#tasks.get(String(params.id))
    if (task === undefined) throw new A2aError(-32001, 'Task not found')
    if (task.state === WORKING && Date.now() > task.updatedAt + WORK_MS) this.#change(task, COMPLETED)
    if (method === 'GetTask') return shown(task, true)
    if (task.state !== WORKING) throw new A2aError(-32002, 'Task cannot be canceled')
    return shown(this.#change(task, CANCELED), true)
  }

  #begin({ message }: Params, state: string): Task {
    if (!isObject(message) || !Array.isArray(message.parts)) throw new A2aError(-32602, 'Invalid parameters')
    const { parts, contextId = randomUUID() } = message
    const task: Task = { id: randomUUID(), contextId: String(contextId), state, updatedAt: Date.now(), parts }
    this.#tasks.set(task.id, task)
    const [oldest] = this.#tasks.keys()
    if (this.#tasks.size > KEPT) this.#tasks.delete(oldest as string)
    return task
  }

  #change(task: Task, state: string): Task {
    task.state = state
    task.updatedAt = Date.now()
    this.#tasks.delete(task.id)
    this.#tasks.set(task.id, task)
    return task
  }

  #list({ contextId, pageSize = 50, pageToken = '', includeArtifacts = false }: Params): object {
    const all = [...this.#tasks.values()].reverse().filter((task) => contextId === undefined || task.contextId === contextId)
    const from = Number(pageToken)
    const to = from + Number(pageSize)
    const tasks = all.slice(from, to).map((task) => shown(task, includeArtifacts === true))
    return { tasks, nextPageToken: to < all.length ? String(to) : '', pageSize, totalSize: all.length }
  }
}

const CARD = JSON.stringify({
  ...{ name: 'Echo', description: 'Says what it was told.', version: '1.2.3' },
  supportedInterfaces: [{ url: 'http://127.0.0.1/api/v1/jsonrpc', protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
  capabilities: { streaming: true },
  ...{ defaultInputModes: ['text/plain'], defaultOutputModes: ['text/plain'] },
  skills: [{ id: 'echo', name: 'Echo', description: 'Says what it was told.', tags: ['echo'] }],
})
const ETAG = `"${createHash('sha256').update(CARD).digest('hex')}"`

export function card({ headers }: Exchange): Answer {
  const cached = { ETag: ETAG, 'Cache-Control': 'public, max-age=300' }
  return headers['if-none-match'] === ETAG
    ? { status: 304, headers: cached, body: '' }
    : { status: 200, headers: { ...cached, 'Content-Type': 'application/json' }, body: CARD }
}
