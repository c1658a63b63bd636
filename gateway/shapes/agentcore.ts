import type { FastifyPluginAsync } from 'fastify'
import { guarded } from '../access.ts'
import { Topics } from '../domain/topics.ts'
import { JSON_TYPE, refuse } from '../errors.ts'
import { EventStream } from '../event-stream.ts'
import type { RouteContext } from '../gateway.ts'
import { Limiter, type Quota, type QuotaOf } from '../limiter.ts'
import type { GatewayOptions } from '../options.ts'
import { authRoutes } from '../routes/auth.ts'
import { jsonrpcRoutes } from '../routes/jsonrpc.ts'
import { metricsRoutes } from '../routes/metrics.ts'
import { Connection } from '../websocket/connection.ts'
import { Upgrades } from '../websocket/upgrades.ts'

/** Another gateway than the contract's: other paths, a second port for JSON-RPC, other limits. */

const PER_ROUTE = 100
const PER_ADDRESS = 33
const MAX_SUBSCRIBER_CHARS = 128

export function agentcoreQuota({ rateLimit }: GatewayOptions): QuotaOf | null {
  if (rateLimit === 0) return null
  const routes = new Limiter(PER_ROUTE, 60_000)
  const addresses = new Limiter(PER_ADDRESS, 1000)
  return (request) => {
    const ofAddress = addresses.take(request.ip)
    if (!ofAddress.allowed) return ofAddress
    return scarcer(ofAddress, routes.take(`${request.routeOptions.url} ${request.ip}`))
  }
}

const scarcer = (a: Quota, b: Quota): Quota => (!b.allowed || b.remaining < a.remaining ? b : a)

export const registerAgentcore: FastifyPluginAsync<RouteContext> = async (app, { gateway }) => {
  for (const [path, status] of [
    ['/live', 'alive'],
    ['/ready', 'ready'],
  ] as const)
    app.get(path, { config: { endpoint: 'health' } }, (_request, reply) => {
      reply.header('content-type', JSON_TYPE)
      return `{"status":"${status}"}`
    })
  await app.register(authRoutes, { gateway, refreshTokenIn: 'query', limited: true })
  await app.register(metricsRoutes, { gateway })

  const { keepaliveMs } = gateway.options
  const pings = new Topics(keepaliveMs, () => `{"type":"ping","sent_at":${Date.now()}}`)
  const keepalives = new Topics(keepaliveMs, () => `event: keepalive\ndata: {"sent_at":${Date.now()}}\n\n`)
  app.addHook('onClose', async () => {
    pings.stop()
    keepalives.stop()
  })

  const upgrades = new Upgrades(app)
  app.get('/realtime/ws', { ...guarded(gateway, 'websocket', 'query'), exposeHeadRoute: false }, (request, reply) => {
    if (!upgrades.isOffered(request.raw)) return refuse(reply, 426, 'upgrade_required', 'expected a WebSocket handshake')
    return upgrades.accept(reply, (socket, wire) => {
      const connection = new Connection(gateway, socket, wire)
      pings.subscribe('', connection)
      socket.once('close', () => pings.unsubscribe('', connection))
    })
  })

  app.get<{ Querystring: { topics?: unknown } }>(
    '/realtime/events',
    { ...guarded(gateway, 'events', 'query'), exposeHeadRoute: false },
    (request, reply) => {
      const { topics } = request.query
      const wanted = typeof topics === 'string' ? topics.split(',').filter((topic) => topic !== '') : []
      const stream = new EventStream(reply, gateway.connections)
      stream.send(`event: connected\ndata: ${JSON.stringify({ topics: wanted, sent_at: Date.now() })}\n\n`)
      const listener = { deliver: ({ text }: { text: string }) => stream.send(text) }
      keepalives.subscribe('', listener)
      stream.onEnd(() => keepalives.unsubscribe('', listener))
      return reply
    },
  )
}

/** The second port: agents talk to it from inside, so it asks for no token. */
export const registerAgentcoreRpc: FastifyPluginAsync<RouteContext> = async (app, { gateway }) => {
  await app.register(jsonrpcRoutes, { gateway, bearer: false, unparsed: 'unprocessable' })

  const upgrades = new Upgrades(app)
  app.get<{ Querystring: { subscriber_id?: unknown } }>(
    '/api/v1/ws/events',
    { ...guarded(gateway, 'websocket', 'nowhere'), exposeHeadRoute: false },
    (request, reply) => {
      const { subscriber_id } = request.query
      if (typeof subscriber_id !== 'string' || subscriber_id === '' || subscriber_id.length > MAX_SUBSCRIBER_CHARS)
        return refuse(reply, 403, 'invalid_query', 'subscriber_id is required')
      if (!upgrades.isOffered(request.raw)) return refuse(reply, 426, 'upgrade_required', 'expected a WebSocket handshake')
      return upgrades.accept(reply, (socket, wire) => new Connection(gateway, socket, wire, { subscriber_id }))
    },
  )
}
