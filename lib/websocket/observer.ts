/** What the sessions of WebSockets tell whoever counts. */

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
  /** Longest time that an event of a socket was overdue, in milliseconds. */
  silence(ms: number): void
  /** @param why end of the sentence "the gateway …" */
  wrong(why: string): void
}

/** Two clocks that agree to this many milliseconds are taken for one. */
export const CLOCK_MARGIN_MS = 5

/** A value out of a frame, as a sentence shows it. */
export const plain = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 60)

/** What the sockets of one VU have counted since it was last emptied: touching a k6 metric for each frame would cost more than the frame. */
export class Tally {
  readonly #counts = new Map<SocketCount, number>()

  count(what: SocketCount, by = 1): void {
    if (by !== 0) this.#counts.set(what, (this.#counts.get(what) ?? 0) + by)
  }

  /** Hands over what there is and begins anew. */
  empty(take: (what: SocketCount, count: number) => void): void {
    for (const [what, count] of this.#counts) take(what, count)
    this.#counts.clear()
  }
}
