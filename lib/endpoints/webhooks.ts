/** Webhooks, the events that are published to them, and how many of those each has got. */
import { type Frame, frameOf } from './answer-frame.ts'
import type { Call, SessionEndpoint, Wrong } from './endpoint.ts'
import { isObject, readJson } from './json.ts'
import { type Webhook, Webhooks } from './webhook-events.ts'

const BASE = '/api/v1/integration'
const JSON_HEADERS = { 'Content-Type': 'application/json' } as const
/** Delivered inside the reference gateway and only counted. */
export const SINK = 'internal:sink'

const fieldsOf = (body: string) => {
  const answer = readJson(body)
  return isObject(answer) ? answer : {}
}

export const webhookCreate: SessionEndpoint = {
  name: 'webhook_create',
  method: 'POST',
  path: `${BASE}/webhooks`,
  auth: true,
  status: [201, 200],
  type: 'application/json',
  session(memory, values) {
    const webhooks = memory.of(Webhooks)
    const [url = SINK] = values.url ?? []
    const head = `{"url":${JSON.stringify(url)},"events":`
    let lastId: unknown
    return {
      next() {
        // Types are words of our own: nothing in them must be written in another way.
        const [own, before] = webhooks.nextTypes(memory)
        const expect = before === undefined ? `["${own}"]` : `["${own}","${before}"]`
        return { body: `${head}${expect}}`, headers: JSON_HEADERS, expect }
      },
      judge({ body }, { expect }): Wrong {
        const { id, url: echoed, events } = fieldsOf(body)
        if (typeof id !== 'string' || id === '') return 'has no id'
        if (id === lastId) return 'repeats the id of the webhook before'
        lastId = id
        if (echoed !== url) return `has url ${JSON.stringify(echoed)}, not ${url}`
        if (JSON.stringify(events) !== expect) return `has events ${JSON.stringify(events)}, not ${expect}`
        webhooks.made(id)
        return undefined
      },
    }
  },
}

const REPEATED = 'repeats the id of the event before'

export const eventPublish: SessionEndpoint = {
  name: 'event_publish',
  method: 'POST',
  path: `${BASE}/events/publish`,
  auth: true,
  status: [201, 200],
  type: 'application/json',
  session(memory) {
    const webhooks = memory.of(Webhooks)
    let asked = { type: '', matched: 0 }
    let lastId: unknown
    /** What right answers look like, by the number of webhooks that match. */
    const frames: (Frame | undefined)[] = []
    const read = (body: string, call: Call): Wrong => {
      const { id, type, matched } = fieldsOf(body)
      if (typeof id !== 'string' || id === '') return 'has no id'
      if (id === lastId) return REPEATED
      lastId = id
      if (type !== asked.type) return `has type ${JSON.stringify(type)}, not ${asked.type}`
      if (matched !== asked.matched) return `matches ${JSON.stringify(matched)} webhooks, not ${asked.matched}`
      // One is enough: where no other answer is like it, making more would only cost.
      frames[matched] ??= frameOf(body, call, 'id', id)
      return undefined
    }
    return {
      next() {
        asked = webhooks.nextEvent(memory)
        const { type } = asked
        return { body: `{"type":"${type}","data":{"value":42}}`, headers: JSON_HEADERS, expect: type }
      },
      judge({ body }, call): Wrong {
        const id = frames[asked.matched]?.(body, call)
        if (id === undefined) {
          const wrong = read(body, call)
          if (wrong !== undefined) return wrong
        } else if (id === lastId) return REPEATED
        else lastId = id
        webhooks.published()
        return undefined
      },
    }
  },
}

/** What a webhook has got against what it is due; undefined where that is right. */
export function judgeStats(body: string, { id, due, maybe }: Pick<Webhook, 'id' | 'due' | 'maybe'>): Wrong {
  const stats = fieldsOf(body)
  const { delivered, failed, pending } = stats
  if (stats.id !== id) return `is about webhook ${JSON.stringify(stats.id)}, not ${id}`
  if (typeof delivered !== 'number' || typeof failed !== 'number' || typeof pending !== 'number')
    return 'is not {"delivered":…,"failed":…,"pending":…}'
  if (failed > 0) return `counts ${failed} failed deliveries`
  const got = delivered + pending
  if (got < due) return `counts ${got} events, although ${due} were published to the webhook: lost`
  return got > due + maybe ? `counts ${got} events, although ${due} were published to the webhook: delivered twice` : undefined
}

/** Of the webhooks that this VU has made last, the newest first. */
export const webhookStats: SessionEndpoint = {
  name: 'webhook_stats',
  method: 'GET',
  path: `${BASE}/webhooks/:id/stats`,
  auth: true,
  status: [200],
  type: 'application/json',
  session(memory) {
    const webhooks = memory.of(Webhooks)
    let asked: Webhook | undefined
    return {
      next(turn): Call | undefined {
        webhooks.settle()
        const { newest, previous, pool } = webhooks
        asked = asked === newest && previous !== undefined ? previous : newest
        if (asked !== undefined) return { params: { id: asked.id } }
        const id = pool[(memory.vu + turn) % pool.length]
        if (id === undefined) return undefined
        asked = { id, types: [], due: 0, maybe: 0 }
        return { params: { id } }
      },
      judge: ({ body }) => (asked === undefined ? undefined : judgeStats(body, asked)),
    }
  },
}
