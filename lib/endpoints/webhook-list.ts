import { type Frame, frameOf } from './answer-frame.ts'
import type { SessionEndpoint } from './endpoint.ts'
import { objectsOf, readJson } from './json.ts'

export const WEBHOOKS_A_PAGE = 50

/** A page of webhooks, parsed; a text that says what is wrong where it is none. */
export function readWebhooks(
  body: string,
  offset: number,
  limit: number,
): { total: number; items: { id: string; events: readonly unknown[] }[] } | string {
  const page = readJson(body) as { total?: unknown; items?: unknown } | null | undefined
  const items = objectsOf(page?.items)
  const total = page?.total
  if (items === undefined || typeof total !== 'number') return 'is not {"total":…,"items":[…]}'
  const due = Math.max(0, Math.min(limit, total - offset))
  if (items.length !== due) return `has ${items.length} items, not ${due} (total ${total}, offset ${offset})`
  const read = items.map(({ id, url, events }) =>
    typeof id === 'string' && id !== '' && typeof url === 'string' && Array.isArray(events) ? { id, events } : undefined,
  )
  if (read.includes(undefined)) return 'has an item that is not {"id":…,"url":…,"events":[…]}'
  const whole = read.filter((item) => item !== undefined)
  return new Set(whole.map(({ id }) => id)).size === due ? { total, items: whole } : 'has an item twice'
}

export const webhookList: SessionEndpoint = {
  name: 'webhook_list',
  method: 'GET',
  path: '/api/v1/integration/webhooks',
  auth: true,
  status: [200],
  type: 'application/json',
  session: () => {
    const call = { query: `limit=${WEBHOOKS_A_PAGE}&offset=0` }
    let right: string | undefined
    // A full page stays as it is while more webhooks are made, but for their number.
    let full: Frame | undefined
    return {
      next: () => call,
      judge({ body }, asked) {
        if (body === right) return undefined
        const counted = full?.(body, asked)
        if (counted !== undefined && Number(counted) >= WEBHOOKS_A_PAGE) return undefined
        const page = readWebhooks(body, 0, WEBHOOKS_A_PAGE)
        if (typeof page === 'string') return page
        right = body
        full = page.items.length === WEBHOOKS_A_PAGE ? frameOf(body, asked, 'total', page.total) : undefined
        return undefined
      },
    }
  },
}
