/** Holds an event stream as lib/sse/sse.k6.ts does, without k6, and gives what was counted. */
import { get } from 'node:http'
import { type Connection, type StreamCount, StreamSession } from '../../lib/sse/session.ts'
import { type StreamRoute, streamUrl } from '../../lib/target/stream-route.ts'
import { PATIENCE_MS } from './http-client.ts'

export interface HeldStream {
  counts: Partial<Record<StreamCount, number>>
  /** Longest silence of each connection, in milliseconds. */
  gaps: number[]
  told: string[]
}

type Ended = Omit<Connection, 'elapsed'>

/** One connection, cut once so many events have come, or after a silence; a text where no stream was opened. */
function connect(url: string, headers: Record<string, string>, events: number, silenceMs: number): Promise<Ended | string> {
  return new Promise((resolve) => {
    const asked = performance.now()
    const request = get(url, { headers }, (response) => {
      const opened = performance.now()
      let body = ''
      const end = (how: Connection['end']) => {
        clearTimeout(timer)
        resolve({
          end: how,
          body,
          waiting: opened - asked,
          receiving: performance.now() - opened,
          elapsed: performance.now() - asked,
        })
        request.destroy()
      }
      const timer = setTimeout(() => end('cut'), silenceMs)
      if (response.statusCode !== 200 || !response.headers['content-type']?.startsWith('text/event-stream')) {
        clearTimeout(timer)
        request.destroy()
        resolve(`status ${response.statusCode}`)
        return
      }
      response.setEncoding('utf8')
      response.on('data', (text: string) => {
        body += text
        timer.refresh()
        if ((body.match(/\n\n/g) ?? []).length >= events) end('cut')
      })
      response.on('end', () => end('ended'))
      response.on('error', () => end('broken'))
    })
    request.on('error', (error) => resolve(error.message))
  })
}

/** Holds a stream over some connections, each of which resumes the one before. */
export async function holdStream(
  route: StreamRoute,
  token: string,
  { connections = 3, events = 10, silenceMs = PATIENCE_MS } = {},
): Promise<HeldStream> {
  const held: HeldStream = { counts: {}, gaps: [], told: [] }
  const session = new StreamSession(route.shape, {
    count: (what, by = 1) => {
      if (by > 0) held.counts[what] = (held.counts[what] ?? 0) + by
    },
    headers: () => {},
    gap: (ms) => held.gaps.push(ms),
    tell: (_kind, why) => held.told.push(why),
  })
  const began = performance.now()
  for (let n = 0; n < connections; n++) {
    const { lastEventId } = session
    const connection = await connect(
      streamUrl(route, token),
      {
        Accept: 'text/event-stream',
        ...(route.auth && route.shape.token === false ? { Authorization: `Bearer ${token}` } : {}),
        ...(lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }),
      },
      events,
      silenceMs,
    )
    if (typeof connection === 'string') held.told.push(connection)
    else session.received({ ...connection, elapsed: performance.now() - began })
  }
  session.finish()
  return held
}
