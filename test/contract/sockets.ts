/** Holds WebSockets as lib/websocket/websocket.k6.ts does, without k6, and gives what was counted. */
import { WebSocket } from 'ws'
import { type SocketRoute, socketUrl } from '../../lib/target/socket-route.ts'
import { frameReader } from '../../lib/websocket/frame.ts'
import type { SocketCount } from '../../lib/websocket/observer.ts'
import { SocketSessions } from '../../lib/websocket/sessions.ts'
import { PATIENCE_MS } from './http-client.ts'

export interface Held {
  counts: Partial<Record<SocketCount, number>>
  /** Status that a handshake was refused with, once for each. */
  refused: number[]
  /** Milliseconds from a ping to its pong. */
  roundTrips: number[]
  /** Milliseconds from an event's `sent_at` to its arrival. */
  lags: number[]
  wrong: string[]
  /** What each socket was closed with after the hold; 1006 where the gateway did not answer the close frame. */
  closeCodes: number[]
}

const SOCKETS = 3

/** How long to wait for what comes where nothing is wrong: with some faults it never does. */
export interface Patience {
  readyMs?: number
  pongsMs?: number
}

/** Waits until it holds, or there is no hope any more. */
async function until(holds: () => boolean, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!holds() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 2))
}

/**
 * Opens sockets, holds them for one ping each and some events, and closes them.
 * @param enough what must have been counted before the hold ends; it ends after a while all the same
 */
export async function hold(
  route: SocketRoute,
  token: string,
  enough: (counts: Held['counts']) => boolean,
  { readyMs = PATIENCE_MS, pongsMs = PATIENCE_MS }: Patience = {},
): Promise<Held> {
  const held: Held = { counts: {}, refused: [], roundTrips: [], lags: [], wrong: [], closeCodes: [] }
  const { counts } = held
  const of = (what: SocketCount): number => counts[what] ?? 0
  const sessions = new SocketSessions(route.shape, route.topics.slice(0, 1), SOCKETS, {
    count: (what, by = 1) => {
      counts[what] = of(what) + by
    },
    roundTrip: (ms) => held.roundTrips.push(ms),
    lag: (ms) => held.lags.push(ms),
    silence: () => {},
    wrong: (why) => held.wrong.push(why),
  })
  let ended = 0
  let over = false
  const sockets = Array.from({ length: SOCKETS }, (_, n) => {
    const socket = new WebSocket(socketUrl(route, token, `contract-${n}`), {
      headers: route.auth && route.shape.token === false ? { Authorization: `Bearer ${token}` } : {},
    })
    const read = frameReader(route.shape.type_member)
    socket.on('open', () => {
      sessions.opened(n)
      const subscription = sessions.subscription(n)
      if (subscription !== undefined) socket.send(subscription)
    })
    socket.on('message', (data) => sessions.received(n, read(String(data)), Date.now()))
    socket.on('unexpected-response', (_request, { statusCode = 0 }) => {
      held.refused.push(statusCode)
      socket.terminate()
    })
    // What went wrong shows in what is counted.
    socket.on('error', () => {})
    socket.on('close', (code) => {
      ended++
      if (over) held.closeCodes.push(code)
      sessions.lost(n)
    })
    return socket
  })
  const ready = () => of('opened') === SOCKETS && (route.topics.length === 0 || of('subscribed') === SOCKETS)
  await until(() => ready() || ended === SOCKETS, readyMs)
  sessions.holdBegins(Date.now())
  sockets.forEach((socket, n) => {
    const ping = sessions.ping(n, Date.now())
    if (ping !== undefined) socket.send(ping)
  })
  await until(() => enough(counts) || ended === SOCKETS, PATIENCE_MS)
  sessions.holdEnds(Date.now())
  await until(() => !sessions.waiting, pongsMs)
  sessions.settle()
  over = true
  for (const socket of sockets) socket.close(1000)
  await until(() => ended === SOCKETS, PATIENCE_MS)
  for (const socket of sockets) socket.terminate()
  return held
}
