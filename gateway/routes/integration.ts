import type { FastifyPluginCallback } from 'fastify'
import { refuse } from '../base/errors.ts'
import { complete } from '../domain/completion.ts'
import { PAGE_RULE, parsePage } from '../domain/query.ts'
import { isDeliverable, type Webhook } from '../domain/webhooks.ts'
import { guarded } from './access.ts'
import type { RouteContext } from './gateway.ts'

const MAX_TOKENS = 4096

const COMPLETE = {
  type: 'object',
  required: ['model', 'prompt'],
  properties: {
    model: { type: 'string', minLength: 1, maxLength: 128 },
    prompt: { type: 'string', minLength: 1 },
    max_tokens: { type: 'integer', minimum: 1, maximum: MAX_TOKENS },
  },
}

const CREATE_WEBHOOK = {
  type: 'object',
  required: ['url', 'events'],
  properties: {
    url: { type: 'string', minLength: 1, maxLength: 512 },
    events: {
      type: 'array',
      minItems: 1,
      maxItems: 8,
      uniqueItems: true,
      items: { type: 'string', minLength: 1, maxLength: 64 },
    },
  },
}

const PUBLISH = {
  type: 'object',
  required: ['type', 'data'],
  properties: { type: { type: 'string', minLength: 1, maxLength: 64 }, data: {} },
}

const shown = ({ id, url, events }: Webhook) => ({ id, url, events })

export const integrationRoutes: FastifyPluginCallback<RouteContext> = (app, { gateway }, done) => {
  const { webhooks } = gateway
  const base = '/api/v1/integration'

  app.post<{ Body: { model: string; prompt: string; max_tokens?: number } }>(
    `${base}/llm/complete`,
    { ...guarded(gateway, 'llm_complete'), schema: { body: COMPLETE } },
    ({ body }) => complete(body.model, body.prompt, body.max_tokens),
  )

  app.post<{ Body: { url: string; events: string[] } }>(
    `${base}/webhooks`,
    { ...guarded(gateway, 'webhook_create'), schema: { body: CREATE_WEBHOOK } },
    ({ body }, reply) => {
      if (!isDeliverable(body.url))
        return refuse(reply, 422, 'invalid_body', 'url is internal:sink or an http(s) URL on loopback')
      const { id, url, events, created_at } = webhooks.create(body.url, body.events)
      return reply.code(201).send({ id, url, events, created_at })
    },
  )

  app.get<{ Querystring: Record<string, unknown> }>(`${base}/webhooks`, guarded(gateway, 'webhook_list'), (request, reply) => {
    const page = parsePage(request.query)
    if (!page) return refuse(reply, 422, 'invalid_query', PAGE_RULE)
    const { total, items } = webhooks.list(page.limit, page.offset)
    return { total, items: items.map(shown) }
  })

  app.get<{ Params: { id: string } }>(`${base}/webhooks/:id/stats`, guarded(gateway, 'webhook_stats'), (request, reply) => {
    const webhook = webhooks.get(request.params.id)
    if (!webhook) return refuse(reply, 404, 'not_found', 'no such webhook')
    const { id, delivered, failed, pending } = webhook
    return { id, delivered, failed, pending }
  })

  app.post<{ Body: { type: string; data: unknown } }>(
    `${base}/events/publish`,
    { ...guarded(gateway, 'event_publish'), schema: { body: PUBLISH } },
    ({ body }, reply) => {
      const { id, matched } = webhooks.publish(body.type, body.data)
      return reply.code(201).send({ id, type: body.type, matched })
    },
  )
  done()
}
