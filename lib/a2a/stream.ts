/** The answer to SendStreamingMessage: a stream of JSON-RPC answers that ends with its task. */

import { isObject } from '../base/json.ts'
import type { Call, Wrong } from '../endpoint/endpoint.ts'
import { judgeRpc, type Result } from '../jsonrpc/jsonrpc.ts'
import { hasFailed, isSettled, sentOf } from './task.ts'

/** Payloads of a server-sent event stream that has ended; undefined where it is none. */
export function eventsOf(body: string): string[] {
  return body.split(/\r?\n\r?\n/).flatMap((block) => {
    const data = [...block.matchAll(/^data: ?(.*)$/gm)].map(([, text = '']) => text.replace(/\r$/, ''))
    return data.length === 0 ? [] : [data.join('\n')]
  })
}

/** State of the stream's task after an event; a text that says what is wrong with the event. */
function streamed(result: Result, task: { id: string; state: string } | undefined): { id: string; state: string } | string {
  const { statusUpdate, artifactUpdate } = result
  if (task === undefined) {
    const sent = sentOf(result)
    return typeof sent === 'string' ? `begins with an event that ${sent}` : (sent.task ?? { id: '', state: 'message' })
  }
  const update = statusUpdate ?? artifactUpdate
  if (!isObject(update) || update.taskId !== task.id) return `has an event that is no update of task ${task.id}`
  if (statusUpdate === undefined) return task
  const state = (update.status as Result | undefined)?.state
  return typeof state === 'string' ? { id: task.id, state } : 'has a status update without a state'
}

/** The stream is the answer to one message: the task, its updates, and an end (section 3.1.2). */
export function judgeStream(body: string, call: Call): Wrong {
  const events = eventsOf(body)
  if (events.length === 0) return 'is a stream without events'
  let task: { id: string; state: string } | undefined
  for (const event of events) {
    if (task?.state === 'message') return 'goes on after a message'
    let problem: string | undefined
    const wrong = judgeRpc(event, call, (result) => {
      const after = streamed(result, task)
      if (typeof after === 'string') problem = after
      else task = after
      return problem
    })
    if (wrong !== undefined) return wrong
  }
  const { state = '' } = task ?? {}
  if (hasFailed(state)) return `ends with a task in state ${state}`
  return state === 'message' || isSettled(state) ? undefined : `ends with the task in state ${state}`
}
