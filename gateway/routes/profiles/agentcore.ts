import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { FastifyPluginAsync, FastifyReply, onSendHookHandler } from 'fastify'
import type { WebSocket } from 'ws'
import { JSON_TYPE, refuse } from '../../base/errors.ts'
import { EventStream } from '../../base/event-stream.ts'
import { Limiter, type Quota, type QuotaOf } from '../../base/limiter.ts'
import { Upgrades } from '../../base/upgrades.ts'
import { Topics } from '../../domain/topics.ts'
import type { GatewayOptions } from '../../options.ts'
import { guarded } from '../access.ts'
import { authRoutes } from '../auth.ts'
import type { Gateway, RouteContext } from '../gateway.ts'
import { jsonrpcRoutes } from '../jsonrpc.ts'
import { metricsRoutes } from '../metrics.ts'
import { Connection } from '../websocket.ts'
import { agentcoreMethods } from './agentcore-methods.ts'

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

/** Errors have the body `{"detail":…}`, but for those of its limiter. */
export const detailed: onSendHookHandler = (_request, { statusCode }, payload, done) => {
  if (statusCode < 400 || statusCode === 429) return done(null, payload)
  done(null, JSON.stringify({ detail: STATUS_CODES[statusCode] }))
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

  /** Nobody needs a token here, but one that is given must be good. */
  const isForged = (given: unknown): boolean =>
    typeof given === 'string' && given !== '' && !gateway.authorization.token(given).valid

  const upgrades = new Upgrades(app)
  app.get<Tokened>('/realtime/ws', { ...guarded(gateway, 'websocket', 'nowhere'), exposeHeadRoute: false }, (request, reply) => {
    if (isForged(request.query.token)) return refuse(reply, 403, 'forbidden', 'the token is not valid')
    if (!upgrades.isOffered(request.raw)) return refuse(reply, 426, 'upgrade_required', 'expected a WebSocket handshake')
    return upgrades.accept(reply, (socket, wire) => {
      const connection = new Connection(gateway, socket, wire)
      pings.subscribe('', connection)
      socket.once('close', () => pings.unsubscribe('', connection))
    })
  })

  app.get<Tokened>('/realtime/events', { ...guarded(gateway, 'events', 'nowhere'), exposeHeadRoute: false }, (request, reply) => {
    const { topics, token } = request.query
    const stream = new EventStream(reply, gateway.connections)
    if (isForged(token)) return fail(reply, stream)
    const wanted = typeof topics === 'string' ? topics.split(',').filter((topic) => topic !== '') : []
    stream.send(`event: connected\ndata: ${JSON.stringify({ topics: wanted, sent_at: Date.now() })}\n\n`)
    const listener = { deliver: ({ text }: { text: string }) => stream.send(text) }
    keepalives.subscribe('', listener)
    stream.onEnd(() => keepalives.unsubscribe('', listener))
    return reply
  })
}

interface Tokened {
  Querystring: { topics?: unknown; token?: unknown }
}

/** A refusal with status 200: the stream says why, and ends. */
function fail(reply: FastifyReply, stream: EventStream): FastifyReply {
  stream.send('event: error\ndata: {"error":"Authentication failed"}\n\n')
  stream.end()
  return reply
}

/** The second port: agents talk to it from inside, so it asks for no token. */
export const registerAgentcoreRpc: FastifyPluginAsync<RouteContext> = async (app, { gateway }) => {
  await app.register(jsonrpcRoutes, {
    gateway,
    methods: agentcoreMethods(gateway.methods),
    bearer: false,
    unparsed: 'unprocessable',
  })

  const upgrades = new Upgrades(app)
  app.get<{ Querystring: { subscriber_id?: unknown } }>(
    '/api/v1/ws/events',
    { ...guarded(gateway, 'websocket', 'nowhere'), exposeHeadRoute: false },
    (request, reply) => {
      const { subscriber_id } = request.query
      if (typeof subscriber_id !== 'string' || subscriber_id === '' || subscriber_id.length > MAX_SUBSCRIBER_CHARS)
        return refuse(reply, 403, 'invalid_query', 'subscriber_id is required')
      if (!upgrades.isOffered(request.raw)) return refuse(reply, 426, 'upgrade_required', 'expected a WebSocket handshake')
      return upgrades.accept(reply, (socket) => new Subscription(gateway, socket, subscriber_id))
    },
  )
}

/** A socket for events about agents, whose frames are in other words than those of `/realtime/ws`. */
class Subscription {
  readonly #socket: WebSocket

  constructor({ connections }: Gateway, socket: WebSocket, subscriber_id: string) {
    this.#socket = socket
    connections.add('ws', this)
    socket.once('close', () => connections.remove('ws', this))
    // ws closes the socket by itself; without a listener the event would end the process.
    socket.on('error', () => {})
    socket.on('message', (data) => this.#received(String(data)))
    this.#say('connected', { connection_id: randomUUID(), subscriber_id })
  }

  end(): void {
    this.#socket.close(1001, 'going away')
  }

  #received(text: string): void {
    try {
      const { message_type, payload } = JSON.parse(text) as { message_type?: unknown; payload?: { timestamp?: unknown } }
      if (message_type === 'ping') this.#say('pong', { timestamp: payload?.timestamp ?? null })
    } catch {
      // Nothing is said to what cannot be read.
    }
  }

  #say(message_type: string, payload: object): void {
    this.#socket.send(JSON.stringify({ message_type, payload }))
  }
}
