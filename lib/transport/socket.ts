/** Opens one WebSocket. What a handler throws is counted: k6 alone only logs it and exits 0. */
import { type MessageEvent, WebSocket } from 'k6/websockets'
import { scriptErrors } from '../metrics.ts'

export interface SocketHandlers {
  opened(): void
  /** @param at when the frame was read off the wire, in epoch milliseconds with fractions */
  received(data: string | undefined, at: number): void
  /** Neither this side nor an unsuccessful handshake ended it: `error` is k6's text, `code` the close code where there was one. */
  ended(error: string | undefined, code: number | undefined): void
}

/** A close event as k6 gives it; its type says less. */
type CloseEvent = { code?: number } | undefined

const OPEN = 1

const told = new Set<string>()

/** Runs what a k6 callback calls. A throw is counted and told once, and goes no further: it would end every socket of the VU. */
export function guarded(handler: () => void): void {
  try {
    handler()
  } catch (error) {
    scriptErrors.add(1)
    const text = error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error)
    if (!told.has(text)) console.error(text)
    told.add(text)
  }
}

export interface Socket {
  /** False where it is not open any more: then nothing is sent. */
  send(text: string): boolean
  /** Closes it with code 1000 if it is open. One in its handshake is left alone: closing that would block k6's event loop. */
  close(): void
}

/**
 * @param name tag of k6's own metrics, in place of the URL, which may carry a token
 * @throws never for what the network does; for a URL that is none
 */
export function openSocket(
  url: string,
  name: string,
  headers: Readonly<Record<string, string>>,
  handlers: SocketHandlers,
): Socket {
  const socket = new WebSocket(url, null, { headers: { ...headers }, tags: { name } })
  let failure: string | undefined
  socket.onopen = () => guarded(() => handlers.opened())
  socket.onmessage = (event?: MessageEvent) =>
    guarded(() => {
      if (event === undefined) return
      const { data } = event
      handlers.received(typeof data === 'string' ? data : undefined, event.timestamp)
    })
  socket.onerror = (event) => {
    failure = event?.error ?? 'unknown error'
  }
  // k6's type of onclose takes no event, but it gets one.
  const closed = (event?: CloseEvent) => guarded(() => handlers.ended(failure, event?.code))
  socket.onclose = closed as () => void
  return {
    send(text) {
      if (socket.readyState !== OPEN) return false
      socket.send(text)
      return true
    },
    close() {
      if (socket.readyState === OPEN) socket.close(1000)
    },
  }
}
