/** What the sockets of one VU have counted since it was last emptied: touching a k6 metric for each frame would cost more than the frame. */
import type { SocketCount } from './observer.ts'

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
