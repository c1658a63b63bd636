import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { type WebSocket, WebSocketServer } from 'ws'
import { refuse } from './errors.ts'

const MAX_MESSAGE_BYTES = 64 * 1024

interface Offer {
  readonly socket: Socket
  readonly head: Buffer
}

/**
 * Lets WebSocket handshakes run through the app's routes like any other request, so that quota, token, metrics and
 * faults hold for them too. A request that asks for another protocol (h2c) is answered as if it had not asked.
 */
export class Upgrades {
  readonly #offers = new WeakMap<IncomingMessage, Offer>()
  readonly #server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    clientTracking: false,
    maxPayload: MAX_MESSAGE_BYTES,
  })

  /** Why the handshake in hand is refused: ws says so before `handleUpgrade` returns. */
  #refusal: string | null = null

  constructor(app: FastifyInstance) {
    this.#server.on('wsClientError', (error) => {
      this.#refusal = error.message
    })
    app.server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      socket.on('error', ignore)
      if (request.headers.upgrade?.toLowerCase() === 'websocket') this.#offers.set(request, { socket, head })
      const response = new ServerResponse(request)
      response.shouldKeepAlive = false
      response.assignSocket(socket)
      response.once('finish', () => {
        response.detachSocket(socket)
        response.emit('close')
        // Half-open it would stay for as long as the client likes.
        socket.destroySoon()
      })
      app.routing(request, response)
    })
  }

  isOffered(request: IncomingMessage): boolean {
    return this.#offers.has(request)
  }

  /** Answers 101 in place of the reply, or 400 when the handshake is not a right one. */
  accept(reply: FastifyReply, opened: (socket: WebSocket, wire: Socket) => void): FastifyReply {
    const request = reply.request.raw
    const offer = this.#offers.get(request)
    if (!offer) throw new Error('no upgrade was offered')
    this.#offers.delete(request)
    this.#refusal = null
    this.#server.handleUpgrade(request, offer.socket, offer.head, (socket) => {
      reply.hijack()
      const response = reply.raw
      response.detachSocket(offer.socket)
      response.statusCode = 101
      // The response itself ends here, and with it the request's measurement.
      response.emit('close')
      opened(socket, offer.socket)
    })
    return this.#refusal === null ? reply : refuse(reply, 400, 'bad_handshake', this.#refusal)
  }
}

function ignore(): void {}
