import { randomUUID } from 'node:crypto'
import type { Duplex } from 'node:stream'
import type { FastifyPluginCallback } from 'fastify'
import type { RawData, WebSocket } from 'ws'
import { refuse } from '../base/errors.ts'
import { textFrame } from '../base/frame.ts'
import { Upgrades } from '../base/upgrades.ts'
import type { Subscriber, TopicEvent } from '../domain/topics.ts'
import type { StreamPlan } from '../faults/fault.ts'
import { guarded } from './access.ts'
import type { Gateway, RouteContext } from './gateway.ts'

// A client this far behind does not read; keeping its events would keep them for ever.
const MAX_UNREAD_BYTES = 1024 * 1024
const MAX_TOPICS = 64
const MAX_TOPIC_CHARS = 128
type Complaint = readonly [code: string, message: string]
const NOT_TEXT: Complaint = ['not_text', 'frames are JSON text']
/** How long a peer may take to answer a close frame. */
const CLOSE_GRACE_MS = 500

export function writeEvent(topic: string, seq: number): string {
  return `{"type":"event","topic":${JSON.stringify(topic)},"seq":${seq},"sent_at":${Date.now()}}`
}

/** One client's socket and what it listens to. */
export class Connection implements Subscriber {
  readonly #socket: WebSocket
  readonly #wire: Duplex
  readonly #gateway: Gateway
  readonly #plan: StreamPlan
  /** None until the first subscription: most of ten thousand sockets may never make one. */
  #topics: Set<string> | null = null
  #drop: NodeJS.Timeout | undefined

  constructor(gateway: Gateway, socket: WebSocket, wire: Duplex, greeting: object = {}) {
    this.#gateway = gateway
    this.#socket = socket
    this.#wire = wire
    gateway.connections.add('ws', this)
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    socket.on('close', () => this.#leave())
    // ws closes the socket by itself; without a listener the event would end the process.
    socket.on('error', () => {})
    this.#plan = gateway.faults?.plan('websocket') ?? {}
    const { dropAfterMs, deafToClosing, silentAtOpening } = this.#plan
    if (dropAfterMs !== undefined) this.#drop = setTimeout(() => socket.terminate(), dropAfterMs)
    // ws answers a close frame by this method.
    if (deafToClosing) socket.close = () => socket.terminate()
    if (!silentAtOpening) this.#say({ type: 'connection', connection_id: randomUUID(), ...greeting, sent_at: this.#now() })
  }

  deliver(event: TopicEvent): void {
    const { faults } = this.#gateway
    if (faults === null) this.#write(event.frame)
    else for (const { text } of faults.pass('websocket', event, this)) this.#write(textFrame(text))
  }

  #now(): number {
    return Date.now() + (this.#plan.clockAheadMs ?? 0)
  }

  end(): void {
    this.#socket.close(1001, 'going away')
    setTimeout(() => this.#socket.terminate(), CLOSE_GRACE_MS).unref()
  }

  #write(frame: Buffer): void {
    // Past ws's own sender, which would write a frame of its own for each socket. It never queues here: nothing is
    // compressed and nothing is sent in parts.
    if (this.#socket.readyState !== this.#socket.OPEN) return
    this.#wire.write(frame)
    if (this.#wire.writableLength > MAX_UNREAD_BYTES) this.#socket.terminate()
  }

  #say(message: object): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    this.#socket.send(JSON.stringify(message))
    if (this.#wire.writableLength > MAX_UNREAD_BYTES) this.#socket.terminate()
  }

  #receive(data: RawData, isBinary: boolean): void {
    const complaint = isBinary ? NOT_TEXT : this.#obey(String(data))
    if (complaint !== null) this.#say({ type: 'error', code: complaint[0], message: complaint[1] })
  }

  #obey(text: string): Complaint | null {
    let message: unknown
    try {
      message = JSON.parse(text)
    } catch {
      return ['malformed_json', 'the frame is not JSON']
    }
    if (typeof message !== 'object' || message === null) return ['invalid_message', 'expected an object with a type']
    const { type, id, topic } = message as Record<string, unknown>
    if (type === 'ping') {
      this.#pong(id)
      return null
    }
    if (type !== 'subscribe' && type !== 'unsubscribe') return ['unknown_type', 'type is ping, subscribe or unsubscribe']
    if (typeof topic !== 'string' || topic === '' || topic.length > MAX_TOPIC_CHARS)
      return ['invalid_topic', `topic is a string of 1 to ${MAX_TOPIC_CHARS} characters`]
    return type === 'subscribe' ? this.#subscribe(topic) : this.#unsubscribe(topic)
  }

  #pong(id: unknown): void {
    const delayMs = this.#gateway.faults?.pongDelayMs('websocket') ?? 0
    const answer = (): void => this.#say({ type: 'pong', id, sent_at: this.#now() })
    if (delayMs === 0) answer()
    else if (Number.isFinite(delayMs)) setTimeout(answer, delayMs)
  }

  #subscribe(topic: string): Complaint | null {
    if (this.#plan.deafToSubscriptions) return null
    this.#topics ??= new Set()
    if (this.#topics.size >= MAX_TOPICS && !this.#topics.has(topic))
      return ['too_many_topics', `at most ${MAX_TOPICS} topics a connection`]
    this.#topics.add(topic)
    this.#say({ type: 'subscribed', topic, seq: this.#gateway.topics.subscribe(topic, this) })
    return null
  }

  #unsubscribe(topic: string): null {
    this.#topics?.delete(topic)
    this.#gateway.topics.unsubscribe(topic, this)
    this.#say({ type: 'unsubscribed', topic })
    return null
  }

  #leave(): void {
    clearTimeout(this.#drop)
    this.#gateway.connections.remove('ws', this)
    for (const topic of this.#topics ?? []) this.#gateway.topics.unsubscribe(topic, this)
  }
}

export const websocketRoutes: FastifyPluginCallback<RouteContext> = (app, { gateway }, done) => {
  const upgrades = new Upgrades(app)

  app.get('/api/v1/ws', { ...guarded(gateway, 'websocket', 'query'), exposeHeadRoute: false }, (request, reply) => {
    if (!upgrades.isOffered(request.raw))
      return refuse(reply.header('upgrade', 'websocket'), 426, 'upgrade_required', 'expected a WebSocket handshake')
    return upgrades.accept(reply, (socket, wire) => new Connection(gateway, socket, wire))
  })
  done()
}
