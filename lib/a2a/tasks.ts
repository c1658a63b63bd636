/** Tasks of an A2A agent: GetTask, ListTasks, CancelTask. */

import { objectsOf } from '../base/json.ts'
import type { Call, CheckResult } from '../endpoint/endpoint.ts'
import type { Result } from '../jsonrpc/jsonrpc.ts'
import { a2aMethod, type SeenTask } from './method.ts'
import { hasFailed, isTerminal, type Task, taskOf } from './task.ts'

/** Code of the error for a task that has ended already (section 5.4). */
const TASK_NOT_CANCELABLE = '-32002'
/** Tasks that a list asks for at most. */
const PAGE_SIZE = 5

function sameTask(result: Result, { expect }: Call): Task | string {
  const task = taskOf(result)
  return typeof task === 'string' || task.id === expect ? task : `is task ${task.id}, not ${expect}`
}

/** One task: the one that this VU has begun, or one of the pool. What has ended stays as it is, and ends well. */
export const a2aGet = a2aMethod('a2a_get', 'GetTask', (call, tasks, vuState) => {
  let asked: SeenTask | undefined
  return {
    next(turn) {
      const { pool, latest, living } = tasks
      const task = living ?? latest ?? pool[(vuState.vu + turn) % pool.length]
      asked = task
      return task && { ...call({ id: task.id, historyLength: 0 }), expect: task.id }
    },
    check(result, call): CheckResult {
      const task = sameTask(result, call)
      if (typeof task === 'string') return task
      const { state } = task
      if (asked !== undefined && isTerminal(asked.state) && state !== asked.state)
        return `has state ${state}, although the task had come to ${asked.state}`
      if (hasFailed(state)) return `has state ${state}`
      if (tasks.living !== undefined) tasks.living = task
      return tasks.ended && !isTerminal(state)
        ? `has state ${state}, although the task could not be canceled any more`
        : undefined
    },
  }
})

/** Tasks of one context, the latest first (A2A 1.0, section 3.1.4). */
export const a2aList = a2aMethod('a2a_list', 'ListTasks', (call, tasks) => ({
  next() {
    const contextId = (tasks.living ?? tasks.latest)?.contextId
    const params = { pageSize: PAGE_SIZE, historyLength: 0 }
    return contextId === undefined ? call(params) : { ...call({ ...params, contextId }), expect: contextId }
  },
  check(result, { expect }): CheckResult {
    const { nextPageToken, pageSize, totalSize } = result
    const found = objectsOf(result.tasks)
    if (found === undefined || typeof nextPageToken !== 'string' || typeof pageSize !== 'number' || typeof totalSize !== 'number')
      return 'is not {"tasks":[…],"nextPageToken":"…","pageSize":…,"totalSize":…}'
    if (found.length > PAGE_SIZE) return `has ${found.length} tasks, asked for at most ${PAGE_SIZE}`
    if (totalSize < found.length) return `has ${found.length} tasks and a totalSize of ${totalSize}`
    let before = Number.POSITIVE_INFINITY
    for (const one of found) {
      const task = taskOf(one)
      if (typeof task === 'string') return `has an entry that ${task}`
      if (expect !== undefined && task.contextId !== expect) return `has a task of context ${task.contextId}, not ${expect}`
      if (task.hasArtifacts) return 'has artifacts that nobody asked for'
      const updated = Date.parse(task.timestamp ?? '')
      if (updated > before) return 'is not in the order of the last updates'
      if (!Number.isNaN(updated)) before = updated
    }
    const { living, latest, pool } = tasks
    // The latest stands first; where others have changed since, it may have come to a further page.
    if (found.length > 0 && nextPageToken !== '') return undefined
    const due = living ?? latest ?? pool[0]
    return due === undefined || found.some(({ id }) => id === due.id) ? undefined : `lacks task ${due.id}`
  },
}))

/** Cancels the task that this VU has begun. The agent may have ended it before: that is a valid answer, and the next GetTask must bear it out. */
export const a2aCancel = a2aMethod('a2a_cancel', 'CancelTask', (call, tasks) => ({
  next: () => (tasks.living === undefined ? undefined : { ...call({ id: tasks.living.id }), expect: tasks.living.id }),
  check(result, asked) {
    const task = sameTask(result, asked)
    if (typeof task === 'string') return task
    if (task.state !== 'TASK_STATE_CANCELED') return `has state ${task.state}, not TASK_STATE_CANCELED`
    if (tasks.living !== undefined) tasks.living = task
    return undefined
  },
  mayFail(code) {
    if (code !== TASK_NOT_CANCELABLE || tasks.living === undefined) return false
    tasks.ended = true
    return true
  },
}))
