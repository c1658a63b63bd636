import { readEvents } from '../base/event-stream.ts'
import type { Endpoint } from '../endpoint/endpoint.ts'
import { moving, STILL } from '../endpoint/moving.ts'
import { is, moment, object, readAnswer } from '../endpoint/rules.ts'

const COUNT = 3

/** A short stream that the server ends: what plain HTTP can check of SSE. Held streams are the subject of `sse`. */
export const events: Endpoint<'events'> = {
  name: 'events',
  method: 'GET',
  path: '/api/v1/events/stream',
  auth: true,
  status: [200],
  type: 'text/event-stream',
  calls: () => [{ query: `interval=10&count=${COUNT}`, headers: { Accept: 'text/event-stream' } }],
  check: () => {
    const moves = moving()
    const check = (body: string): string | undefined => {
      const found = readEvents(body)
      const ids = found.map(({ id }) => id)
      if (found.length !== COUNT) return `has ${found.length} events, not ${COUNT}`
      if (ids.some((id, i) => id !== String(i + 1))) return `has ids ${ids.join(', ')}, which do not ascend by 1 from 1`
      let before = 0
      for (const { event, data, id } of found) {
        if (event !== 'tick') return `has an event called ${JSON.stringify(event)}, not tick`
        const read = readAnswer<{ sent_at: number }>(data, object({ seq: is(Number(id)), sent_at: moment }))
        if (typeof read === 'string') return `has event ${id} whose data ${read}`
        if (read.sent_at < before) return `has event ${id}, which was sent before the one before it`
        before = read.sent_at
      }
      return moves(before) ? undefined : STILL
    }
    return { check }
  },
}
