import type { FastifyPluginAsync } from 'fastify'
import { Limiter, type QuotaOf } from '../../base/limiter.ts'
import type { GatewayOptions } from '../../options.ts'
import { rateKey } from '../access.ts'
import { actionRoutes } from '../action.ts'
import { authRoutes } from '../auth.ts'
import { eventRoutes } from '../events.ts'
import type { RouteContext } from '../gateway.ts'
import { healthRoutes } from '../health.ts'
import { integrationRoutes } from '../integration.ts'
import { jsonrpcRoutes } from '../jsonrpc.ts'
import { metricsRoutes } from '../metrics.ts'
import { resourceRoutes } from '../resources.ts'
import { uploadRoutes } from '../uploads.ts'
import { websocketRoutes } from '../websocket.ts'

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
