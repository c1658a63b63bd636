import type { FastifyPluginCallback } from 'fastify'
import { guard } from '../access.ts'
import { parseLastEventId, parseStreamQuery, STREAM_RULE } from '../domain/query.ts'
import { refuse } from '../errors.ts'
import { EventStream } from '../event-stream.ts'
import type { RouteContext } from '../gateway.ts'

export const eventRoutes: FastifyPluginCallback<RouteContext> = (app, { gateway }, done) => {
  app.get<{ Querystring: Record<string, unknown> }>(
    '/api/v1/events/stream',
    // A HEAD on it would have to stream as well.
    { onRequest: guard(gateway, { bearer: true }), exposeHeadRoute: false, config: { endpoint: 'events' } },
    (request, reply) => {
      const query = parseStreamQuery(request.query)
      if (!query) return refuse(reply, 422, 'invalid_query', STREAM_RULE)
      const last = parseLastEventId(request.headers['last-event-id'])
      if (last === null) return refuse(reply, 422, 'invalid_last_event_id', 'Last-Event-ID must be an id of this stream')
      const stream = new EventStream(reply, gateway.connections)
      return pace(stream, last, query.intervalMs, query.count)
    },
  )
  done()
}

/** Each event is due at start + n * interval: the wait is set anew each time, so that timers do not drift. */
function pace(stream: EventStream, last: number, intervalMs: number, count: number): void {
  const started = performance.now()
  let sent = 0
  let timer: NodeJS.Timeout | undefined
  stream.onEnd(() => clearTimeout(timer))
  const tick = (): void => {
    if (stream.ended) return
    sent++
    const seq = last + sent
    stream.send(`id: ${seq}\nevent: tick\ndata: {"seq":${seq},"sent_at":${Date.now()}}\n\n`)
    if (sent === count) stream.end()
    else timer = setTimeout(tick, Math.max(0, started + sent * intervalMs - performance.now()))
  }
  tick()
}
