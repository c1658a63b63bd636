import type { Endpoint } from './endpoint.ts'

const COUNT = 3

/** A short stream that the server ends: what plain HTTP can judge of SSE. Held streams are the subject of `sse`. */
export const events: Endpoint = {
  name: 'events',
  method: 'GET',
  path: '/api/v1/events/stream',
  auth: true,
  status: [200],
  calls: () => [{ query: `interval=10&count=${COUNT}`, headers: { Accept: 'text/event-stream' } }],
  judge: () => (body, _, headers) => {
    if (!headers['Content-Type']?.startsWith('text/event-stream')) return 'is not text/event-stream'
    const ids = [...body.matchAll(/^id: ?(\d+)$/gm)].map((match) => Number(match[1]))
    if (ids.length !== COUNT) return `has ${ids.length} events, not ${COUNT}`
    if (ids.some((id, i) => id !== (ids[0] ?? 0) + i)) return `has ids ${ids.join(', ')}, which do not ascend by 1`
    return (body.match(/"sent_at":/g)?.length ?? 0) === COUNT ? undefined : 'has events without sent_at'
  },
}
