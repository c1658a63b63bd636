/** What is wrong in an answer that has the right words in it. */
import { randomUUID } from 'node:crypto'
import { type Case, hostile, type Room } from './case.ts'
import { json } from './gateway/answers.ts'
import { changed, html, resulted, rewritten } from './gateway/defects.ts'
import type { Answer, Defect } from './gateway/model.ts'
import type { Settings } from './runs.ts'

/** Failed checks are failures of the gateway, and the headline names the endpoint. */
const wrong = (script: string, endpoint: string, name: string, defect: () => Defect, more?: Partial<Case>): Case => ({
  name: `${endpoint}: ${name}`,
  ...{ script, defect, verdict: 'fail', cause: new RegExp(`${endpoint}|users|window`), plain: 'same' },
  ...(more ?? { at: endpoint }),
})

/** Takes what must be refused by this code. */
const accepting = (route: string, code: string, taken: () => Answer): Defect => ({
  answer(exchange, right) {
    const answer = right()
    return exchange.route === route && answer.body.includes(`"${code}"`) ? taken() : answer
  },
})

/** A user knows what it was told itself: here is one who asks for everything. */
const single: Partial<Case> = { env: { USERS: '1', THINK_TIME: '10ms', DURATION: '4s' } }

/** An endpoint that a target file describes. */
const own = ({ json }: Room): Settings => ({
  TARGET: json('own.json', {
    ...{ name: 'own', base_url: 'http://127.0.0.1:1', others: false, mix: { act: 1 } },
    auth: { flow: 'password', token_path: '/auth/token', refresh_path: '/auth/refresh', username: 'u', password: 'a-password' },
    endpoints: {
      act: {
        ...{ method: 'POST', path: '/api/v1/action', body: { action: 'x', payload: { value: 1 }, ref: '{uuid}' } },
        expect: { status: [201], type: 'application/json', json: { ref: '{ref}', status: 'accepted' } },
      },
    },
  }),
})

