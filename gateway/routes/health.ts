import type { FastifyPluginCallback } from 'fastify'
import { JSON_TYPE } from '../base/errors.ts'
import { VERSION } from '../options.ts'
import { type RouteContext, uptimeS } from './gateway.ts'

export const healthRoutes: FastifyPluginCallback<RouteContext> = (app, { gateway }, done) => {
  app.get('/api/v1/health', { config: { endpoint: 'health' } }, (_request, reply) => {
    reply.header('content-type', JSON_TYPE)
    return `{"status":"healthy","version":"${VERSION}","uptime_s":${uptimeS(gateway)}}`
  })
  done()
}
