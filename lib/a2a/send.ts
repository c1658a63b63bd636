/** Messages to an A2A agent: SendMessage, waiting or not, and SendStreamingMessage. */

import type { SessionEndpoint } from '../endpoint/endpoint.ts'
import { checkRpc } from '../jsonrpc/jsonrpc.ts'
import { rpcNumbers } from '../jsonrpc/method.ts'
import { A2aTasks, a2aCall, a2aEndpoint, a2aMethod, messageParams, newMessage, STREAM_HEADERS } from './method.ts'
import { checkStream } from './stream.ts'
import { isSettled, sentOf } from './task.ts'

/** A message whose sender waits for the agent to be done. */
export const a2aSend = a2aMethod('a2a_send', 'SendMessage', (call, tasks, vuState) => ({
  next: () => call(messageParams(newMessage(vuState), { historyLength: 0 })),
  check(result) {
    const sent = sentOf(result)
    if (typeof sent === 'string') return sent
    const { task } = sent
    if (task === undefined) return undefined
    if (!isSettled(task.state)) return `is a task in state ${task.state}, although nobody asked to return at once`
    tasks.latest = task
    return tasks.begun(task)
  },
}))

/** A message whose sender does not wait: begins the life of a task. */
export const a2aStart = a2aMethod('a2a_start', 'SendMessage', (call, tasks, vuState) => ({
  next() {
    tasks.living = undefined
    tasks.canceling = false
    tasks.ended = false
    return call(messageParams(newMessage(vuState), { historyLength: 0, returnImmediately: true }))
  },
  check(result) {
    const sent = sentOf(result)
    if (typeof sent === 'string') return sent
    tasks.living = sent.task
    return sent.task && tasks.begun(sent.task)
  },
}))

const { type: _, ...streamed } = a2aEndpoint('a2a_stream', (vuState) => {
  const tasks = vuState.of(A2aTasks)
  return {
    next: () => {
      const call = a2aCall(
        'SendStreamingMessage',
        messageParams(newMessage(vuState), { historyLength: 0 }),
        rpcNumbers(vuState)(),
      )
      return { ...call, headers: STREAM_HEADERS }
    },
    check({ body, headers }, call) {
      if (headers['Content-Type']?.startsWith('text/event-stream')) return checkStream(body, call, (task) => tasks.begun(task))
      // What could not be streamed is answered as any other call: with an error, if the gateway is right.
      return checkRpc(body, call, () => 'is not text/event-stream')
    },
  }
})

/** A message whose answer is streamed. Its check looks at the type itself: an error comes in another than a stream. */
export const a2aStream: SessionEndpoint<'a2a_stream'> = streamed