hostile('content', [
  wrong('http', 'health', 'unhealthy with a healthy part', () =>
    rewritten('health', ({ version }) => ({ status: 'unhealthy', version, uptime_s: 1, parts: [{ status: 'healthy' }] })),
  ),
  wrong(
    'smoke',
    'health',
    'the right status within an error',
    () => rewritten('health', (right) => ({ error: { code: 'down', was: right } })),
    { plain: 'both' },
  ),
  wrong('http', 'health', 'a list', () => rewritten('health', (right) => [right])),
  wrong('http', 'health', 'said twice, the last one counts', () =>
    changed('health', (answer) => ({ ...answer, body: `{"status":"healthy",${answer.body.slice(1, -1)},"status":"unhealthy"}` })),
  ),
  wrong('http', 'health', 'a version that is no text', () => rewritten('health', (right) => ({ ...right, version: null }))),
  wrong(
    'http',
    'resource',
    'a page of HTML with the id',
    () =>
      changed('resource', (answer, { path }) => {
        const page = `<html>{"id":"${path.split('/').at(-1)}"}</html>{}`
        return { ...html(page), headers: { ...answer.headers, 'Content-Type': 'application/json' } }
      }),
    { plain: 'both' },
  ),
  wrong('http', 'resource', 'an error with the id', () =>
    rewritten('resource', ({ id }) => ({ error: { code: 'unavailable', message: 'try later', details: { id } } })),
  ),
  wrong('http', 'resource', 'another resource that refers to the one asked for', () =>
    rewritten('resource', (right) => ({ ...right, id: 'r-0000', related: [{ id: right.id }] })),
  ),
  wrong('http', 'resource', 'JSON as a text in JSON', () =>
    changed('resource', (answer) => ({ ...answer, body: JSON.stringify({ data: answer.body, id: JSON.parse(answer.body).id }) })),
  ),
  wrong('http', 'resource', 'no payload', () => rewritten('resource', ({ payload: _, ...right }) => right)),
  wrong('http', 'resource', 'a revision that is a text', () =>
    rewritten('resource', (right) => ({ ...right, revision: String(right.revision) })),
  ),
  wrong('http', 'resource', 'cut off behind the first object', () =>
    changed('resource', (answer) => ({ ...answer, body: `${answer.body.slice(0, 80)}}` })),
  ),
  wrong('http', 'action', 'one payload for all, whatever was sent', () => {
    let first: unknown
    return rewritten('action', (right) => {
      first ??= right.payload
      return { ...right, payload: first }
    })
  }),
  wrong('http', 'resource', 'bytes that are no UTF-8', () =>
    changed('resource', (answer) => ({
      ...answer,
      bytes: Buffer.from(answer.body.replace('somebody', 'M\u00fcller'), 'latin1'),
    })),
  ),
  wrong('a2a', 'task_query', 'tasks in a state that is none', () =>
    resulted('task.query', (right) => ({ ...right, tasks: right.tasks.map((task: object) => ({ ...task, status: 'lost' })) })),
  ),
  wrong('a2a', 'task_get', 'an input that nobody has sent', () =>
    resulted('task.get', (right) => ({ ...right, input: { value: 42 } })),
  ),
  wrong('a2a', 'task_get', 'failed, until it is canceled', () =>
    resulted('task.get', (right) => ({ ...right, status: right.status === 'canceled' ? 'canceled' : 'failed' })),
  ),
  ...['"status"', '"\\u0073tatus"'].map((name) =>
    wrong(
      'http',
      'act',
      `of the gateway's own: a status that is said twice, ${name} first`,
      () => changed('action', (answer) => ({ ...answer, body: `{${name}:"rejected",${answer.body.slice(1)}` })),
      { env: own },
    ),
  ),
  wrong('http', 'action', 'all in its payload that is nested is lost', () =>
    rewritten('action', (right) => ({
      ...right,
      payload: Object.fromEntries(Object.entries(right.payload).filter(([, value]) => typeof value !== 'object')),
    })),
  ),
  wrong('http', 'action', 'letters of its payload that are not ASCII are lost', () =>
    rewritten('action', (right) => JSON.parse(JSON.stringify(right).replace(/[^ -~]/g, '?'))),
  ),
  wrong('http', 'action', 'rejected, its payload lost', () =>
    rewritten('action', ({ payload: _, ...right }) => ({ ...right, payload: {}, status: 'rejected' })),
  ),
  wrong('http', 'action', 'rejected', () => rewritten('action', (right) => ({ ...right, status: 'rejected' }))),
  wrong(
    'http',
    'action',
    'one id for two of three',
    () =>
      rewritten('action', (right, { nth }) => ({
        ...right,
        id: nth % 3 === 0 ? right.id : '6f1c2a54-98b1-4a0e-8a54-2d2f3f7b9c11',
      })),
    single,
  ),
  wrong('http', 'action', 'an id that is no UUID', () =>
    rewritten('action', (right, { nth }) => ({ ...right, id: `job-${nth}` })),
  ),
  wrong('http', 'action', 'an error that echoes the request', () =>
    rewritten('action', (right) => ({ error: { code: 'queue_full', message: 'dropped', request: right } })),
  ),
  wrong('http', 'resources', 'a total of 0', () => rewritten('resources', (right) => ({ ...right, total: 0, items: [] }))),
  wrong(
    'http',
    'resources',
    'items of another page',
    () =>
      rewritten('resources', (right) => ({
        ...right,
        items: right.items.map((item: object, i: number) => ({
          ...item,
          id: `r-${String(499 - i - right.offset).padStart(4, '0')}`,
        })),
      })),
    single,
  ),
  wrong('http', 'resources', 'a limit and an offset that nobody asked for', () =>
    rewritten('resources', (right) => ({ ...right, limit: 100, offset: 0 })),
  ),
  wrong('http', 'resources', 'items without names and revisions', () =>
    rewritten('resources', (right) => ({ ...right, items: right.items.map(({ id }: { id: string }) => ({ id })) })),
  ),
  wrong('smoke', 'events', 'data that is not what its id says', () =>
    changed('events', (answer) => ({
      ...answer,
      body: [1, 2, 3].map((n) => `id: ${n}\nevent: error\ndata: {"failed":true,"sent_at":0}\n\n`).join(''),
    })),
  ),
  wrong('http', 'agent_ping', 'another agent, the one asked for beside it', () =>
    resulted('agent.ping', (right) => ({ ...right, agent_id: 'nobody', asked: { agent_id: right.agent_id } })),
  ),
  wrong('http', 'task_create', 'a task that was rejected', () =>
    resulted('task.create', (right) => ({ ...right, status: 'rejected', agent_id: right.agent_id })),
  ),
  wrong(
    'http',
    'task_query',
    'no task at all of an agent that has some',
    () => {
      const busy = new Set<string>()
      return {
        answer(exchange, right) {
          const answer = right()
          const { params } = exchange.rpc.startsWith('task.') ? JSON.parse(exchange.body) : { params: {} }
          if (exchange.rpc === 'task.create') busy.add(params.agent_id)
          if (exchange.rpc !== 'task.query' || !busy.has(params.agent_id)) return answer
          return { ...answer, body: JSON.stringify({ ...JSON.parse(answer.body), result: { tasks: [], total: 0 } }) }
        },
      }
    },
    single,
  ),
  wrong('http', 'agent_discover', 'agents without names', () =>
    resulted('agent.discover', ({ agents, total }) => ({
      agents: agents.map(({ agent_id, capabilities }: { agent_id: string; capabilities: string[] }) => ({
        agent_id,
        capabilities,
      })),
      total,
    })),
  ),
  wrong('failure', 'unknown_id', 'something for every id', () => ({
    answer(exchange, right) {
      const answer = right()
      if (exchange.route !== 'resource' || answer.status !== 404) return answer
      const id = exchange.path.split('/').at(-1)
      return json(
        200,
        { id, name: 'x', owner: 'x', tags: [], revision: 1, payload: { a: 1 } },
        { ETag: '"1"', 'X-Cache': 'MISS' },
      )
    },
  })),
  wrong('failure', 'wrong_shape', 'anything is an action', () =>
    accepting('action', 'invalid_body', () => json(201, { id: randomUUID(), status: 'accepted' })),
  ),
  wrong('failure', 'wrong_page', 'any page will do', () =>
    accepting('resources', 'invalid_query', () => json(200, { total: 500, limit: 20, offset: 0, items: [] })),
  ),
  wrong('http', 'resource', 'right twenty times, then an error with the id', () =>
    rewritten('resource', (right, { nth }) => (nth <= 20 ? right : { error: { code: 'down' }, id: right.id })),
  ),
  wrong(
    'sse',
    'stream',
    'errors with ascending ids',
    () => ({
      answer(exchange, right) {
        if (exchange.route !== 'events' || exchange.query.has('count')) return right()
        const write = exchange.response.write.bind(exchange.response)
        exchange.response.write = (chunk: string) => write(chunk.replace('tick', 'error').replace(/"seq":\d+/, '"failed":true'))
        return right()
      },
    }),
    { cause: /stream|sse|event/i },
  ),
  wrong('a2a', 'task_get', 'another input than the task was made with', () =>
    resulted('task.get', (right) => ({ ...right, input: {}, type: 'other' })),
  ),
  wrong('a2a', 'task_query', 'canceled, although nobody has asked for it', () =>
    resulted('task.query', (right) => ({
      ...right,
      tasks: right.tasks.map((task: object) => ({ ...task, status: 'canceled' })),
    })),
  ),
  wrong('a2a', 'rpc_batch', 'pings of 1970', () =>
    changed('jsonrpc', (answer, { rpc }) =>
      rpc === '' ? { ...answer, body: answer.body.replace(/"sent_at":\d+/, '"sent_at":1') } : answer,
    ),
  ),
  wrong('a2a', 'rpc_stats', 'right, with an error in them', () =>
    resulted('health.get_stats', (right) => ({ ...right, error: { code: 'database_down' } })),
  ),
  wrong('a2a', 'route_message', 'delivered, beside an error', () =>
    rewritten('route.message', (right) => ({ ...right, error: { code: -32000, message: 'dropped' } })),
  ),
  wrong('http', 'health', 'unhealthy in one answer of twenty', () =>
    rewritten('health', (right, { nth }) =>
      nth % 20 === 0 ? { ...right, status: 'degraded', last: { status: 'healthy' } } : right,
    ),
  ),
])
