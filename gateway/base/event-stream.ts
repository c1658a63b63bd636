import type { FastifyReply } from 'fastify'
import { type Connections, cut } from './connections.ts'

// A client this far behind does not read; keeping its events would keep them for ever.
const MAX_UNREAD_BYTES = 1024 * 1024

/** One open `text/event-stream` answer. */
export class EventStream {
  readonly #reply: FastifyReply
  #ended = false

  constructor(reply: FastifyReply, connections: Connections) {
    this.#reply = reply
    reply.hijack()
    const headers: Record<string, number | string | string[]> = {}
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) headers[name] = value
    reply.raw.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    connections.add('sse', this)
    reply.raw.once('close', () => {
      this.#ended = true
      connections.remove('sse', this)
    })
  }

  get ended(): boolean {
    return this.#ended
  }

  onEnd(listener: () => void): void {
    this.#reply.raw.once('close', listener)
  }

  send(text: string): void {
    if (this.#ended) return
    this.#reply.raw.write(text)
    if (this.#reply.raw.writableLength > MAX_UNREAD_BYTES) cut(this.#reply.raw)
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#reply.raw.end()
  }
}
