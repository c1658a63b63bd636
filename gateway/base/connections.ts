import type { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { constants, type Http2ServerResponse, type ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'

/** A stream or socket that outlives its request and has to be told when the gateway goes. */
export interface LongLived {
  end(): void
}

export class Connections {
  readonly #sockets = new Set<Socket>()
  readonly #sessions = new Set<ServerHttp2Session>()
  readonly #open = { ws: new Set<LongLived>(), sse: new Set<LongLived>() }

  watch(server: EventEmitter): void {
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    server.on('session', (session: ServerHttp2Session) => {
      this.#sessions.add(session)
      session.once('close', () => this.#sessions.delete(session))
    })
  }

  add(kind: 'ws' | 'sse', held: LongLived): void {
    this.#open[kind].add(held)
  }

  remove(kind: 'ws' | 'sse', held: LongLived): void {
    this.#open[kind].delete(held)
  }

  /** A WebSocket's connection is not an HTTP connection any more; an event stream's still is. */
  count(): { http: number; ws: number; sse: number } {
    const ws = this.#open.ws.size
    return { http: Math.max(0, this.#sockets.size - ws), ws, sse: this.#open.sse.size }
  }

  /** Says goodbye to whoever would otherwise stay for ever. */
  endLongLived(): void {
    for (const held of [...this.#open.ws, ...this.#open.sse]) held.end()
    // HTTP/2: no new request on this session, and it closes after the last one under way.
    for (const session of this.#sessions) session.close()
  }

  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}

/** Breaks an answer off, its connection with it; over HTTP/2 only its stream. */
export function cut(answer: ServerResponse | Http2ServerResponse, how: 'reset' | 'close' = 'reset'): void {
  if ('stream' in answer) {
    answer.stream.close(constants.NGHTTP2_INTERNAL_ERROR)
    return
  }
  const { socket } = answer
  // Under TLS there is no handle to reset; closing it is the nearest.
  if (how === 'reset' && socket && !('encrypted' in socket)) socket.resetAndDestroy()
  else answer.destroy()
}
