import type { FastifyPluginCallback } from 'fastify'
import type { RouteContext } from './gateway.ts'

export const metricsRoutes: FastifyPluginCallback<RouteContext> = (app, { gateway }, done) => {
  app.get('/metrics', { config: { endpoint: 'metrics' } }, async (_request, reply) => {
    reply.header('content-type', gateway.metrics.contentType)
    return gateway.metrics.render()
  })
  done()
}
