import type { SessionEndpoint } from '../endpoint/endpoint.ts'
import { count, listOf, object, readAnswer, text } from '../endpoint/rules.ts'
import { hasItsTypes, typesOf, Webhooks } from './events.ts'

export const WEBHOOKS_A_PAGE = 50

interface Item {
  id: string
  url: string
  events: string[]
}

interface Page {
  total: number
  items: Item[]
}

/** A page of webhooks, read; a text that says what is wrong where it is none. */
export function readWebhooks(body: string, offset: number, limit: number): Page | string {
  const item = object({ id: text, url: text, events: listOf(text) })
  const page = readAnswer<Page>(body, object({ total: count, items: listOf(item) }))
  if (typeof page === 'string') return page
  const { items, total } = page
  const due = Math.max(0, Math.min(limit, total - offset))
  if (items.length !== due) return `has ${items.length} items, not ${due} (total ${total}, offset ${offset})`
  return new Set(items.map(({ id }) => id)).size === due ? page : 'has an item twice'
}

/**
 * What is wrong with those of a run, as they are listed; those of others may be anything.
 * @param made where they deliver to, where that is known
 */
export function listedWrongly(items: readonly Item[], run: string, made: string | undefined): string | undefined {
  const own = typesOf(run)
  for (const { id, url, events } of items) {
    if (events[0]?.startsWith(own) !== true) continue
    if (made !== undefined && url !== made)
      return `has webhook ${id} with url ${JSON.stringify(url)}, not ${JSON.stringify(made)}`
    if (!hasItsTypes(events)) return `has webhook ${id} with events ${JSON.stringify(events)}, which it was not made with`
  }
  return undefined
}

/** The first page of webhooks, each of which may be listed once. */
export const webhookList: SessionEndpoint<'webhook_list'> = {
  name: 'webhook_list',
  method: 'GET',
  path: '/api/v1/integration/webhooks',
  auth: true,
  status: [200],
  type: 'application/json',
  session(vuState) {
    const webhooks = vuState.of(Webhooks)
    /** Nobody takes webhooks away. */
    const least = () => webhooks.pool.length + webhooks.count
    const call = { query: `limit=${WEBHOOKS_A_PAGE}&offset=0` }
    /** Items of the page that was read last. */
    let items = 0
    return {
      next: () => call,
      check({ body }) {
        const page = readWebhooks(body, 0, WEBHOOKS_A_PAGE)
        if (typeof page === 'string') return page
        if (page.total < least()) return `has total ${page.total}, although ${least()} were made`
        const wrong = listedWrongly(page.items, vuState.run, webhooks.url)
        if (wrong !== undefined) return wrong
        items = page.items.length
        return undefined
      },
      // A full page stays as it is while more webhooks are made, but for their number.
      variety: {
        by: () => String(items),
        free: {
          total: (total) =>
            +total >= least() && (items === WEBHOOKS_A_PAGE ? +total >= items && +total % 1 === 0 : +total === items),
        },
      },
    }
  },
}
