import type { FastifyPluginCallback } from 'fastify'
import { guard } from '../access.ts'
import { PAGE_RULE, parsePage } from '../domain/query.ts'
import { buildDocument, etagMatches, listResources, resourceIndex } from '../domain/resources.ts'
import { JSON_TYPE, refuse } from '../errors.ts'
import type { RouteContext } from '../gateway.ts'

export const resourceRoutes: FastifyPluginCallback<RouteContext> = (app, { gateway }, done) => {
  const onRequest = guard(gateway, { bearer: true })

  app.get<{ Params: { id: string } }>(
    '/api/v1/resource/:id',
    { onRequest, config: { endpoint: 'resource' } },
    (request, reply) => {
      const { id } = request.params
      const index = resourceIndex(id)
      if (index === null) return refuse(reply, 404, 'not_found', 'no such resource')
      let document = gateway.cache.get(id)
      if (document) {
        reply.header('x-cache', 'HIT')
      } else {
        reply.header('x-cache', 'MISS')
        document = buildDocument(index)
        gateway.cache.set(id, document)
      }
      reply.header('etag', document.etag)
      const wanted = request.headers['if-none-match']
      if (wanted !== undefined && etagMatches(wanted, document.etag)) return reply.code(304).send()
      return reply.header('content-type', JSON_TYPE).send(document.body)
    },
  )

  app.get<{ Querystring: Record<string, unknown> }>(
    '/api/v1/resources',
    { onRequest, config: { endpoint: 'resources' } },
    (request, reply) => {
      const page = parsePage(request.query)
      if (!page) return refuse(reply, 422, 'invalid_query', PAGE_RULE)
      return reply.header('content-type', JSON_TYPE).send(listResources(page.limit, page.offset))
    },
  )
  done()
}
