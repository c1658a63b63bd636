/** Pings of the WebSockets of a group, and the pongs that belong to them. Pure; in arrays, as all that is known of a socket. */
import type { SocketShape } from '../target/socket.ts'
import type { Frame } from './frame.ts'
import { CLOCK_MARGIN_MS, plain, type SocketObserver } from './observer.ts'

const NO_PING = 0

export class Pings {
  readonly #shape: SocketShape
  readonly #observer: SocketObserver
  /** Pongs say when they were sent, as events do. */
  readonly #dated: boolean
  readonly #lastId: Uint32Array
  /** When the ping was sent whose pong has not come. */
  readonly #sentAt: Float64Array
  /** Pongs that were given up; without ids they may still come. */
  readonly #givenUp: Uint32Array

  constructor(shape: SocketShape, sockets: number, observer: SocketObserver) {
    this.#shape = shape
    this.#observer = observer
    this.#dated = shape.sent_at && shape.subscriptions
    this.#lastId = new Uint32Array(sockets)
    this.#sentAt = new Float64Array(sockets)
    this.#givenUp = new Uint32Array(sockets)
  }

  /** Whether a pong for socket `n` is still to come. */
  awaits(n: number): boolean {
    return this.#sentAt[n] !== NO_PING
  }

  /** The next ping of socket `n` as it is to be sent; undefined where the gateway has none. */
  next(n: number, now: number): string | undefined {
    const { type_member, ping, ping_id } = this.#shape
    if (ping === false) return undefined
    this.giveUp(n)
    this.#sentAt[n] = now
    // No two pings of a group have one id: a pong that was meant for another socket is seen.
    const id = (this.#lastId[n] || n + 1 - this.#lastId.length) + this.#lastId.length
    this.#lastId[n] = id
    this.#observer.count('pings')
    return JSON.stringify({ [type_member]: ping, ...(ping_id ? { id } : {}) })
  }

  /** @returns what is wrong with it, as the end of the sentence "the gateway …" */
  pong(n: number, { id, sent_at }: Frame, at: number): string | undefined {
    const { ping_id } = this.#shape
    const last = this.#lastId[n] ?? 0
    const sentAt = this.#sentAt[n] ?? NO_PING
    if (ping_id && id !== last) {
      // One that was given up may still come; its absence has been counted.
      const late = typeof id === 'number' && id > 0 && id < last && (last - id) % this.#lastId.length === 0
      return late ? undefined : `sent a pong with id ${plain(id)}, which no ping had`
    }
    if (sentAt === NO_PING) {
      if (ping_id || (this.#givenUp[n] ?? 0) === 0) return 'sent a pong that no ping had asked for'
      this.#givenUp[n] = (this.#givenUp[n] ?? 0) - 1
      return undefined
    }
    this.#sentAt[n] = NO_PING
    this.#observer.count('pongs')
    this.#observer.roundTrip(at - sentAt)
    if (typeof sent_at !== 'number')
      return sent_at === undefined && !this.#dated ? undefined : `sent a pong with sent_at ${plain(sent_at)}`
    // The gateway's clock must stand between the two ends of the round trip, or lags measured against it mean nothing.
    if (sent_at < sentAt - CLOCK_MARGIN_MS || sent_at > at + CLOCK_MARGIN_MS) this.#observer.count('clock_skewed')
    return undefined
  }

  /** Nobody waits for the pong of socket `n` any more. */
  giveUp(n: number): void {
    if (this.#sentAt[n] === NO_PING) return
    this.#observer.count('pongs_missing')
    this.#givenUp[n] = (this.#givenUp[n] ?? 0) + 1
    this.#sentAt[n] = NO_PING
  }
}
