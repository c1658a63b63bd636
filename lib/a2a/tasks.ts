/** Tasks of an A2A agent: GetTask, ListTasks, CancelTask. */

import { objectsOf } from '../base/json.ts'
import type { Call, CheckResult } from '../endpoint/endpoint.ts'
import type { Result } from '../jsonrpc/jsonrpc.ts'
import { a2aMethod, type SeenTask } from './method.ts'
import { CANCELED, hasFailed, isTerminal, type Task, taskOf } from './task.ts'

/** Code of the error for a task that has ended already (section 5.4). */
const TASK_NOT_CANCELABLE = '-32002'
/** Tasks that a list asks for at most. */
const PAGE_SIZE = 5

function sameTask(result: Result, { expect }: Call): Task | string {
  const task = taskOf(result)
  return typeof task === 'string' || task.id === expect ? task : `is task ${task.id}, not ${expect}`
}

/** What is wrong with a task as one that was seen before: it stays in its context, what has ended stays as it is, and it ends well. */
function wrongSince({ contextId, state }: Task, seen: SeenTask, canceling: boolean): string | undefined {
  if (contextId !== seen.contextId) return `is of context ${contextId}, not ${seen.contextId}`
  if (isTerminal(seen.state) && state !== seen.state) return `has state ${state}, although the task had come to ${seen.state}`
  return hasFailed(state) && !(canceling && state === CANCELED) ? `has state ${state}` : undefined
}

/** One task: the one that this VU has begun, or one of the pool. */
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
      const wrong = asked && wrongSince(task, asked, tasks.canceling)
      if (wrong !== undefined) return wrong
      if (tasks.living !== undefined) tasks.living = task
      return tasks.ended && !isTerminal(task.state)
        ? `has state ${task.state}, although the task could not be canceled any more`
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
    if (pageSize < found.length || pageSize % 1 !== 0) return `has ${found.length} tasks and a pageSize of ${pageSize}`
    if (totalSize < found.length) return `has ${found.length} tasks and a totalSize of ${totalSize}`
    if (totalSize > found.length !== (nextPageToken !== ''))
      return `has ${found.length} tasks of ${totalSize}, and ${nextPageToken === '' ? 'no more pages' : 'a page after them'}`
    const due = tasks.living ?? tasks.latest ?? tasks.pool[0]
    let before = Number.POSITIVE_INFINITY
    let isThere = false
    const ids: string[] = []
    for (const one of found) {
      const task = taskOf(one)
      if (typeof task === 'string') return `has an entry that ${task}`
      if (ids.includes(task.id)) return `has task ${task.id} twice`
      ids.push(task.id)
      if (expect !== undefined && task.contextId !== expect) return `has a task of context ${task.contextId}, not ${expect}`
      if (task.hasArtifacts) return 'has artifacts that nobody asked for'
      const updated = Date.parse(task.timestamp ?? '')
      if (updated > before) return 'is not in the order of the last updates'
      if (!Number.isNaN(updated)) before = updated
      if (due === undefined || task.id !== due.id) continue
      const wrong = wrongSince(task, due, tasks.canceling)
      if (wrong !== undefined) return `has an entry that ${wrong}`
      isThere = true
    }
    if (due === undefined || isThere) return undefined
    // The latest stands first; where others have changed since, it may have come to a further page.
    const further = found.length > 0 && nextPageToken !== '' && !(before < Date.parse(due.timestamp ?? ''))
    return further ? undefined : `lacks task ${due.id}`
  },
}))

/** Cancels the task that this VU has begun. The agent may have ended it before: that is a valid answer, and the next GetTask must bear it out. */
export const a2aCancel = a2aMethod('a2a_cancel', 'CancelTask', (call, tasks) => ({
  next() {
    const { living } = tasks
    tasks.canceling = living !== undefined
    return living && { ...call({ id: living.id }), expect: living.id }
  },
  check(result, asked) {
    const task = sameTask(result, asked)
    if (typeof task === 'string') return task
    if (task.state !== CANCELED) return `has state ${task.state}, not ${CANCELED}`
    const wrong = tasks.living && wrongSince(task, tasks.living, true)
    if (wrong !== undefined) return wrong
    tasks.living = task
    return undefined
  },
  mayFail(code) {
    if (code !== TASK_NOT_CANCELABLE || tasks.living === undefined) return false
    tasks.ended = true
    return true
  },
}))
