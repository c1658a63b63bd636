/** Webhooks, the events that are published to them, and how many of those each has got. */
import type { Call, CheckResult, SessionEndpoint } from '../endpoint/endpoint.ts'
import { isWord } from '../endpoint/quick-check.ts'
import { Recent } from '../endpoint/recent.ts'
import { count, is, isNow, listOf, moment, object, readAnswer, text } from '../endpoint/rules.ts'
import { type Webhook, Webhooks } from './events.ts'

const BASE = '/api/v1/integration'
const JSON_HEADERS = { 'Content-Type': 'application/json' } as const
/** Delivered inside the reference gateway and only counted. */
export const SINK = 'internal:sink'

/** What valid answers say beside what differs from request to request. */
export const createdOf = (url: string) => object({ id: text, url: is(url), events: listOf(text), created_at: moment })
export const published = () => object({ id: text, type: text, matched: count })

/** Creates a webhook for a type of events of its own, and for one that the webhook before it has, too. */
export const webhookCreate: SessionEndpoint<'webhook_create'> = {
  name: 'webhook_create',
  method: 'POST',
  path: `${BASE}/webhooks`,
  auth: true,
  status: [201, 200],
  type: 'application/json',
  session(vuState, values) {
    const webhooks = vuState.of(Webhooks)
    const [url = SINK] = values.url ?? []
    const head = `{"url":${JSON.stringify(url)},"events":`
    const ids = new Recent()
    const right = createdOf(url)
    const made = (id: string): boolean => {
      if (!ids.add(id)) return false
      webhooks.made(id, url)
      return true
    }
    return {
      next() {
        // Types are words of our own: nothing in them must be written in another way.
        const [own, before] = webhooks.nextTypes(vuState)
        const expect = before === undefined ? `["${own}"]` : `["${own}","${before}"]`
        return { body: `${head}${expect}}`, headers: JSON_HEADERS, expect }
      },
      check({ body }, { expect }): CheckResult {
        const answer = readAnswer<{ id: string; events: string[] }>(body, right)
        if (typeof answer === 'string') return answer
        const events = JSON.stringify(answer.events)
        if (events !== expect) return `has events ${events}, not ${expect}`
        return made(answer.id) ? undefined : 'repeats the id of a webhook before'
      },
      variety: { bare: true, free: { created_at: (at) => isNow(+at), id: (id) => isWord(id) && made(id) } },
    }
  },
}

/** Publishes an event; the answer must say how many webhooks it matched. */
export const eventPublish: SessionEndpoint<'event_publish'> = {
  name: 'event_publish',
  method: 'POST',
  path: `${BASE}/events/publish`,
  auth: true,
  status: [201, 200],
  type: 'application/json',
  session(vuState) {
    const webhooks = vuState.of(Webhooks)
    let asked = { type: '', matched: 0 }
    const ids = new Recent()
    const right = published()
    const accepted = (id: string): boolean => {
      if (!ids.add(id)) return false
      webhooks.published()
      return true
    }
    return {
      next() {
        asked = webhooks.nextEvent(vuState)
        const { type } = asked
        return { body: `{"type":"${type}","data":{"value":42}}`, headers: JSON_HEADERS, expect: type }
      },
      check({ body }): CheckResult {
        const answer = readAnswer<{ id: string; type: string; matched: number }>(body, right)
        if (typeof answer === 'string') return answer
        const { id, type, matched } = answer
        if (type !== asked.type) return `has type ${JSON.stringify(type)}, not ${asked.type}`
        if (matched !== asked.matched) return `matches ${JSON.stringify(matched)} webhooks, not ${asked.matched}`
        return accepted(id) ? undefined : 'repeats the id of an event before'
      },
      variety: { by: () => String(asked.matched), free: { id: (id) => isWord(id) && accepted(id) } },
    }
  },
}

/** Events of a webhook. */
export interface Stats {
  delivered: number
  failed: number
  pending: number
}

/** What a webhook has got, read; a text that says what is wrong where it is not said. */
export const readStats = (body: string, id: string): Stats | string =>
  readAnswer<Stats>(body, object({ id: is(id), delivered: count, failed: count, pending: count }))

/** What a webhook has got against what it is due; undefined where that is right. */
export function checkStats(body: string, { id, due, maybe }: Pick<Webhook, 'id' | 'due' | 'maybe'>): CheckResult {
  const stats = readStats(body, id)
  if (typeof stats === 'string') return stats
  const { delivered, failed, pending } = stats
  if (failed > 0) return `counts ${failed} failed deliveries`
  const got = delivered + pending
  if (got < due) return `counts ${got} events, although ${due} were published to the webhook: lost`
  return got > due + maybe ? `counts ${got} events, although ${due} were published to the webhook: delivered twice` : undefined
}

/** What the webhooks that this VU has made last have received, the newest first: no event lost, none delivered twice. */
export const webhookStats: SessionEndpoint<'webhook_stats'> = {
  name: 'webhook_stats',
  method: 'GET',
  path: `${BASE}/webhooks/:id/stats`,
  auth: true,
  status: [200],
  type: 'application/json',
  session(vuState) {
    const webhooks = vuState.of(Webhooks)
    let asked: Webhook | undefined
    return {
      next(turn): Call | undefined {
        webhooks.settle()
        const { newest, previous, pool } = webhooks
        asked = asked === newest && previous !== undefined ? previous : newest
        if (asked !== undefined) return { params: { id: asked.id } }
        const id = pool[(vuState.vu + turn) % pool.length]
        if (id === undefined) return undefined
        asked = { id, types: [], due: 0, maybe: 0 }
        return { params: { id } }
      },
      check: ({ body }) => (asked === undefined ? undefined : checkStats(body, asked)),
    }
  },
}
