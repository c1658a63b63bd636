/** Watches the numbers of one receiver's events, which must ascend by 1: what was lost, came twice, came late. */

/** `next`: as it should be. `gap`: numbers before it are missing. `late`: one of the missing came after all. `twice`: it was here before. */
export type Sighting = 'next' | 'gap' | 'late' | 'twice'

export class EventSequence {
  /** The number that is due. */
  #due: number
  /** Ranges of missing numbers, both ends included, in ascending order; most receivers never have one. */
  #missing: { from: number; to: number }[] | undefined

  /** @param after the number before the first event that is due */
  constructor(after: number) {
    this.#due = after + 1
  }

  /** The highest number seen so far, or the one it began after. */
  get last(): number {
    return this.#due - 1
  }

  see(seq: number): Sighting {
    if (seq === this.#due) {
      this.#due++
      return 'next'
    }
    if (seq > this.#due) {
      this.#missing ??= []
      this.#missing.push({ from: this.#due, to: seq - 1 })
      this.#due = seq + 1
      return 'gap'
    }
    const ranges = this.#missing ?? []
    const at = ranges.findIndex(({ from, to }) => seq >= from && seq <= to)
    const range = ranges[at]
    if (range === undefined) return 'twice'
    const left = [
      { from: range.from, to: seq - 1 },
      { from: seq + 1, to: range.to },
    ].filter(({ from, to }) => from <= to)
    ranges.splice(at, 1, ...left)
    return 'late'
  }

  /**
   * How many numbers never came.
   * @param upTo a number that is known to have been sent: those after the last one seen are lost too
   */
  lost(upTo: number = this.last): number {
    const between = (this.#missing ?? []).reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, upTo) - from + 1), 0)
    return between + Math.max(0, upTo - this.last)
  }
}
