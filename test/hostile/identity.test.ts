/** Answers that are right for somebody else, or were right some time ago. */
import { type Case, hostile, type Room } from './case.ts'
import { changed, resulted, rewritten } from './gateway/defects.ts'
import type { Answer, Defect, Exchange } from './gateway/model.ts'
import type { Settings } from './runs.ts'

const wrong = (script: string, endpoint: string, name: string, defect: () => Defect, more?: Partial<Case>): Case => ({
  name: `${endpoint}: ${name}`,
  ...{ script, defect, verdict: 'fail', cause: new RegExp(`${endpoint}|users|window`), plain: 'same' },
  ...(more ?? { at: endpoint }),
})

/** Answers with what was answered to the request before, whoever had sent that. */
const lagging = (of: string): Defect => {
  let before: Answer | undefined
  return changed(of, (answer, { nth }) => {
    const old = before
    before = answer
    return nth % 3 === 0 && old !== undefined ? old : answer
  })
}

/** Answers as the first request of the same key was answered. */
const cached = (of: string, key: (exchange: Exchange) => string): Defect => {
  const kept = new Map<string, Answer>()
  return {
    answer(exchange, right) {
      if (exchange.route !== of && exchange.rpc !== of) return right()
      if (of === 'events' && (exchange.headers.authorization === undefined || !exchange.query.has('count'))) return right()
      const old = kept.get(key(exchange))
      if (old !== undefined) return old
      const now = Date.now()
      const answer = of === 'events' ? { ...right(), body: eventsAt(now) } : right()
      kept.set(key(exchange), answer)
      return answer
    },
  }
}

/** Answers as two caches have kept the first answers of the same request, in turn. */
function cachedByTwo(of: string): Defect {
  const kept = new Map<string, Answer[]>()
  return {
    answer(exchange, right) {
      if (exchange.rpc !== of) return right()
      const answers = kept.get(exchange.body) ?? []
      kept.set(exchange.body, answers)
      const answer = (answers.length === 2 ? answers.shift() : undefined) ?? right()
      answers.push(answer)
      return answer
    },
  }
}

const eventsAt = (now: number): string =>
  [1, 2, 3].map((n) => `id: ${n}\nevent: tick\ndata: {"seq":${n},"sent_at":${now + n * 10}}\n\n`).join('')

/** Two who ask at the same moment get each other's answers; who is alone for a tenth of a second gets his own. */
const swapped = (of: (exchange: Exchange) => boolean): Defect => {
  let waiting: { answer: Answer; take(other: Answer): void } | undefined
  return {
    answer(exchange, right) {
      const answer = right()
      if (!of(exchange) || exchange.at === undefined) return answer
      if (waiting !== undefined) {
        const { answer: other, take } = waiting
        waiting = undefined
        take(answer)
        return other
      }
      return new Promise((resolve) => {
        const own = { answer, take: resolve }
        waiting = own
        setTimeout(() => {
          if (waiting !== own) return
          waiting = undefined
          resolve(answer)
        }, 100)
      })
    },
  }
}

/** Each of these resources is read again and again. */
const few = ({ json }: Room): Settings => ({
  USERS: '1',
  THINK_TIME: '10ms',
  TARGET: json('target.json', {
    ...{ name: 'few', base_url: 'http://127.0.0.1:1' },
    auth: { flow: 'password', token_path: '/auth/token', refresh_path: '/auth/refresh', username: 'u', password: 'a-password' },
    endpoints: { resource: { values: { id: 'r-{0000..0004}' } } },
  }),
})

