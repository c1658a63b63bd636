/** Puts pushes into places of one time axis. */

/**
 * Each instance pushes once an interval, at a moment of its own and never quite on time; the last push comes early.
 * Pushes are counted from the first of their instance, so that a push which is a little early or late keeps its place.
 */
export class Clock {
  readonly #interval: number
  readonly #firstOf = new Map<string, number>()
  #first: number | undefined
  #last = -1
  /** Epoch milliseconds of the youngest push in each place. */
  readonly ends: number[] = []

  /** @param interval milliseconds between two pushes */
  constructor(interval: number) {
    this.#interval = interval
  }

  get instances(): number {
    return this.#firstOf.size
  }

  /** @returns the place of the push; a place without any push is left out, so that the next one covers its time too */
  place(instance: string, at: number): number {
    this.#first ??= at
    const first = this.#firstOf.get(instance) ?? at
    this.#firstOf.set(instance, first)
    const number = Math.floor((first - this.#first) / this.#interval) + Math.round((at - first) / this.#interval)
    if (number > this.#last || this.ends.length === 0) {
      this.#last = number
      this.ends.push(at)
    }
    const place = this.ends.length - 1
    this.ends[place] = Math.max(this.ends[place] ?? at, at)
    return place
  }
}
