import { A2A_STATES, type A2aState, type A2aTask, type A2aTasks } from './a2a-tasks.ts'
import { INVALID_PARAMS, isObject, type Method, type Params, RpcError } from './rpc.ts'

/** The JSON-RPC binding of A2A 1.0. Its error codes are its own: -32001 is an unknown task here. */

const TASK_NOT_FOUND = { code: -32_001, reason: 'TASK_NOT_FOUND', message: 'Task not found' }
const TASK_NOT_CANCELABLE = { code: -32_002, reason: 'TASK_NOT_CANCELABLE', message: 'Task cannot be canceled' }
const UNSUPPORTED_OPERATION = { code: -32_004, reason: 'UNSUPPORTED_OPERATION', message: 'This operation is not supported' }
const VERSION_NOT_SUPPORTED = { code: -32_009, reason: 'VERSION_NOT_SUPPORTED', message: 'A2A version not supported' }

function a2aError(kind: typeof TASK_NOT_FOUND, metadata: Readonly<Record<string, string>>): RpcError {
  const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: kind.reason, domain: 'a2a-protocol.org', metadata }
  return new RpcError(kind.code, kind.message, [info])
}

function violation(field: string, description: string): RpcError {
  const fieldViolations = [{ field, description }]
  return new RpcError(INVALID_PARAMS, 'Invalid parameters', [
    { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations },
  ])
}

const ID_CHARS = 256
const TERMINAL: readonly A2aState[] = ['TASK_STATE_COMPLETED', 'TASK_STATE_FAILED', 'TASK_STATE_CANCELED', 'TASK_STATE_REJECTED']

/** Clients of 1.0 name it; who names nothing is taken for one, as there is no other version here. */
export function checkVersion(header: unknown): void {
  if (header !== undefined && header !== '' && header !== '1.0')
    throw a2aError(VERSION_NOT_SUPPORTED, { requested: String(header), supported: '1.0' })
}

export interface Sent {
  readonly text: string
  readonly contextId: string | undefined
  readonly returnImmediately: boolean
  readonly historyLength: number | undefined
}

const PART_KINDS = ['text', 'raw', 'url', 'data']

/** Reads a SendMessageRequest. */
export function parseSend(tasks: A2aTasks, { message, configuration }: Params): Sent {
  if (!isObject(message)) throw violation('message', 'a message is required')
  const { messageId, role, parts, contextId, taskId } = message
  if (typeof messageId !== 'string' || messageId === '' || messageId.length > ID_CHARS)
    throw violation('message.messageId', 'an id is required')
  if (role !== 'ROLE_USER') throw violation('message.role', 'the role of what a client sends is ROLE_USER')
  if (!Array.isArray(parts) || parts.length === 0) throw violation('message.parts', 'at least one part is required')
  parts.forEach((part, at) => {
    const kinds = isObject(part) ? PART_KINDS.filter((kind) => kind in part) : []
    if (kinds.length !== 1) throw violation(`message.parts[${at}]`, `exactly one of ${PART_KINDS.join(', ')} is required`)
  })
  if (contextId !== undefined && (typeof contextId !== 'string' || contextId.length > ID_CHARS))
    throw violation('message.contextId', 'an id is a string')
  if (typeof taskId === 'string' && taskId !== '') refuseContinuation(tasks, taskId)
  const settings = isObject(configuration) ? configuration : {}
  return {
    text: stringify(message),
    contextId: contextId || undefined,
    returnImmediately: settings.returnImmediately === true,
    historyLength: historyLengthOf(settings.historyLength),
  }
}

/** Every task here takes one message, so a further one has nowhere to go. */
function refuseContinuation(tasks: A2aTasks, taskId: string): never {
  throw a2aError(tasks.get(taskId) ? UNSUPPORTED_OPERATION : TASK_NOT_FOUND, { taskId })
}

function stringify(message: unknown): string {
  try {
    return JSON.stringify(message)
  } catch {
    throw violation('message', 'nested too deeply')
  }
}

function historyLengthOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) throw violation('historyLength', 'a whole number >= 0')
  return value
}

