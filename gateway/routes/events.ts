import type { FastifyPluginCallback } from 'fastify'
import { refuse } from '../base/errors.ts'
import { EventStream } from '../base/event-stream.ts'
import { parseLastEventId, parseStreamQuery, STREAM_RULE, type StreamQuery } from '../domain/query.ts'
import { guarded } from './access.ts'
import type { Gateway, RouteContext } from './gateway.ts'

export const eventRoutes: FastifyPluginCallback<RouteContext> = (app, { gateway }, done) => {
  app.get<{ Querystring: Record<string, unknown> }>(
    '/api/v1/events/stream',
    // A HEAD on it would have to stream as well.
    { ...guarded(gateway, 'events'), exposeHeadRoute: false },
    (request, reply) => {
      const query = parseStreamQuery(request.query)
      if (!query) return refuse(reply, 422, 'invalid_query', STREAM_RULE)
      const last = parseLastEventId(request.headers['last-event-id'])
      if (last === null) return refuse(reply, 422, 'invalid_last_event_id', 'Last-Event-ID must be an id of this stream')
      const plan = gateway.faults?.plan('events') ?? {}
      const stream = new EventStream(reply, gateway.connections)
      const pass = passing(gateway, stream)
      return pace(stream, plan.ignoreLastEventId ? 0 : last, { ...query, ...plan }, pass)
    },
  )
  done()
}

/** Writes an event; with faults on it may come out as none, twice or late. */
function passing(gateway: Gateway, stream: EventStream): (seq: number, text: string) => void {
  const { faults } = gateway
  if (faults === null) return (_seq, text) => stream.send(text)
  return (seq, text) => {
    for (const event of faults.pass('events', { seq, text }, stream)) stream.send(event.text)
  }
}

interface Pace extends StreamQuery {
  readonly stallAfter?: number
  readonly closeAfter?: number
}

/** Each event is due at start + n * interval: the wait is set anew each time, so that timers do not drift. */
function pace(stream: EventStream, last: number, plan: Pace, pass: (seq: number, text: string) => void): void {
  const started = performance.now()
  let sent = 0
  let timer: NodeJS.Timeout | undefined
  stream.onEnd(() => clearTimeout(timer))
  const tick = (): void => {
    if (stream.ended || sent === plan.stallAfter) return
    sent++
    const seq = last + sent
    pass(seq, `id: ${seq}\nevent: tick\ndata: {"seq":${seq},"sent_at":${Date.now()}}\n\n`)
    if (sent === plan.count || sent === plan.closeAfter) stream.end()
    else timer = setTimeout(tick, Math.max(0, started + sent * plan.intervalMs - performance.now()))
  }
  tick()
}
