/** Subscriptions of the WebSockets of a group, each to a topic, and the turn of their events. Pure; in arrays, as all that is known of a socket. */
import { EventSequence } from '../base/event-sequence.ts'
import type { SocketShape } from '../target/socket.ts'
import type { Frame } from './frame.ts'
import { CLOCK_MARGIN_MS, plain, type SocketObserver } from './observer.ts'

const NOT_SUBSCRIBED = -1
/** Clocks differ, but not by days. */
const DAY_MS = 86_400_000

export class Subscriptions {
  /** Sockets subscribe to them in turn: what is another subscriber's shows where it is not theirs. */
  readonly #topics: readonly string[]
  /** Events say when they were sent. */
  readonly #dated: boolean
  readonly #intervalMs: number
  readonly #observer: SocketObserver
  /** The event number that is due, as long as none was missing. */
  readonly #dueEvent: Float64Array
  /** Sockets whose events did not all come in their turn. */
  readonly #sequences = new Map<number, EventSequence>()
  /** By topic. */
  readonly #lastEvent: Float64Array
  #lastEventOfHold: Float64Array
  /** When each socket got its last event, or began its handshake. */
  readonly #heardAt: Float64Array
  /** The longest that an event of it was overdue. */
  readonly #silence: Float64Array
  #holdFrom = 0
  /** Events of the hold that have counted. */
  readonly #counted: Uint32Array

  constructor(topics: readonly string[], { sent_at, event_interval_ms }: SocketShape, sockets: number, observer: SocketObserver) {
    this.#topics = topics
    this.#dated = sent_at
    this.#intervalMs = event_interval_ms
    this.#observer = observer
    this.#lastEvent = new Float64Array(topics.length)
    this.#lastEventOfHold = new Float64Array(topics.length)
    this.#heardAt = new Float64Array(sockets)
    this.#silence = new Float64Array(sockets)
    this.#counted = new Uint32Array(sockets)
    this.#dueEvent = new Float64Array(sockets).fill(NOT_SUBSCRIBED)
  }

  topicOf(n: number): string {
    return this.#topics[n % this.#topics.length] ?? ''
  }

  /** Socket `n` begins its handshake. */
  opening(n: number, now: number): void {
    this.#heardAt[n] = now
  }

  #listen(n: number, at: number): void {
    const overdue = at - (this.#heardAt[n] ?? at) - this.#intervalMs
    if (overdue > (this.#silence[n] ?? 0)) this.#silence[n] = overdue
    this.#heardAt[n] = at
  }

  #due(n: number): number {
    return this.#lastEventOfHold[n % this.#topics.length] ?? 0
  }

  has(n: number): boolean {
    return this.#dueEvent[n] !== NOT_SUBSCRIBED
  }

  /** Whether an event is still to come to socket `n` that another one had when the hold ended. */
  awaits(n: number): boolean {
    const last = this.#sequences.get(n)?.last ?? (this.#dueEvent[n] ?? NOT_SUBSCRIBED) - 1
    return this.has(n) && last < this.#due(n)
  }

  holdBegins(now: number): void {
    this.#holdFrom = now
  }

  /**
   * Events with a number seen by now are due on every socket of their topic.
   * @param holding whether a socket was held to the end
   */
  holdEnds(holding: (n: number) => boolean, now: number): void {
    this.#lastEventOfHold = this.#lastEvent.slice()
    this.#silence.forEach((_, n) => {
      if (!holding(n)) return
      this.#listen(n, now)
      this.#observer.silence(this.#silence[n] ?? 0)
    })
  }

  /** Counts the events that a socket lacks which is gone. */
  lost(n: number): void {
    this.#observer.count('events_lost', this.#sequences.get(n)?.lost() ?? 0)
  }

  /** Counts the events of the hold that a socket lacks which was there to its end. */
  settle(n: number): void {
    if (this.has(n)) this.#observer.count('events_lost', this.#sequenceOf(n).lost(this.#due(n)))
  }

  /** @returns what is wrong with it, as the end of the sentence "the gateway …" */
  confirmed(n: number, { topic, seq }: Frame): string | undefined {
    if (topic !== this.topicOf(n)) return `confirmed a subscription to ${plain(topic)}, not ${plain(this.topicOf(n))}`
    if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 0) return `confirmed a subscription with seq ${plain(seq)}`
    if (this.has(n)) return 'confirmed a subscription twice'
    this.#dueEvent[n] = seq + 1
    this.#observer.count('subscribed')
    return undefined
  }

  /**
   * @param counts whether it is one of the hold
   * @returns what is wrong with it, as the end of the sentence "the gateway …"
   */
  event(n: number, { topic, seq, sent_at }: Frame, at: number, counts: boolean): string | undefined {
    const due = this.#dueEvent[n] ?? NOT_SUBSCRIBED
    const place = n % this.#topics.length
    if (topic !== this.#topics[place])
      return `sent an event of topic ${plain(topic)} to a subscriber of ${plain(this.topicOf(n))}`
    if (due === NOT_SUBSCRIBED) return 'sent an event before it confirmed the subscription'
    if (typeof seq !== 'number' || !Number.isSafeInteger(seq)) return `sent an event with seq ${plain(seq)}`
    if (seq === due && !this.#sequences.has(n)) this.#dueEvent[n] = due + 1
    else this.#irregular(n, seq)
    if (seq > (this.#lastEvent[place] ?? 0)) this.#lastEvent[place] = seq
    this.#listen(n, at)
    if (counts) {
      this.#count(n, at)
      if (typeof sent_at === 'number' && Math.abs(at - sent_at) < DAY_MS) {
        this.#observer.lag(at - sent_at)
        // What comes before it was sent hides how late it is.
        if (sent_at > at + CLOCK_MARGIN_MS) this.#observer.count('clock_skewed')
      } else if (this.#dated) return `sent an event with sent_at ${plain(sent_at)}`
    }
    return undefined
  }

  /** An event counts where it is due by now: what one socket gets too much does not make up for what another lacks. */
  #count(n: number, at: number): void {
    const counted = this.#counted[n] ?? 0
    if (counted > Math.round((at - this.#holdFrom) / this.#intervalMs)) return
    this.#counted[n] = counted + 1
    this.#observer.count('events')
  }

  #sequenceOf(n: number): EventSequence {
    return this.#sequences.get(n) ?? new EventSequence((this.#dueEvent[n] ?? 0) - 1)
  }

  #irregular(n: number, seq: number): void {
    const sequence = this.#sequenceOf(n)
    this.#sequences.set(n, sequence)
    const sighting = sequence.see(seq)
    if (sighting === 'twice') this.#observer.count('events_duplicated')
    else if (sighting === 'late') this.#observer.count('events_out_of_order')
  }
}
