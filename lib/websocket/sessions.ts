/**
 * The WebSockets of a group, each from its handshake to its end: what is sent on them, and what counts for and against the gateway.
 * Pure. What is known of a socket stands in arrays: an object each would be a good part of what a socket costs.
 */
import type { SocketShape } from '../target/socket.ts'
import type { Frame } from './frame.ts'
import { plain, type SocketObserver } from './observer.ts'
import { Pings } from './pings.ts'
import { Subscriptions } from './subscriptions.ts'

export class SocketSessions {
  readonly #shape: SocketShape
  readonly #observer: SocketObserver
  readonly #pings: Pings
  /** undefined where the gateway has none. */
  readonly #subscriptions: Subscriptions | undefined
  readonly #open: Uint8Array
  /** Ready when the hold began, and not closed since. */
  readonly #holding: Uint8Array
  readonly #sawFrame: Uint8Array

  /** @param topics what they subscribe to in turn; none where the gateway has no subscriptions */
  constructor(shape: SocketShape, topics: readonly string[], sockets: number, observer: SocketObserver) {
    this.#shape = shape
    this.#observer = observer
    this.#pings = new Pings(shape, sockets, observer)
    if (topics.length > 0) this.#subscriptions = new Subscriptions(topics, shape, sockets, observer)
    this.#open = new Uint8Array(sockets)
    this.#holding = new Uint8Array(sockets)
    this.#sawFrame = new Uint8Array(sockets)
  }

  /** Whether a pong is still to come, or an event that another socket had when the hold ended. */
  get waiting(): boolean {
    return this.#open.some((open, n) => open === 1 && (this.#pings.awaits(n) || this.#subscriptions?.awaits(n) === true))
  }

  /** What socket `n` says once it is open; undefined where there is nothing to say. */
  subscription(n: number): string | undefined {
    const topic = this.#subscriptions?.topicOf(n)
    return topic === undefined ? undefined : JSON.stringify({ [this.#shape.type_member]: 'subscribe', topic })
  }

  /** The handshake of socket `n` begins. */
  opening(n: number, now: number): void {
    this.#subscriptions?.opening(n, now)
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
    this.#subscriptions?.lost(n)
    this.#pings.giveUp(n)
    this.#open[n] = 0
    this.#holding[n] = 0
  }

  holdBegins(now: number): void {
    this.#subscriptions?.holdBegins(now)
    this.#open.forEach((open, n) => {
      this.#holding[n] = open === 1 && this.#subscriptions?.has(n) !== false ? 1 : 0
    })
  }

  /** Events with a number seen by now are due on every socket. */
  holdEnds(now: number): void {
    this.#observer.count(
      'held',
      this.#holding.reduce((sum, holding) => sum + holding, 0),
    )
    this.#subscriptions?.holdEnds((n) => this.#holding[n] === 1, now)
    this.#holding.fill(0)
  }

  /** What was under way when the hold ended has had its time. */
  settle(): void {
    this.#open.forEach((open, n) => {
      if (open !== 1) return
      this.#pings.giveUp(n)
      this.#subscriptions?.settle(n)
    })
    this.#open.fill(0)
  }

  /** The next ping of socket `n` as it is to be sent; undefined where there is none to send. */
  ping(n: number, now: number): string | undefined {
    return this.#open[n] === 1 ? this.#pings.next(n, now) : undefined
  }

  /**
   * @param frame undefined for what is no frame
   * @param at when it was read, in epoch milliseconds
   */
  received(n: number, frame: Frame | undefined, at: number): void {
    if (this.#open[n] !== 1) return
    const isFirst = this.#sawFrame[n] === 0
    this.#sawFrame[n] = 1
    const wrong =
      frame === undefined ? 'sent what is no JSON object with a type, or says a member twice' : this.#take(n, frame, at, isFirst)
    if (wrong === undefined) return
    this.#observer.count('wrong_frames')
    this.#observer.wrong(wrong)
  }

  /** @returns what is wrong with the frame */
  #take(n: number, frame: Frame, at: number, isFirst: boolean): string | undefined {
    const { first, ping, pong, others } = this.#shape
    const { type, error } = frame
    const subscriptions = this.#subscriptions
    if (error !== undefined && error !== null && !others.includes(type))
      return `sent a frame of type ${plain(type)} with an error in it`
    if (type === 'event' && subscriptions !== undefined) return subscriptions.event(n, frame, at, this.#holding[n] === 1)
    if (type === pong && ping !== false) return this.#pings.pong(n, frame, at)
    if (type === 'subscribed' && subscriptions !== undefined) return subscriptions.confirmed(n, frame)
    if (type === first) {
      if (!isFirst) return `sent a ${type} frame that was not the first`
      this.#observer.count('greeted')
      return undefined
    }
    return others.includes(type) ? undefined : `sent a frame of type ${plain(type)}`
  }
}
