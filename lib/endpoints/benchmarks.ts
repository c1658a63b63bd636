/** The requests of `benchmarks`: many at once, each judged by itself, so they remember nothing of each other. */
import type { SessionEndpoint, Wrong } from './endpoint.ts'
import { isObject, readJson } from './json.ts'
import { readWebhooks } from './webhook-list.ts'
import { eventPublish, SINK, webhookCreate } from './webhooks.ts'

/** Webhooks that one list asks for. */
const LISTED = 100
const JSON_HEADERS = { 'Content-Type': 'application/json' } as const

/** What the requests of now are about. */
export class Benching {
  /** Event type that webhooks subscribe to. */
  type = ''
  /** Event type that is published, and how many webhooks it must match. */
  event = { type: '', matched: 0 }
  /** Ids of the webhooks made since this was emptied. */
  made: string[] = []
}

const fieldsOf = (body: string) => {
  const answer = readJson(body)
  return isObject(answer) ? answer : {}
}

/** Registers webhooks of `Benching.type`. */
export const register: SessionEndpoint = {
  ...webhookCreate,
  name: 'register',
  at: webhookCreate.name,
  session(memory, values) {
    const benching = memory.of(Benching)
    const [url = SINK] = values.url ?? []
    return {
      next: () => ({
        body: JSON.stringify({ url, events: [benching.type] }),
        headers: JSON_HEADERS,
        expect: JSON.stringify([benching.type]),
      }),
      judge({ body }, { expect }): Wrong {
        const { id, url: echoed, events } = fieldsOf(body)
        if (typeof id !== 'string' || id === '') return 'has no id'
        if (echoed !== url) return `has url ${JSON.stringify(echoed)}, not ${url}`
        if (JSON.stringify(events) !== expect) return `has events ${JSON.stringify(events)}, not ${expect}`
        benching.made.push(id)
        return undefined
      },
    }
  },
}

/** Publishes `Benching.event`. */
const publisher = (name: string): SessionEndpoint => ({
  ...eventPublish,
  name,
  at: eventPublish.name,
  session(memory) {
    const benching = memory.of(Benching)
    return {
      next: () => ({ body: JSON.stringify({ type: benching.event.type, data: { value: 42 } }), headers: JSON_HEADERS }),
      judge({ body }): Wrong {
        const { id, type, matched } = fieldsOf(body)
        const { event } = benching
        if (typeof id !== 'string' || id === '') return 'has no id'
        if (type !== event.type) return `has type ${JSON.stringify(type)}, not ${event.type}`
        return matched === event.matched ? undefined : `matches ${JSON.stringify(matched)} webhooks, not ${event.matched}`
      },
    }
  },
})

/** Events that no webhook waits for. */
export const publish = publisher('publish')
/** Events that reach webhooks. */
export const deliver = publisher('deliver')

export const list: SessionEndpoint = {
  name: 'list',
  method: 'GET',
  path: webhookCreate.path,
  auth: true,
  status: [200],
  type: 'application/json',
  at: 'webhook_list',
  session() {
    const call = { query: `limit=${LISTED}&offset=0` }
    let right: string | undefined
    return {
      next: () => call,
      judge({ body }) {
        if (body === right) return undefined
        const page = readWebhooks(body, 0, LISTED)
        if (typeof page === 'string') return page
        right = body
        return undefined
      },
    }
  },
}
