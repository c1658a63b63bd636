/** Tasks of the gateway's own JSON-RPC dialect. */

import type { Call } from '../endpoint/endpoint.ts'
import { isWord } from '../endpoint/quick-check.ts'
import { Recent } from '../endpoint/recent.ts'
import { a, count, is, listOf, object, someObject, text } from '../endpoint/rules.ts'
import { Agents, about, forAgent } from './agents.ts'
import type { ResultCheck } from './jsonrpc.ts'
import { rpcMethod } from './method.ts'

/** Tasks that a query asks for at most: every answer is another one and must be read, and two show as much as ten. */
const QUERIED = 2

/** What each task is to do. */
const TYPE = 'loadgate.noop'
/** Of each agent's own, so that no other task's can stand for it. */
const inputFor = (agent: string | undefined) => ({ value: agent })
/** States of a task whose work cannot fail. */
const STATES: readonly unknown[] = ['submitted', 'working', 'completed', 'canceled']
const state = a(STATES.join(' or '), (status) => STATES.includes(status))

/** The task of the agent whose life a VU is leading. */
class LivingTask {
  id: string | undefined
  canceled = false
}

/** Agents that this VU has given a task in this run. A gateway may forget old tasks, but not the newest of an agent that is given one after another. */
class Busy {
  readonly agents = new Set<string>()
}

const sameAgent: ResultCheck = ({ agent_id }, { expect }) =>
  agent_id === expect ? undefined : `is about agent ${JSON.stringify(agent_id)}, not ${expect}`

/** Gives a task to the VU's agent, or else to agents of the pool in turn. */
export const taskCreate = rpcMethod('task_create', 'task.create', (call, vuState) => {
  const agents = vuState.of(Agents)
  const task = vuState.of(LivingTask)
  const busy = vuState.of(Busy)
  const ids = new Recent()
  const submitted = object({ task_id: text, status: is('submitted') })
  const created = (id: string): boolean => {
    if (!ids.add(id)) return false
    if (agents.living !== undefined) {
      task.id = id
      task.canceled = false
    }
    return true
  }
  const next = forAgent(vuState, (agent) => about(call({ agent_id: agent, type: TYPE, input: inputFor(agent) }), agent))
  return {
    next(turn) {
      task.id = undefined
      return next(turn)
    },
    check(result, asked) {
      const wrong = submitted(result, '') ?? sameAgent(result, asked)
      if (wrong !== undefined) return wrong
      // Of the living one its only task is known by its id; agents that come and go would be kept for ever.
      if (asked.expect !== undefined && agents.living === undefined) busy.agents.add(asked.expect)
      return created(result.task_id as string) ? undefined : 'repeats the task_id of a task before'
    },
    variety: { free: { task_id: (id) => isWord(id) && created(id) } },
  }
})

/** A request about the living task; undefined where there is none, since creating it has failed. */
const aboutTask = (task: LivingTask, make: (params: { task_id: string }) => Call) => (): Call | undefined =>
  task.id === undefined ? undefined : about(make({ task_id: task.id }), task.id)

const sameTask: ResultCheck = ({ task_id }, { expect }) =>
  task_id === expect ? undefined : `is about task ${JSON.stringify(task_id)}, not ${expect}`

const rightlyCanceled = (status: unknown, canceled: boolean): string | undefined =>
  (status === 'canceled') === canceled
    ? undefined
    : `has status ${JSON.stringify(status)}, although it was ${canceled ? '' : 'not '}canceled`

/** The task of the VU's agent, whole and in the state that it must be in. */
export const taskGet = rpcMethod('task_get', 'task.get', (call, vuState) => {
  const agents = vuState.of(Agents)
  const task = vuState.of(LivingTask)
  const whole = object({ task_id: text, agent_id: text, type: is(TYPE), status: state, input: someObject })
  return {
    next: aboutTask(task, call),
    check(result, asked) {
      const { agent_id, status } = result
      if (agent_id !== agents.living) return `has agent ${JSON.stringify(agent_id)}, not ${agents.living}`
      return (
        rightlyCanceled(status, task.canceled) ??
        sameTask(result, asked) ??
        whole(result, '') ??
        is(inputFor(agents.living))(result.input, 'input')
      )
    },
  }
})

interface Queried {
  tasks: { task_id: string; agent_id: string; status: string }[]
  total: number
}

/** Tasks of one agent. */
export const taskQuery = rpcMethod('task_query', 'task.query', (call, vuState) => {
  const agents = vuState.of(Agents)
  const task = vuState.of(LivingTask)
  const busy = vuState.of(Busy)
  const listed = object({ tasks: listOf(object({ task_id: text, agent_id: text, status: state })), total: count })
  return {
    next: forAgent(vuState, (agent) => about(call({ agent_id: agent, limit: QUERIED }), agent)),
    check(result, asked) {
      const wrong = listed(result, '')
      if (wrong !== undefined) return wrong
      const { tasks: found, total } = result as unknown as Queried
      const due = Math.min(QUERIED, total)
      if (found.length !== due) return `has ${found.length} tasks, not ${due} (total ${total}, limit ${QUERIED})`
      if (due > 1 && found[0]?.task_id === found[1]?.task_id) return 'has a task twice'
      // Nobody else knows the agents of a run, and of those that stay no task is canceled.
      const canceled = agents.living !== undefined && task.canceled
      for (const one of found) {
        const wrong = sameAgent(one, asked) ?? rightlyCanceled(one.status, canceled)
        if (wrong !== undefined) return wrong
      }
      const { expect = '' } = asked
      if (total === 0 && busy.agents.has(expect)) return `has no task of agent ${expect}, who was given one`
      return agents.living === undefined || task.id === undefined || (total === 1 && found[0]?.task_id === task.id)
        ? undefined
        : `has ${total} tasks for an agent with one, ${task.id}`
    },
  }
})

/** Cancels the task of the VU's agent. */
export const taskCancel = rpcMethod('task_cancel', 'task.cancel', (call, vuState) => {
  const task = vuState.of(LivingTask)
  return {
    next: aboutTask(task, call),
    check(result, asked) {
      if (result.status !== 'canceled') return `has status ${JSON.stringify(result.status)}, not "canceled"`
      task.canceled = true
      return sameTask(result, asked)
    },
  }
})
