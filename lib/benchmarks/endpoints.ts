/** The requests of `benchmarks`: many at once, each checked by itself, so they remember nothing of each other. */
import type { CheckResult, SessionEndpoint } from '../endpoint/endpoint.ts'
import { Recent } from '../endpoint/recent.ts'
import { readAnswer } from '../endpoint/rules.ts'
import { readWebhooks } from '../webhooks/list.ts'
import { createdOf, eventPublish, published, SINK, webhookCreate } from '../webhooks/webhooks.ts'

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
  /** Webhooks made in all. */
  count = 0
}

/** Registers webhooks of `Benching.type`. */
export const register: SessionEndpoint<'register'> = {
  ...webhookCreate,
  name: 'register',
  at: webhookCreate.name,
  session(vuState, values) {
    const benching = vuState.of(Benching)
    const [url = SINK] = values.url ?? []
    const ids = new Recent()
    const right = createdOf(url)
    return {
      next: () => ({
        body: JSON.stringify({ url, events: [benching.type] }),
        headers: JSON_HEADERS,
        expect: JSON.stringify([benching.type]),
      }),
      check({ body }, { expect }): CheckResult {
        const answer = readAnswer<{ id: string; events: string[] }>(body, right)
        if (typeof answer === 'string') return answer
        const events = JSON.stringify(answer.events)
        if (events !== expect) return `has events ${events}, not ${expect}`
        if (!ids.add(answer.id)) return 'repeats the id of a webhook before'
        benching.made.push(answer.id)
        benching.count++
        return undefined
      },
    }
  },
}

/** Publishes `Benching.event`. */
const publisher = <N extends string>(name: N): SessionEndpoint<N> => ({
  ...eventPublish,
  name,
  at: eventPublish.name,
  session(vuState) {
    const benching = vuState.of(Benching)
    const ids = new Recent()
    const right = published()
    return {
      next: () => ({ body: JSON.stringify({ type: benching.event.type, data: { value: 42 } }), headers: JSON_HEADERS }),
      check({ body }): CheckResult {
        const answer = readAnswer<{ id: string; type: string; matched: number }>(body, right)
        if (typeof answer === 'string') return answer
        const { id, type, matched } = answer
        const { event } = benching
        if (type !== event.type) return `has type ${JSON.stringify(type)}, not ${event.type}`
        if (matched !== event.matched) return `matches ${JSON.stringify(matched)} webhooks, not ${event.matched}`
        return ids.add(id) ? undefined : 'repeats the id of an event before'
      },
    }
  },
})

/** Events that no webhook waits for. */
export const publish = publisher('publish')
/** Events that reach webhooks. */
export const deliver = publisher('deliver')

export const list: SessionEndpoint<'list'> = {
  name: 'list',
  method: 'GET',
  path: webhookCreate.path,
  auth: true,
  status: [200],
  type: 'application/json',
  at: 'webhook_list',
  session(vuState) {
    const benching = vuState.of(Benching)
    const call = { query: `limit=${LISTED}&offset=0` }
    let right: string | undefined
    let total = 0
    return {
      next: () => call,
      check({ body }) {
        const page = readWebhooks(body, 0, LISTED)
        if (typeof page === 'string') return page
        if (page.total < benching.count) return `has total ${page.total}, although ${benching.count} were made`
        right = body
        total = page.total
        return undefined
      },
      // Nobody takes webhooks away.
      variety: { known: (body) => body === right && total >= benching.count },
    }
  },
}
