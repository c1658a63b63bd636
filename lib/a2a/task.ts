/** Objects of A2A 1.0 (https://a2a-protocol.org/v1.0.0/specification/, section 4), as its JSON-RPC binding writes them. */

import { isObject, objectsOf } from '../base/json.ts'
import type { Result } from '../jsonrpc/jsonrpc.ts'

/** States in which a task does not change any more. */
const TERMINAL = ['TASK_STATE_COMPLETED', 'TASK_STATE_FAILED', 'TASK_STATE_CANCELED', 'TASK_STATE_REJECTED']
/** States in which the agent waits for its user. */
const INTERRUPTED = ['TASK_STATE_INPUT_REQUIRED', 'TASK_STATE_AUTH_REQUIRED']
const ONGOING = ['TASK_STATE_SUBMITTED', 'TASK_STATE_WORKING']

export const isTerminal = (state: string): boolean => TERMINAL.includes(state)
/** Whether a blocking SendMessage may answer with it. */
export const isSettled = (state: string): boolean => isTerminal(state) || INTERRUPTED.includes(state)
export const CANCELED = 'TASK_STATE_CANCELED'
/** Whether a task has ended without doing what it was for: right only of one that somebody has canceled. */
export const hasFailed = (state: string): boolean => isTerminal(state) && state !== 'TASK_STATE_COMPLETED'

export interface Task {
  id: string
  contextId: string
  state: string
  /** ISO 8601; optional in the specification. */
  timestamp?: string | undefined
  hasArtifacts: boolean
}

/** State of a `status`; undefined for one that the specification does not know. */
export function stateOf(status: unknown): string | undefined {
  const state = isObject(status) ? status.state : undefined
  return typeof state === 'string' && [...TERMINAL, ...INTERRUPTED, ...ONGOING].includes(state) ? state : undefined
}

/** A task; a text that says what is wrong where it is none. */
export function taskOf(value: unknown): Task | string {
  if (!isObject(value)) return 'is no task'
  const { id, contextId, status } = value
  if (typeof id !== 'string' || id === '') return 'is a task without id'
  if (typeof contextId !== 'string' || contextId === '') return 'is a task without contextId'
  const state = stateOf(status)
  if (state === undefined) return `is a task of status ${JSON.stringify(status)}`
  const { timestamp } = status as Result
  return {
    id,
    contextId,
    state,
    timestamp: typeof timestamp === 'string' ? timestamp : undefined,
    hasArtifacts: value.artifacts !== undefined,
  }
}

/** A message of the agent's; a text that says what is wrong where it is none. */
export function messageFault(value: unknown): string | undefined {
  if (!isObject(value)) return 'is no message'
  if (typeof value.messageId !== 'string' || value.messageId === '') return 'is a message without messageId'
  if (value.role !== 'ROLE_AGENT') return `is a message of role ${JSON.stringify(value.role)}`
  return (objectsOf(value.parts)?.length ?? 0) > 0 ? undefined : 'is a message without parts'
}

/** What SendMessage answers with; a text that says what is wrong with it. */
export function sentOf({ task, message }: Result): { task?: Task } | string {
  if ((task === undefined) === (message === undefined)) return 'has not exactly one of task and message'
  if (task === undefined) return messageFault(message) ?? {}
  const read = taskOf(task)
  return typeof read === 'string' ? read : hasFailed(read.state) ? `is a task in state ${read.state}` : { task: read }
}