hostile('identity', [
  wrong('http', 'action', 'the answer to the request before', () => lagging('action')),
  wrong('http', 'resource', 'the answer to the request before', () => lagging('resource')),
  wrong('http', 'agent_ping', 'the answer to the request before', () => lagging('agent.ping')),
  wrong(
    'http',
    'action',
    'two who ask at once are given each other their answers',
    () => swapped(({ route }) => route === 'action'),
    {},
  ),
  wrong(
    'http',
    'agent_ping',
    'two who ask at once are given each other their answers',
    () => swapped(({ rpc }) => rpc === 'agent.ping'),
    {},
  ),
  wrong(
    'http',
    'resource',
    'an older revision from time to time',
    () => rewritten('resource', (right, { nth }) => (nth % 3 === 0 ? right : { ...right, revision: right.revision + nth })),
    { env: few },
  ),
  wrong(
    'http',
    'resource',
    'another payload each time, at one revision',
    () => rewritten('resource', (right, { nth }) => ({ ...right, payload: { nth } })),
    { env: few },
  ),
  wrong(
    'http',
    'resource',
    'one ETag for each revision, of another body each time',
    () => rewritten('resource', (right, { nth }) => ({ ...right, revision: right.revision + nth, payload: { nth } })),
    { env: few },
  ),
  wrong('http', 'resources', 'one more than there are, and none of them known', () =>
    rewritten('resources', (right) => ({
      ...right,
      total: right.total + 1,
      items: [...right.items, { ...right.items[0] }]
        .slice(0, Math.min(20, right.total + 1 - right.offset))
        .map((item: object, i: number) => ({ ...item, id: `ghost-${right.offset + i}` })),
    })),
  ),
  wrong(
    'http',
    'resources',
    'items that nobody has ever heard of',
    () =>
      rewritten('resources', (right) => ({
        ...right,
        items: right.items.map((item: object, i: number) => ({ ...item, id: `ghost-${right.offset + i}` })),
      })),
    { plain: 'both' },
  ),
  wrong('http', 'resources', 'the first page under each offset, renamed', () =>
    rewritten('resources', (right) => ({
      ...right,
      items: right.items.map((item: object, i: number) => ({ ...item, id: `r-${String(i).padStart(4, '0')}.${right.offset}` })),
    })),
  ),
  wrong('http', 'resources', 'totals as texts', () =>
    rewritten('resources', (right) => ({ ...right, total: String(right.total) })),
  ),
  wrong('http', 'agent_ping', 'as it was answered the first time, for ever', () => cached('agent.ping', ({ body }) => body), {
    env: { USERS: '1', THINK_TIME: '20ms', DURATION: '9s' },
  }),
  wrong('http', 'agent_ping', 'as two caches answered the first times, in turn', () => cachedByTwo('agent.ping'), {
    env: { USERS: '1', THINK_TIME: '20ms', DURATION: '14s' },
  }),
  wrong('smoke', 'events', 'one stream for everybody, kept in a cache', () => cached('events', () => ''), {
    env: { USERS: '2', DURATION: '9s' },
  }),
  wrong(
    'http',
    'resources',
    'older than what was read',
    () =>
      rewritten('resources', (right) => ({
        ...right,
        items: right.items.map((item: object) => ({ ...item, revision: 1 })),
      })),
    { env: few },
  ),
  wrong('http', 'agent_ping', 'sent in 1970', () => resulted('agent.ping', (right) => ({ ...right, sent_at: 1 }))),
  wrong('http', 'agent_ping', 'sent in seconds', () =>
    resulted('agent.ping', (right) => ({ ...right, sent_at: Math.floor(right.sent_at / 1000) })),
  ),
  wrong('http', 'agent_ping', 'in a list of one', () => rewritten('agent.ping', (right) => [right])),
  wrong('http', 'agent_ping', 'with a result and an error', () =>
    rewritten('agent.ping', (right, { nth }) => (nth % 9 === 0 ? { ...right, error: { code: 0, message: '' } } : right)),
  ),
  wrong('http', 'agent_ping', 'to an id of another kind', () =>
    rewritten('agent.ping', (right, { nth }) => (nth % 9 === 0 ? { ...right, id: [right.id] } : right)),
  ),
  wrong('http', 'agent_discover', 'one agent under all names', () =>
    resulted('agent.discover', ({ agents, total }) => ({
      agents: agents.map((agent: object, i: number) => ({ ...agent, agent_id: `twin-${i}`, name: `loadgate twin-${i}` })),
      total,
    })),
  ),
  wrong('a2a', 'task_get', 'a task that has failed', () => resulted('task.get', (right) => ({ ...right, status: 'failed' }))),
  wrong('a2a', 'task_get', 'a state that is none', () => resulted('task.get', (right) => ({ ...right, status: 'banana' }))),
  wrong('a2a', 'task_get', 'canceled before anybody has asked for it', () =>
    resulted('task.get', (right) => ({ ...right, status: 'canceled' })),
  ),
  wrong('smoke', 'events', 'the same moment for all events, long ago', () =>
    changed('events', (answer) => ({
      ...answer,
      body: [1, 2, 3].map((n) => `id: ${n}\nevent: tick\ndata: {"seq":${n},"sent_at":1}\n\n`).join(''),
    })),
  ),
])
