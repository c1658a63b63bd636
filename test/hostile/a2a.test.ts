/** Agents that answer each call and do not do what they are told: tasks, their states, streams and cards. */
import { type Case, hostile } from './case.ts'
import { json } from './gateway/answers.ts'
import { changed, resulted, type Value } from './gateway/defects.ts'
import type { Defect } from './gateway/model.ts'
import type { Settings } from './runs.ts'

const PUBLIC: Settings = { A2A_DIALECT: 'a2a-1.0' }

const case_ = (name: string, defect: () => Defect, more: Partial<Case> = {}): Case => ({
  ...{ name, script: 'a2a', env: PUBLIC, defect, verdict: 'fail', plain: 'same', cause: /a2a_|agent_card/ },
  ...more,
})
/** What shows at one endpoint alone. */
const at = (endpoint: string, name: string, defect: () => Defect): Case => case_(name, defect, { at: endpoint })
/** An agent of the contract's own dialect. */
const own = (name: string, method: string, rewrite: (result: Value) => unknown): Case =>
  case_(name, () => resulted(method, rewrite), { env: {}, cause: /task_/ })

/** Changes the events of a stream, each a text without its blank line. */
const streamed = (change: (events: readonly string[]) => readonly string[], end = '\n\n') =>
  changed('SendStreamingMessage', (answer) => ({
    ...answer,
    body: change(answer.body.trimEnd().split('\n\n')).join('\n\n') + end,
  }))

hostile('a2a', [
  case_('who waits for nothing gets the same task again and again', () => {
    let first: Value
    return resulted('SendMessage', (right) => {
      if (right.task.status.state === 'TASK_STATE_COMPLETED') return right
      first ??= right
      return first
    })
  }),
  case_('tasks that nobody waits for fail', () => ({
    answer(exchange, right) {
      const answer = right()
      const { id } = exchange.rpc === '' ? { id: undefined } : JSON.parse(exchange.body)
      if (exchange.rpc === 'CancelTask')
        return json(200, { jsonrpc: '2.0', id, error: { code: -32002, message: 'Task cannot be canceled' } })
      if (exchange.rpc !== 'GetTask') return answer
      return { ...answer, body: answer.body.replace(/TASK_STATE_(WORKING|CANCELED)/, 'TASK_STATE_FAILED') }
    },
  })),
  case_('what was completed is being worked on again', () =>
    changed('GetTask', (answer) => ({ ...answer, body: answer.body.replace('TASK_STATE_COMPLETED', 'TASK_STATE_WORKING') })),
  ),
  case_('lists know no task that has ended', () =>
    resulted('ListTasks', (right) => {
      const tasks = right.tasks.filter(({ status }: Value) => status.state === 'TASK_STATE_WORKING')
      return { ...right, tasks, totalSize: tasks.length, nextPageToken: '' }
    }),
  ),
  case_('lists are empty, and more is to come', () =>
    resulted('ListTasks', (right) => ({ ...right, tasks: [], nextPageToken: 'more' })),
  ),
  case_('the end of a stream lacks its blank line', () => streamed((events) => events, '')),
  case_('a stream goes on behind the end of its task', () =>
    streamed((events) => {
      const end = events.at(-1) ?? ''
      return [...events, end.replace('TASK_STATE_COMPLETED', 'TASK_STATE_WORKING'), end]
    }),
  ),
  case_('updates of a stream are of another context', () =>
    streamed(([first = '', ...updates]) => [
      first,
      ...updates.map((text) => text.replace(/"contextId":"[^"]+"/, '"contextId":"c"')),
    ]),
  ),
  case_('a stream without its end', () => streamed((events) => events.slice(0, -1))),
  case_('a card that says neither what the agent can do nor what it takes', () =>
    changed('card', (answer) => {
      const { name, version, supportedInterfaces } = JSON.parse(answer.body)
      return { ...answer, body: JSON.stringify({ name, version, supportedInterfaces }) }
    }),
  ),
  case_('a card whose interface is nowhere', () =>
    changed('card', (answer) => ({ ...answer, body: answer.body.replace(/"url":"[^"]+"/, '"url":"nowhere"') })),
  ),
  // Setup, which makes tasks as well, meets it first.
  case_(
    'who waits for a task is told that it was canceled',
    () =>
      changed('SendMessage', (answer) => ({
        ...answer,
        body: answer.body.replace('TASK_STATE_COMPLETED', 'TASK_STATE_CANCELED'),
      })),
    { cause: /SendMessage is a task in state TASK_STATE_CANCELED/ },
  ),
  at('a2a_get', 'tasks are canceled before anybody has asked for it', () =>
    changed('GetTask', (answer) => ({ ...answer, body: answer.body.replace('TASK_STATE_WORKING', 'TASK_STATE_CANCELED') })),
  ),
  at('a2a_stream', 'streams end with their task canceled', () =>
    streamed((events) => events.map((text) => text.replace('TASK_STATE_COMPLETED', 'TASK_STATE_CANCELED'))),
  ),
  at('a2a_list', 'lists say that there are a hundred tasks, and show one', () =>
    resulted('ListTasks', (right) => ({ ...right, tasks: right.tasks.slice(0, 1), totalSize: 100, nextPageToken: '' })),
  ),
  at('a2a_get', 'tasks are of another context each time', () => {
    let n = 0
    return resulted('GetTask', (right) => ({ ...right, contextId: `c-${++n}` }))
  }),
  at('a2a_stream', 'updates of a stream are of no artifact', () =>
    streamed((events) => events.map((text) => text.replace(/"artifact":\{.*\},"lastChunk"/, '"lastChunk"'))),
  ),
  at('a2a_list', 'lists hold a task of long ago, and say that more is to come', () =>
    resulted('ListTasks', (right) => {
      const [{ contextId, status }] = right.tasks
      const old = { id: 't', contextId, status: { ...status, timestamp: '2020-01-01T00:00:00Z' } }
      return { ...right, tasks: [old], totalSize: 100, nextPageToken: 'more' }
    }),
  ),
  own('tasks fail that were accepted', 'task.get', (right) => ({
    ...right,
    status: right.status === 'canceled' ? 'canceled' : 'failed',
  })),
  own('a query finds rejected tasks', 'task.query', (right) => ({
    ...right,
    tasks: right.tasks.map((task: object) => ({ ...task, status: 'rejected' })),
  })),
])
