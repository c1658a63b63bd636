/** Tasks of an A2A agent that are there before the load, so that every VU has one to ask for. */

import { stop } from '../base/speak.k6.ts'
import type { Asker } from '../endpoint/endpoint.ts'
import { rpcNumbers } from '../jsonrpc/method.ts'
import { A2aTasks, a2aCall, messageParams, newMessage, type SeenTask } from './method.ts'

/** For setup(): tasks that are done; none where the agent answers with messages alone. Stops the run with the reason where it fails. */
export function makeTasks(traffic: Asker, count: number): SeenTask[] {
  const { vuState } = traffic
  const tasks = vuState.of(A2aTasks)
  const made: SeenTask[] = []
  for (let i = 0; i < count; i++) {
    tasks.latest = undefined
    const params = messageParams(newMessage(vuState), { historyLength: 0 })
    const wrong = traffic.ask('a2a_send', a2aCall('SendMessage', params, rpcNumbers(vuState)()))
    if (wrong !== undefined) stop(`no task could be made: the answer to SendMessage ${wrong}`)
    // An answer fills this in; the compiler only knows that it was just emptied.
    const { latest } = tasks as A2aTasks
    if (latest !== undefined) made.push(latest)
  }
  return made
}
