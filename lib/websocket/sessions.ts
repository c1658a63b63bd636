/**
 * The WebSockets of a group, each from its handshake to its end: what is sent on them, and what counts for and against the gateway.
 * Pure. What is known of a socket stands in arrays: an object each would be a good part of what a socket costs.
 */
import type { SocketShape } from '../endpoints/socket.ts'
import { EventSequence } from '../event-sequence.ts'
import type { Frame } from './frame.ts'

/** What is counted; each is the custom metric `ws_<name>`. */
export type SocketCount =
  | 'opened'
  | 'greeted'
  | 'subscribed'
  | 'held'
  | 'closed_early'
  | 'pings'
  | 'pongs'
  | 'pongs_missing'
  | 'events'
  | 'events_lost'
  | 'events_duplicated'
  | 'events_out_of_order'
  | 'wrong_frames'
  | 'clock_skewed'

export interface SocketObserver {
  count(what: SocketCount, by?: number): void
  /** Milliseconds from a ping to its pong. */
  roundTrip(ms: number): void
  /** Milliseconds from an event's `sent_at` to when it was read off the wire. */
  lag(ms: number): void
  /** @param why end of the sentence "the gateway …" */
  wrong(why: string): void
}

/** Two clocks that agree to this many milliseconds are taken for one. */
const CLOCK_MARGIN_MS = 5

const NOT_SUBSCRIBED = -1
const NO_PING = 0

const plain = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 60)

export class SocketSessions {
  /** What a socket says once it is open; undefined where there is nothing to say. */
  readonly subscription: string | undefined
  readonly #shape: SocketShape
  readonly #topic: string
  readonly #observer: SocketObserver
  readonly #open: Uint8Array
  /** Ready when the hold began, and not closed since. */
  readonly #holding: Uint8Array
  readonly #sawFrame: Uint8Array
  /** The event number that is due, as long as none was missing. */
  readonly #dueEvent: Float64Array
  /** Sockets whose events did not all come in their turn. */
  readonly #sequences = new Map<number, EventSequence>()
  readonly #lastPing: Uint32Array
  /** When the ping was sent whose pong has not come. */
  readonly #pingedAt: Float64Array
  /** Pongs that were given up; without ids they may still come. */
  readonly #givenUp: Uint32Array
  #lastEvent = 0
  #lastEventOfHold = 0

  /** @param topic what all of them subscribe to; empty where the gateway has no subscriptions */
  constructor(shape: SocketShape, topic: string, sockets: number, observer: SocketObserver) {
    this.#shape = shape
    this.#topic = topic
    this.#observer = observer
    this.subscription = topic === '' ? undefined : JSON.stringify({ type: 'subscribe', topic })
    this.#open = new Uint8Array(sockets)
    this.#holding = new Uint8Array(sockets)
    this.#sawFrame = new Uint8Array(sockets)
    this.#dueEvent = new Float64Array(sockets).fill(NOT_SUBSCRIBED)
    this.#lastPing = new Uint32Array(sockets)
    this.#pingedAt = new Float64Array(sockets)
    this.#givenUp = new Uint32Array(sockets)
  }

  /** Whether a pong is still to come, or an event that another socket had when the hold ended. */
  get waiting(): boolean {
    return this.#open.some((open, n) => open === 1 && (this.#pingedAt[n] !== NO_PING || this.#isBehind(n)))
  }

