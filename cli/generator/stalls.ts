/** When this process stood still: what it then times is its own delay. */

const EVERY_MS = 20
/** Timers are late by so much on any machine. */
const USUAL_MS = 5
/** Longer than any request lasts that is still to be timed. */
const KEPT = 5000

export class Stalls {
  readonly #seen: [from: number, to: number][] = []
  #due = 0
  #timer: NodeJS.Timeout | undefined

  start(): void {
    this.#due = performance.now() + EVERY_MS
    this.#timer = setInterval(() => this.look(performance.now()), EVERY_MS)
    this.#timer.unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** @param now of `performance.now()` */
  look(now: number): void {
    if (now - this.#due > USUAL_MS) {
      this.#seen.push([this.#due, now])
      if (this.#seen.length > KEPT) this.#seen.shift()
    }
    this.#due = now + EVERY_MS
  }

  /** Milliseconds between two moments in which nothing ran here. */
  within(from: number, to: number): number {
    let sum = 0
    for (let i = this.#seen.length - 1; i >= 0; i--) {
      const [began, ended] = this.#seen[i] as [number, number]
      if (ended <= from) break
      sum += Math.max(0, Math.min(to, ended) - Math.max(from, began))
    }
    return sum
  }
}
