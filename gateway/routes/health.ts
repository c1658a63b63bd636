import type { FastifyPluginCallback } from 'fastify'
import { JSON_TYPE } from '../errors.ts'
import { type RouteContext, uptimeS } from '../gateway.ts'
import { VERSION } from '../options.ts'

export const healthRoutes: FastifyPluginCallback<RouteContext> = (app, { gateway }, done) => {
  app.get('/api/v1/health', { config: { endpoint: 'health' } }, (_request, reply) => {
    reply.header('content-type', JSON_TYPE)
    return `{"status":"healthy","version":"${VERSION}","uptime_s":${uptimeS(gateway)}}`
  })
  done()
}
