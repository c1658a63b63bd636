import type { FastifyPluginCallback, FastifyReply } from 'fastify'
import { JSON_TYPE, refuse } from '../base/errors.ts'
import { PAGE_RULE, parsePage } from '../domain/query.ts'
import { buildDocument, type Document, etagMatches, listResources, resourceIndex } from '../domain/resources.ts'
import { guarded } from './access.ts'
import type { Gateway, RouteContext } from './gateway.ts'

export const resourceRoutes: FastifyPluginCallback<RouteContext> = (app, { gateway }, done) => {
  app.get<{ Params: { id: string } }>('/api/v1/resource/:id', guarded(gateway, 'resource'), (request, reply) => {
    const { id } = request.params
    const index = resourceIndex(id)
    if (index === null) return refuse(reply, 404, 'not_found', 'no such resource')
    const document = look(gateway, id, index, reply)
    reply.header('etag', document.etag)
    const wanted = request.headers['if-none-match']
    if (wanted !== undefined && etagMatches(wanted, document.etag)) return reply.code(304).send()
    return reply.header('content-type', JSON_TYPE).send(document.body)
  })

  app.get<{ Querystring: Record<string, unknown> }>('/api/v1/resources', guarded(gateway, 'resources'), (request, reply) => {
    const page = parsePage(request.query)
    if (!page) return refuse(reply, 422, 'invalid_query', PAGE_RULE)
    return reply.header('content-type', JSON_TYPE).send(listResources(page.limit, page.offset))
  })
  done()
}

function look(gateway: Gateway, id: string, index: number, reply: FastifyReply): Document {
  const { cache, faults } = gateway
  const tampered = faults === null ? null : faults.lookup('resource')
  const known = tampered === 'miss' ? cache.miss() : cache.get(id)
  if (tampered === 'stale') {
    reply.header('x-cache', 'HIT')
    return buildDocument(index, 0)
  }
  if (known) {
    reply.header('x-cache', 'HIT')
    return known
  }
  reply.header('x-cache', 'MISS')
  const document = buildDocument(index)
  cache.set(id, document)
  return document
}
