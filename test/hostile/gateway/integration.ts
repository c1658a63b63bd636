/** The integration layer: completions, webhooks whose events are counted where they are, uploads. */
import { createHash, randomUUID } from 'node:crypto'
import { error, isObject, json, parsed } from './answers.ts'
import type { Answer, Exchange } from './model.ts'

interface Webhook {
  id: string
  url: string
  events: string[]
  delivered: number
}

export class Integration {
  readonly #webhooks = new Map<string, Webhook>()

  complete({ body }: Exchange): Answer {
    const asked = parsed(body)
    if (!isObject(asked) || typeof asked.model !== 'string' || typeof asked.prompt !== 'string') return error(422, 'invalid_body')
    const { model, prompt } = asked
    const usage = { prompt_tokens: prompt.split(' ').length, completion_tokens: 4 }
    return json(200, { id: randomUUID(), model, completion: `You said: ${prompt}`, usage })
  }

  create({ body }: Exchange): Answer {
    const asked = parsed(body)
    if (!isObject(asked) || typeof asked.url !== 'string' || !Array.isArray(asked.events)) return error(422, 'invalid_body')
    const webhook: Webhook = { id: randomUUID(), url: asked.url, events: asked.events.map(String), delivered: 0 }
    this.#webhooks.set(webhook.id, webhook)
    const { delivered: _, ...shown } = webhook
    return json(201, { ...shown, created_at: Date.now() })
  }

  list({ query }: Exchange): Answer {
    const [limit, offset] = [Number(query.get('limit') ?? 20), Number(query.get('offset') ?? 0)]
    const items = [...this.#webhooks.values()].slice(offset, offset + limit).map(({ delivered: _, ...item }) => item)
    return json(200, { total: this.#webhooks.size, items })
  }

  stats({ path }: Exchange): Answer {
    const webhook = this.#webhooks.get(path.split('/').at(-2) ?? '')
    if (webhook === undefined) return error(404, 'not_found')
    return json(200, { id: webhook.id, delivered: webhook.delivered, failed: 0, pending: 0 })
  }

  publish({ body }: Exchange): Answer {
    const asked = parsed(body)
    if (!isObject(asked) || typeof asked.type !== 'string') return error(422, 'invalid_body')
    const { type } = asked
    const matching = [...this.#webhooks.values()].filter(({ events }) => events.includes(type))
    for (const webhook of matching) webhook.delivered++
    return json(201, { id: randomUUID(), type, matched: matching.length })
  }

  upload({ body, headers }: Exchange): Answer {
    if (headers['content-type'] !== 'application/octet-stream') return error(415, 'unsupported_media_type')
    return json(201, {
      id: randomUUID(),
      size: Buffer.byteLength(body),
      sha256: createHash('sha256').update(body).digest('hex'),
    })
  }
}