  #isBehind(n: number): boolean {
    const last = this.#sequences.get(n)?.last ?? (this.#dueEvent[n] ?? NOT_SUBSCRIBED) - 1
    return this.#dueEvent[n] !== NOT_SUBSCRIBED && last < this.#lastEventOfHold
  }

  /** The handshake of socket `n` has succeeded. */
  opened(n: number): void {
    this.#open[n] = 1
    this.#observer.count('opened')
  }

  /** The connection is gone although nobody here closed it. */
  lost(n: number): void {
    if (this.#open[n] !== 1) return
    this.#observer.count('closed_early')
    this.#observer.count('events_lost', this.#sequences.get(n)?.lost() ?? 0)
    this.#giveUpPong(n)
    this.#open[n] = 0
    this.#holding[n] = 0
  }

  holdBegins(): void {
    this.#open.forEach((open, n) => {
      const ready = open === 1 && (this.#topic === '' || this.#dueEvent[n] !== NOT_SUBSCRIBED)
      this.#holding[n] = ready ? 1 : 0
    })
  }

  /** Events with a number seen by now are due on every socket. */
  holdEnds(): void {
    this.#observer.count(
      'held',
      this.#holding.reduce((sum, holding) => sum + holding, 0),
    )
    this.#holding.fill(0)
    this.#lastEventOfHold = this.#lastEvent
  }

  /** What was under way when the hold ended has had its time. */
  settle(): void {
    this.#open.forEach((open, n) => {
      if (open !== 1) return
      this.#giveUpPong(n)
      const due = this.#dueEvent[n] ?? NOT_SUBSCRIBED
      const sequence = this.#sequences.get(n) ?? (due === NOT_SUBSCRIBED ? undefined : new EventSequence(due - 1))
      this.#observer.count('events_lost', sequence?.lost(this.#lastEventOfHold) ?? 0)
    })
    this.#open.fill(0)
  }

  /** The next ping of socket `n` as it is to be sent; undefined where there is none to send. */
  ping(n: number, now: number): string | undefined {
    const { ping, ping_id } = this.#shape
    if (ping === false || this.#open[n] !== 1) return undefined
    this.#giveUpPong(n)
    this.#pingedAt[n] = now
    const id = (this.#lastPing[n] ?? 0) + 1
    this.#lastPing[n] = id
    this.#observer.count('pings')
    return JSON.stringify(ping_id ? { type: ping, id } : { type: ping })
  }

  /**
   * @param frame undefined for what is no frame
   * @param at when it was read, in epoch milliseconds
   */
  received(n: number, frame: Frame | undefined, at: number): void {
    if (this.#open[n] !== 1) return
    const isFirst = this.#sawFrame[n] === 0
    this.#sawFrame[n] = 1
    const { first, ping, pong, others } = this.#shape
    const type = frame?.type
    if (frame === undefined) this.#wrong('sent what is no JSON object with a type')
    else if (type === 'event' && this.#topic !== '') this.#event(n, frame, at)
    else if (type === pong && ping !== false) this.#pong(n, frame, at)
    else if (type === 'subscribed' && this.#topic !== '') this.#subscribed(n, frame)
    else if (type === first) {
      if (isFirst) this.#observer.count('greeted')
      else this.#wrong(`sent a ${type} frame that was not the first`)
    } else if (!others.includes(frame.type)) this.#wrong(`sent a frame of type ${plain(type)}`)
  }

  #wrong(why: string): void {
    this.#observer.count('wrong_frames')
    this.#observer.wrong(why)
  }

  #subscribed(n: number, { topic, seq }: Frame): void {
    if (topic !== this.#topic) this.#wrong(`confirmed a subscription to ${plain(topic)}, not ${plain(this.#topic)}`)
    else if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 0)
      this.#wrong(`confirmed a subscription with seq ${plain(seq)}`)
    else if (this.#dueEvent[n] !== NOT_SUBSCRIBED) this.#wrong('confirmed a subscription twice')
    else {
      this.#dueEvent[n] = seq + 1
      this.#observer.count('subscribed')
    }
  }

  #event(n: number, { topic, seq, sent_at }: Frame, at: number): void {
    const due = this.#dueEvent[n] ?? NOT_SUBSCRIBED
    if (topic !== this.#topic) this.#wrong(`sent an event of topic ${plain(topic)} to a subscriber of ${plain(this.#topic)}`)
    else if (due === NOT_SUBSCRIBED) this.#wrong('sent an event before it confirmed the subscription')
    else if (typeof seq !== 'number' || !Number.isSafeInteger(seq)) this.#wrong(`sent an event with seq ${plain(seq)}`)
    else {
      if (seq === due && !this.#sequences.has(n)) this.#dueEvent[n] = due + 1
      else this.#irregular(n, due, seq)
      if (seq > this.#lastEvent) this.#lastEvent = seq
      if (this.#holding[n] !== 1) return
      this.#observer.count('events')
      if (typeof sent_at === 'number') this.#observer.lag(at - sent_at)
    }
  }

  #irregular(n: number, due: number, seq: number): void {
    const sequence = this.#sequences.get(n) ?? new EventSequence(due - 1)
    this.#sequences.set(n, sequence)
    const sighting = sequence.see(seq)
    if (sighting === 'twice') this.#observer.count('events_duplicated')
    else if (sighting === 'late') this.#observer.count('events_out_of_order')
  }

  #pong(n: number, { id, sent_at }: Frame, at: number): void {
    const { ping_id } = this.#shape
    const last = this.#lastPing[n] ?? 0
    const pingedAt = this.#pingedAt[n] ?? NO_PING
    if (ping_id && id !== last) {
      // One that was given up may still come; its absence has been counted.
      const late = typeof id === 'number' && Number.isInteger(id) && id > 0 && id < last
      if (!late) this.#wrong(`sent a pong with id ${plain(id)}, which no ping had`)
    } else if (pingedAt === NO_PING) {
      const late = !ping_id && (this.#givenUp[n] ?? 0) > 0
      if (late) this.#givenUp[n] = (this.#givenUp[n] ?? 0) - 1
      else this.#wrong('sent a pong that no ping had asked for')
    } else {
      this.#observer.count('pongs')
      this.#observer.roundTrip(at - pingedAt)
      // The gateway's clock must stand between the two ends of the round trip, or lags measured against it mean nothing.
      if (typeof sent_at === 'number' && (sent_at < pingedAt - CLOCK_MARGIN_MS || sent_at > at + CLOCK_MARGIN_MS))
        this.#observer.count('clock_skewed')
      this.#pingedAt[n] = NO_PING
    }
  }

  #giveUpPong(n: number): void {
    if (this.#pingedAt[n] === NO_PING) return
    this.#observer.count('pongs_missing')
    this.#givenUp[n] = (this.#givenUp[n] ?? 0) + 1
    this.#pingedAt[n] = NO_PING
  }
}
