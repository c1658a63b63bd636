/** Opens WebSockets. What a handler throws is counted: k6 alone only logs it and exits 0. */
import { type ErrorEvent, type MessageEvent, WebSocket } from 'k6/websockets'
import { complain, concealed } from '../base/speak.k6.ts'
import { scriptErrors } from '../metrics/metrics.k6.ts'

export type { WebSocket } from 'k6/websockets'

/** What becomes of socket number `n`. */
export interface SocketEvents {
  opened(n: number): void
  /**
   * @param data undefined for a binary frame
   * @param at when the frame was read off the wire, in epoch milliseconds with fractions
   */
  received(n: number, data: string | undefined, at: number): void
  /**
   * @param error k6's text, where there was one; after a handshake that did not succeed there always is
   * @param code of the close frame; 1006 where the connection went without one
   */
  ended(n: number, error: string | undefined, code: number | undefined): void
}

type AnyEvent = MessageEvent | ErrorEvent | { type: 'open' | 'close'; code?: number }

// k6 makes what a module exports anew each time that an import of it is read: a kilobyte that every socket would keep.
const Socket = WebSocket

const OPEN = 1

/** A throw is counted and told once, and goes no further: it would end every socket of the VU. */
function caught(error: unknown): void {
  scriptErrors.add(1)
  complain(error)
}

/** What k6 throws for a URL that is none repeats it, with the token that it may carry. */
function made(url: string, params: object): WebSocket {
  try {
    return new Socket(url, null, params)
  } catch (error) {
    throw new Error(concealed(error instanceof Error ? error.message : String(error)))
  }
}

/**
 * @param name tag of k6's own metrics, in place of the URL, which may carry a token
 * @returns opens socket number `n`
 */
export function socketOpener(
  name: string,
  events: SocketEvents,
): (n: number, url: string, headers: Readonly<Record<string, string>>) => WebSocket {
  const errors = new Map<number, string>()
  const dispatch = (n: number, event: AnyEvent) => {
    if ('data' in event) events.received(n, typeof event.data === 'string' ? event.data : undefined, event.timestamp)
    else if ('error' in event) errors.set(n, event.error)
    else if (event.type === 'open') events.opened(n)
    else if (event.type === 'close') {
      events.ended(n, errors.get(n), 'code' in event ? event.code : undefined)
      errors.delete(n)
    }
  }
  return (n, url, headers) => {
    const socket = made(url, { headers: { ...headers }, tags: { name } })
    // One function for all that can happen: each function more would cost every socket a kilobyte.
    const handler = (event: AnyEvent) => {
      try {
        dispatch(n, event)
      } catch (error) {
        caught(error)
      }
    }
    // k6's types leave out that every handler gets its event.
    const on = handler as () => void
    socket.onopen = on
    socket.onmessage = on
    socket.onerror = on
    socket.onclose = on
    return socket
  }
}

/** Sends if it can: a socket that k6 is closing at the end of a run would throw. */
export function sendOn(socket: WebSocket | undefined, text: string): void {
  if (socket?.readyState === OPEN) socket.send(text)
}

/** Closes with code 1000 if it is open. One in its handshake is left alone: closing that would block k6's event loop for good. */
export function closeOpen(socket: WebSocket | undefined): void {
  if (socket?.readyState === OPEN) socket.close(1000)
}
