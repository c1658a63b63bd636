/** The answer to SendStreamingMessage: a stream of JSON-RPC answers that ends with its task. */

import { readEvents } from '../base/event-stream.ts'
import { isObject, objectsOf } from '../base/json.ts'
import type { Call, CheckResult } from '../endpoint/endpoint.ts'
import { checkRpc, type Result } from '../jsonrpc/jsonrpc.ts'
import { hasFailed, isSettled, isTerminal, sentOf, stateOf, type Task } from './task.ts'

type Begun = (task: Task) => string | undefined
type Streamed = Pick<Task, 'id' | 'contextId' | 'state'>
/** What has no task, and so nothing more to say. */
const MESSAGE: Streamed = { id: '', contextId: '', state: 'message' }

/** Of these an event is one. */
const EVENTS = ['task', 'message', 'statusUpdate', 'artifactUpdate']

const isArtifact = (value: unknown): boolean =>
  isObject(value) && typeof value.artifactId === 'string' && value.artifactId !== '' && objectsOf(value.parts) !== undefined

/** The stream's task after an event; a text that says what is wrong with the event. */
function streamed(result: Result, task: Streamed | undefined, begun: Begun): Streamed | string {
  if (task === undefined) {
    const sent = sentOf(result)
    if (typeof sent === 'string') return `begins with an event that ${sent}`
    const wrong = sent.task && begun(sent.task)
    return wrong ?? sent.task ?? MESSAGE
  }
  const { statusUpdate, artifactUpdate } = result
  if (EVENTS.filter((name) => result[name] !== undefined).length > 1)
    return `has an event that is more than one of ${EVENTS.join(', ')}`
  const update = statusUpdate ?? artifactUpdate
  if (!isObject(update) || update.taskId !== task.id || update.contextId !== task.contextId)
    return `has an event that is no update of task ${task.id}`
  if (statusUpdate === undefined) return isArtifact(update.artifact) ? task : 'has an update that is of no artifact'
  const state = stateOf(update.status)
  return state === undefined ? `has a status update to ${JSON.stringify(update.status)}` : { ...task, state }
}

/**
 * The stream is the answer to one message: the task, its updates, and an end (section 3.1.2).
 * @param begun what is wrong with the task as one that the message has begun
 */
export function checkStream(body: string, call: Call, begun: Begun): CheckResult {
  const events = readEvents(body)
  if (events.length === 0) return 'is a stream without events'
  let task: Streamed | undefined
  for (const { data } of events) {
    if (task === MESSAGE) return 'goes on after a message'
    if (task !== undefined && isTerminal(task.state)) return `goes on after its task has come to state ${task.state}`
    let problem: string | undefined
    const wrong = checkRpc(data, call, (result) => {
      const after = streamed(result, task, begun)
      if (typeof after === 'string') problem = after
      else task = after
      return problem
    })
    if (wrong !== undefined) return wrong
  }
  const { state = '' } = task ?? {}
  if (hasFailed(state)) return `ends with a task in state ${state}`
  return task === MESSAGE || isSettled(state) ? undefined : `ends with the task in state ${state}`
}
