import fastifyJwt from '@fastify/jwt'
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import { Authorization, type Claims } from './authorization.ts'
import { ResponseCache } from './cache.ts'
import { Connections } from './connections.ts'
import { openSender } from './deliveries.ts'
import { a2aMethods } from './domain/a2a-methods.ts'
import { A2aTasks } from './domain/a2a-tasks.ts'
import { Agents } from './domain/agents.ts'
import { gatewayMethods } from './domain/gateway-methods.ts'
import type { Document } from './domain/resources.ts'
import { Tasks } from './domain/tasks.ts'
import { Topics } from './domain/topics.ts'
import { Webhooks } from './domain/webhooks.ts'
import { answerError, answerUnparsed } from './errors.ts'
import type { Routes } from './faults/order.ts'
import { controlProcess } from './faults/process-control.ts'
import { Switchboard } from './faults/switchboard.ts'
import { type Gateway, uptimeS } from './gateway.ts'
import { Limiter } from './limiter.ts'
import { Metrics } from './metrics.ts'
import { BODY_LIMIT_BYTES, type GatewayOptions, HEADER_LIMIT_BYTES, resolveOptions } from './options.ts'
import { actionRoutes } from './routes/action.ts'
import { authRoutes } from './routes/auth.ts'
import { eventRoutes } from './routes/events.ts'
import { healthRoutes } from './routes/health.ts'
import { integrationRoutes } from './routes/integration.ts'
import { jsonrpcRoutes } from './routes/jsonrpc.ts'
import { metricsRoutes } from './routes/metrics.ts'
import { resourceRoutes } from './routes/resources.ts'
import { uploadRoutes } from './routes/uploads.ts'
import { websocketRoutes } from './routes/websocket.ts'
import { limitHttp2Headers, superviseRouting } from './routing.ts'
import { writeEvent } from './websocket/connection.ts'

declare module 'fastify' {
  interface FastifyInstance {
    gateway: Gateway
    /** The endpoint of each route pattern, where faults are built in. */
    routePatterns: Routes
  }
}

/** The gateway as a Fastify app that does not listen. */
export async function buildApp(given: Partial<GatewayOptions> = {}): Promise<FastifyInstance> {
  const options = resolveOptions(given)
  const app = createServer(options)
  await app.register(fastifyJwt, { secret: options.jwtSecret, sign: { algorithm: 'HS256' }, verify: { algorithms: ['HS256'] } })

  const gateway = assemble(app, options)
  app.decorate('gateway', gateway)
  gateway.connections.watch(app.server)

  app.setErrorHandler(answerError)
  app.decorate('routePatterns', superviseRouting(app, gateway))
  // A fault that stopped the listener would keep it from closing.
  app.addHook('preClose', async () => {
    gateway.faults?.clear()
    gateway.connections.endLongLived()
  })
  if (options.tls && !options.tls.http1Only) limitHttp2Headers(app)
  const context = { gateway }
  await app.register(healthRoutes, context)
  await app.register(resourceRoutes, context)
  await app.register(actionRoutes, context)
  await app.register(eventRoutes, context)
  await app.register(jsonrpcRoutes, context)
  await app.register(websocketRoutes, context)
  await app.register(integrationRoutes, context)
  await app.register(uploadRoutes, context)
  await app.register(authRoutes, context)
  await app.register(metricsRoutes, context)
  return app
}

function createServer(options: GatewayOptions): FastifyInstance {
  const common = {
    // Standard output carries the ready line and nothing else.
    logger: options.log ? { stream: process.stderr } : false,
    bodyLimit: BODY_LIMIT_BYTES,
    // Longer than a load generator keeps an idle connection (90 s in Go), so that it never reuses one just closed.
    keepAliveTimeout: 120_000,
    http: { maxHeaderSize: HEADER_LIMIT_BYTES },
    clientErrorHandler: answerUnparsed,
    frameworkErrors: answerError,
    forceCloseConnections: options.tls && !options.tls.http1Only ? false : 'idle',
    // A body is judged as it was sent: no coercion, nothing removed, no defaults.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    routerOptions: { maxParamLength: 512 },
  }
  const { tls } = options
  const secure = tls && { key: tls.key, cert: tls.cert, maxHeaderSize: HEADER_LIMIT_BYTES }
  const transport = !secure ? {} : tls.http1Only ? { https: secure } : { http2: true, https: { ...secure, allowHTTP1: true } }
  const app = Fastify({ ...common, ...transport } as FastifyServerOptions) as unknown as FastifyInstance
  app.removeContentTypeParser(['text/plain', 'application/json'])
  app.addContentTypeParser('application/json', { parseAs: 'string' }, parseJson)
  return app
}

interface BodyError extends Error {
  statusCode: number
  code: string
}

function parseJson(_request: unknown, text: string | Buffer, done: (error: Error | null, body?: unknown) => void): void {
  try {
    done(null, JSON.parse(text as string))
  } catch (cause) {
    const error = new Error('the body is not JSON', { cause }) as BodyError
    error.statusCode = 400
    error.code = 'FST_ERR_CTP_INVALID_JSON_BODY'
    done(error)
  }
}

function assemble(app: FastifyInstance, options: GatewayOptions): Gateway {
  const codec = {
    sign: (claims: Record<string, string | number>) => app.jwt.sign(claims),
    verify: (token: string) => app.jwt.verify<Claims>(token),
  }
  const agents = new Agents()
  const tasks = new Tasks()
  const a2aTasks = new A2aTasks()
  const cache = new ResponseCache<Document>(options.cacheSize)
  const topics = new Topics(options.eventIntervalMs, writeEvent)
  const sender = openSender()
  app.addHook('onClose', async () => sender.close())
  const faults = options.faults ? new Switchboard(controlProcess(app.server, () => gateway)) : null
  const webhooks = new Webhooks(sender.send, faults ? () => faults.deliveries('event_publish') : undefined)
  const gateway: Gateway = {
    options,
    authorization: new Authorization(codec, options.tokenTtlS, options.refreshTtlS),
    cache,
    connections: new Connections(),
    faults,
    limiter: options.rateLimit > 0 ? new Limiter(options.rateLimit) : null,
    metrics: new Metrics(),
    methods: new Map([...gatewayMethods(agents, tasks, () => uptimeS(gateway)), ...a2aMethods(a2aTasks)]),
    a2aTasks,
    topics,
    webhooks,
    stores: [agents, tasks, a2aTasks, topics, webhooks, cache],
    startedAtMs: Date.now(),
  }
  gateway.metrics.expose({
    connections: () => gateway.connections.count(),
    cache: () => gateway.cache,
    rateLimited: () => gateway.limiter?.rejected ?? 0,
    deliveries: () => ({ delivered: webhooks.delivered, failed: webhooks.failed }),
    startedAtMs: () => gateway.startedAtMs,
  })
  return gateway
}
