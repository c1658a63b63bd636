import type { FastifyInstance, onRequestHookHandler } from 'fastify'
import { refuse } from '../base/errors.ts'
import { requestFaults, responseFaults } from '../faults/hooks.ts'
import type { AnswerLog } from '../measure/answer-log.ts'
import type { RouteMeter } from '../measure/metrics.ts'
import { HEADER_LIMIT_BYTES } from '../options.ts'
import type { Gateway } from '../routes/gateway.ts'

/** Where waits that were drawn apply. */
const API = '/api/v1/'
/** nginx's word for a client that left before its answer was whole. */
const CLIENT_GONE = 499
/** A WebSocket's handshake ends without the response ever being written. */
const SWITCHED = 101

interface KnownPath {
  readonly pattern: RegExp
  readonly methods: Set<string>
}

function pathPattern(url: string): RegExp {
  const escaped = url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+')
  return new RegExp(`^${escaped}$`)
}

/** Times each route and tells an unknown path (404) from a wrong verb on a known one (405). */
export function superviseRouting(app: FastifyInstance, gateway: Gateway): void {
  const known = new Map<string, KnownPath>()

  app.addHook('onRoute', (route) => {
    const path = known.get(route.url) ?? { pattern: pathPattern(route.url), methods: new Set<string>() }
    known.set(route.url, path)
    const methods = [route.method].flat()
    for (const method of methods) path.methods.add(method)
    const meter = gateway.metrics.meter(methods[0] ?? 'GET', route.url)
    const existing = route.onRequest === undefined ? [] : [route.onRequest].flat()
    const { answerLog, options } = gateway
    const draw = route.url.startsWith(API) ? options.draw : null
    const timed: onRequestHookHandler = (_request, reply, done) => {
      time(meter, reply.raw, answerLog)
      if (draw === null) done()
      else setTimeout(done, draw())
    }
    const endpoint = route.config?.endpoint
    if (gateway.faults !== null && endpoint !== undefined) {
      gateway.routePatterns.set(route.url, endpoint)
      route.onRequest = [timed, requestFaults(gateway.faults, endpoint), ...existing]
      route.onSend = responseFaults(gateway.faults, endpoint)
    } else {
      route.onRequest = [timed, ...existing]
    }
  })

  const { faults } = gateway
  if (faults !== null) {
    const unmatched = requestFaults(faults, 'unmatched')
    app.addHook('onRequest', async function (request, reply) {
      return request.is404 ? unmatched.call(this, request, reply) : undefined
    })
  }
  // Before the body is read: what it holds does not matter to a path that takes none.
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) {
      done()
      return
    }
    const url = request.raw.url ?? ''
    const query = url.indexOf('?')
    const path = query === -1 ? url : url.slice(0, query)
    const match = [...known.entries()].find(([, { pattern }]) => pattern.test(path))
    time(gateway.metrics.meter(request.method, match?.[0] ?? 'unmatched'), reply.raw, gateway.answerLog)
    if (match) {
      const allowed = [...match[1].methods].sort().join(', ')
      refuse(reply.header('allow', allowed), 405, 'method_not_allowed', `${path} answers ${allowed}`)
    } else {
      refuse(reply, 404, 'not_found', 'no such route')
    }
  })
}

/** HTTP/1 is refused by the parser; HTTP/2 has no such limit of its own that would be answered with a status. */
export function limitHttp2Headers(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.raw.httpVersionMajor < 2) return done()
    let bytes = 0
    for (const text of request.raw.rawHeaders) bytes += text.length + 2
    if (bytes <= HEADER_LIMIT_BYTES) return done()
    refuse(reply, 431, 'headers_too_large', `more than ${HEADER_LIMIT_BYTES} bytes of headers`)
  })
}

interface Answer {
  readonly statusCode: number
  readonly writableEnded: boolean
  once(event: 'close', listener: () => void): unknown
}

function time(meter: RouteMeter, answer: Answer, answerLog: AnswerLog | null): void {
  const started = performance.now()
  answer.once('close', () => {
    const took = performance.now() - started
    const status = answer.writableEnded || answer.statusCode === SWITCHED ? answer.statusCode : CLIENT_GONE
    meter.observe(status, took / 1000)
    answerLog?.record(`${meter.method} ${meter.route}`, started, took, status)
  })
}