export interface Shown {
  readonly historyLength?: number | undefined
  readonly artifacts?: boolean
}

export function statusOf(task: A2aTask): object {
  return { state: task.state, timestamp: new Date(task.updatedAtMs).toISOString() }
}

/** The answer of the agent behind this gateway: what it was sent. */
export function artifactOf(task: A2aTask): object {
  const { parts } = JSON.parse(task.message)
  return { artifactId: `${task.id}-echo`, name: 'echo', parts }
}

/** A task as the protocol writes it. */
export function showTask(task: A2aTask, { historyLength, artifacts = true }: Shown = {}): object {
  const done = task.state === 'TASK_STATE_COMPLETED'
  return {
    id: task.id,
    contextId: task.contextId,
    status: statusOf(task),
    ...(artifacts ? { artifacts: done ? [artifactOf(task)] : [] } : {}),
    ...(historyLength === 0 ? {} : { history: [{ ...JSON.parse(task.message), taskId: task.id, contextId: task.contextId }] }),
  }
}

export function a2aMethods(tasks: A2aTasks): [string, Method][] {
  const taskOf = ({ id }: Params): A2aTask => {
    if (typeof id !== 'string' || id === '') throw violation('id', 'the id of a task is required')
    const task = tasks.get(id)
    if (!task) throw a2aError(TASK_NOT_FOUND, { taskId: id.slice(0, ID_CHARS) })
    return task
  }
  return [
    [
      'SendMessage',
      (params) => {
        const { text, contextId, returnImmediately, historyLength } = parseSend(tasks, params)
        const task = tasks.create(text, contextId, returnImmediately ? 'TASK_STATE_WORKING' : 'TASK_STATE_COMPLETED')
        return { task: showTask(task, { historyLength }) }
      },
    ],
    ['GetTask', (params) => showTask(taskOf(params), { historyLength: historyLengthOf(params.historyLength) })],
    [
      'CancelTask',
      (params) => {
        const task = taskOf(params)
        if (TERMINAL.includes(task.state)) throw a2aError(TASK_NOT_CANCELABLE, { taskId: task.id, state: task.state })
        return showTask(tasks.change(task, 'TASK_STATE_CANCELED'))
      },
    ],
    ['ListTasks', (params) => listTasks(tasks, params)],
  ]
}

function listTasks(tasks: A2aTasks, params: Params): object {
  const { contextId, status, pageSize, pageToken, statusTimestampAfter, includeArtifacts } = params
  const size = pageSize ?? 50
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 1 || size > 100)
    throw violation('pageSize', 'a whole number from 1 to 100')
  const state = A2A_STATES.find((one) => one === status)
  if (status !== undefined && status !== 'TASK_STATE_UNSPECIFIED' && !state)
    throw violation('status', `one of ${A2A_STATES.join(', ')}`)
  const updatedFromMs = statusTimestampAfter === undefined ? undefined : Date.parse(String(statusTimestampAfter))
  if (Number.isNaN(updatedFromMs)) throw violation('statusTimestampAfter', 'a time in ISO 8601')
  const filter = { contextId: typeof contextId === 'string' && contextId !== '' ? contextId : undefined, state, updatedFromMs }

  const page = tasks.list({ ...filter, before: readToken(pageToken) }, size)
  const more = page.length > size
  const shown = more ? page.slice(0, size) : page
  const historyLength = historyLengthOf(params.historyLength)
  return {
    tasks: shown.map((task) => showTask(task, { historyLength, artifacts: includeArtifacts === true })),
    nextPageToken: more ? Buffer.from(`v${shown.at(-1)?.version}`).toString('base64url') : '',
    pageSize: size,
    totalSize: tasks.count(filter),
  }
}

function readToken(token: unknown): number | undefined {
  if (token === undefined || token === '') return undefined
  const version = /^v(\d{1,15})$/.exec(Buffer.from(String(token), 'base64url').toString())?.[1]
  if (version === undefined) throw violation('pageToken', 'a token of an earlier answer')
  return Number(version)
}
