import type { FastifyPluginAsync } from 'fastify'
import { rateKey } from '../access.ts'
import type { RouteContext } from '../gateway.ts'
import { Limiter, type QuotaOf } from '../limiter.ts'
import type { GatewayOptions } from '../options.ts'
import { actionRoutes } from '../routes/action.ts'
import { authRoutes } from '../routes/auth.ts'
import { eventRoutes } from '../routes/events.ts'
import { healthRoutes } from '../routes/health.ts'
import { integrationRoutes } from '../routes/integration.ts'
import { jsonrpcRoutes } from '../routes/jsonrpc.ts'
import { metricsRoutes } from '../routes/metrics.ts'
import { resourceRoutes } from '../routes/resources.ts'
import { uploadRoutes } from '../routes/uploads.ts'
import { websocketRoutes } from '../routes/websocket.ts'

/** The gateway of the contract. */
export const registerReference: FastifyPluginAsync<RouteContext> = async (app, context) => {
  const routes = [
    healthRoutes,
    resourceRoutes,
    actionRoutes,
    eventRoutes,
    jsonrpcRoutes,
    websocketRoutes,
    integrationRoutes,
    uploadRoutes,
    authRoutes,
    metricsRoutes,
  ]
  for (const plugin of routes) await app.register(plugin, context)
}

export function referenceQuota({ rateLimit }: GatewayOptions): QuotaOf | null {
  if (rateLimit === 0) return null
  const limiter = new Limiter(rateLimit)
  return (request, verdict) => limiter.take(rateKey(verdict, request.ip))
}
