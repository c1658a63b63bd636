/** One WebSocket from its handshake to its end: what it must answer, and what counts for and against the gateway. Pure. */
import type { SocketShape } from './endpoints/socket.ts'
import { EventSequence } from './event-sequence.ts'
import type { Frame } from './websocket-frame.ts'

/** What a session counts; each is the custom metric `ws_<name>`. */
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

const plain = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 60)

export class SocketSession {
  readonly #shape: SocketShape
  readonly #topic: string
  readonly #observer: SocketObserver
  #open = false
  /** Ready when the hold began, and not closed since. */
  #holding = false
  #sawFrame = false
  #events: EventSequence | undefined
  #lastPing = 0
  /** When the ping was sent whose pong has not come; 0: none is due. */
  #pingedAt = 0
  /** Pongs that were given up; without ids they may still come. */
  #givenUp = 0

  /** @param topic what it subscribes to; empty where the gateway has no subscriptions */
  constructor(shape: SocketShape, topic: string, observer: SocketObserver) {
    this.#shape = shape
    this.#topic = topic
    this.#observer = observer
  }

  get open(): boolean {
    return this.#open
  }

  /** Whether a pong is still to come. */
  get waiting(): boolean {
    return this.#open && this.#pingedAt > 0
  }

  /** The handshake has succeeded. What is returned is to be sent. */
  opened(): string | undefined {
    this.#open = true
    this.#observer.count('opened')
    return this.#topic === '' ? undefined : JSON.stringify({ type: 'subscribe', topic: this.#topic })
  }

  /** The connection is gone although nobody here closed it. */
  lost(): void {
    if (!this.#open) return
    this.#observer.count('closed_early')
    this.#observer.count('events_lost', this.#events?.lost() ?? 0)
    this.#giveUpPong()
    this.#open = false
    this.#holding = false
  }

  holdBegins(): void {
    this.#holding = this.#open && (this.#topic === '' || this.#events !== undefined)
  }

  holdEnds(): void {
    if (this.#holding) this.#observer.count('held')
    this.#holding = false
  }

  /**
   * Everything that was under way when the hold ended has had its time.
   * @param lastSent the last event number of the topic that any socket had seen when the hold ended
   */
  settle(lastSent: number): void {
    if (!this.#open) return
    this.#giveUpPong()
    this.#observer.count('events_lost', this.#events?.lost(lastSent) ?? 0)
    this.#open = false
  }

  /** The next ping as it is to be sent; undefined where there is none to send. */
  ping(now: number): string | undefined {
    const { ping, ping_id } = this.#shape
    if (ping === false || !this.#open) return undefined
    this.#giveUpPong()
    this.#pingedAt = now
    this.#lastPing++
    this.#observer.count('pings')
    return JSON.stringify(ping_id ? { type: ping, id: this.#lastPing } : { type: ping })
  }

  /**
   * @param frame undefined for what is no frame
   * @param at when it was read, in epoch milliseconds
   * @returns the number of the event that it was, where it was one
   */
  received(frame: Frame | undefined, at: number): number | undefined {
    const isFirst = !this.#sawFrame
    this.#sawFrame = true
    if (frame === undefined) return this.#wrong('sent what is no JSON object with a type')
    const { type } = frame
    const { first, pong, others } = this.#shape
    if (type === 'event' && this.#topic !== '') return this.#event(frame, at)
    if (type === pong && this.#shape.ping !== false) return this.#pong(frame, at)
    if (type === 'subscribed' && this.#topic !== '') return this.#subscribed(frame)
    if (type === first) {
      if (!isFirst) return this.#wrong(`sent a ${type} frame that was not the first`)
      this.#observer.count('greeted')
      return undefined
    }
    if (others.includes(type)) return undefined
    return this.#wrong(`sent a frame of type ${plain(type)}`)
  }

  #wrong(why: string): undefined {
    this.#observer.count('wrong_frames')
    this.#observer.wrong(why)
    return undefined
  }

  #subscribed({ topic, seq }: Frame): undefined {
    if (topic !== this.#topic) return this.#wrong(`confirmed a subscription to ${plain(topic)}, not ${plain(this.#topic)}`)
    if (!Number.isSafeInteger(seq)) return this.#wrong(`confirmed a subscription with seq ${plain(seq)}`)
    if (this.#events !== undefined) return this.#wrong('confirmed a subscription twice')
    this.#events = new EventSequence(seq as number)
    this.#observer.count('subscribed')
    return undefined
  }

  #event({ topic, seq, sent_at }: Frame, at: number): number | undefined {
    if (topic !== this.#topic)
      return this.#wrong(`sent an event of topic ${plain(topic)} to a subscriber of ${plain(this.#topic)}`)
    if (this.#events === undefined) return this.#wrong('sent an event before it confirmed the subscription')
    if (!Number.isSafeInteger(seq)) return this.#wrong(`sent an event with seq ${plain(seq)}`)
    const sighting = this.#events.see(seq as number)
    if (sighting === 'twice') this.#observer.count('events_duplicated')
    else if (sighting === 'late') this.#observer.count('events_out_of_order')
    if (this.#holding) {
      this.#observer.count('events')
      if (typeof sent_at === 'number') this.#observer.lag(at - sent_at)
    }
    return seq as number
  }

  #pong({ id, sent_at }: Frame, at: number): undefined {
    const { ping_id } = this.#shape
    if (ping_id && id !== this.#lastPing) {
      // One that was given up may still come; its absence has been counted.
      if (typeof id === 'number' && Number.isInteger(id) && id > 0 && id < this.#lastPing) return undefined
      return this.#wrong(`sent a pong with id ${plain(id)}, which no ping had`)
    }
    if (this.#pingedAt === 0) {
      if (!ping_id && this.#givenUp > 0) {
        this.#givenUp--
        return undefined
      }
      return this.#wrong('sent a pong that no ping had asked for')
    }
    this.#observer.count('pongs')
    this.#observer.roundTrip(at - this.#pingedAt)
    // A server's clock must stand between the two ends of the round trip, or lags measured against it mean nothing.
    if (typeof sent_at === 'number' && (sent_at < this.#pingedAt - CLOCK_MARGIN_MS || sent_at > at + CLOCK_MARGIN_MS))
      this.#observer.count('clock_skewed')
    this.#pingedAt = 0
    return undefined
  }

  #giveUpPong(): void {
    if (this.#pingedAt === 0) return
    this.#observer.count('pongs_missing')
    this.#givenUp++
    this.#pingedAt = 0
  }
}
