import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler, onSendAsyncHookHandler } from 'fastify'
import { cut } from '../base/connections.ts'
import type { EndpointName } from '../base/endpoints.ts'
import type { Answer, Call } from './fault.ts'
import type { FaultInjector } from './injector.ts'

/** Faults before the handler. */
export function requestFaults(injector: FaultInjector, endpoint: EndpointName): onRequestAsyncHookHandler {
  return async (request, reply) => {
    for (const fault of injector.at('request', endpoint)) {
      if (!fault.due()) continue
      let finished = false
      const call: Call = {
        endpoint,
        headers: request.headers,
        reused: (request.raw.socket?.bytesWritten ?? 0) > 0,
        answer(status, body, headers = {}) {
          finished = true
          reply.code(status).headers(headers).send(body)
        },
        reset() {
          finished = true
          reply.hijack()
          cut(reply.raw)
        },
      }
      await fault.act(call)
      if (finished) return reply
    }
  }
}

const isRight = (status: number): boolean => status >= 200 && status < 300

/** Faults between the handler and the wire. */
export function responseFaults(injector: FaultInjector, endpoint: EndpointName): onSendAsyncHookHandler {
  return async (request, reply, payload) => {
    const faults = injector.at('response', endpoint)
    if (faults.length === 0 || typeof payload !== 'string') return payload
    const draft = new Draft(endpoint, request, reply, payload)
    for (const fault of faults) {
      const touches = fault.order.entry.touches ?? isRight
      if (!touches(reply.statusCode, request, fault.order.values) || !fault.due()) continue
      await fault.act(draft)
      // Never settles: Fastify sends nothing more, and all of it is forgotten with the connection.
      if (draft.isTaken) return new Promise<never>(() => {})
    }
    return draft.payload
  }
}

class Draft implements Answer {
  readonly endpoint: EndpointName
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  body: string
  isTaken = false
  #chunks: AsyncIterable<Buffer> | undefined

  constructor(endpoint: EndpointName, request: FastifyRequest, reply: FastifyReply, body: string) {
    this.endpoint = endpoint
    this.request = request
    this.reply = reply
    this.body = body
  }

  get payload(): string | Readable {
    return this.#chunks ? Readable.from(this.#chunks) : this.body
  }

  takeOver(send: (body: string) => void): void {
    this.isTaken = true
    this.reply.hijack()
    send(this.body)
  }

  stream(chunks: AsyncIterable<Buffer>): void {
    this.reply.header('content-length', Buffer.byteLength(this.body))
    this.#chunks = chunks
  }
}
