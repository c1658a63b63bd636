/** Says yes to a share of the occasions, evenly spread and without dice: a share of 0.01 is each 100th. The first few may be let pass, and so may all after so many. */
export class Proportion {
  seen = 0
  acted = 0
  readonly #share: number
  readonly #after: number
  readonly #most: number

  /** @param most occasions that count after those; 0 is no end */
  constructor(share: number, after = 0, most = 0) {
    this.#share = share
    this.#after = after
    this.#most = most === 0 ? Number.POSITIVE_INFINITY : most
  }

  due(): boolean {
    this.seen++
    if (this.seen - this.#after > this.#most) return false
    // The small amount keeps 10 x 0.1 from being less than 1.
    if (Math.floor((this.seen - this.#after) * this.#share + 1e-9) <= this.acted) return false
    this.acted++
    return true
  }
}

/** A small seeded generator (mulberry32), for faults whose distribution must be the same in every run. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/**
 * Says yes to exactly so many of each hundred occasions, at places that the random numbers decide: a share that holds in every
 * run, without being even.
 */
export function block(percent: number, random: () => number): () => boolean {
  let left: boolean[] = []
  return () => {
    if (left.length === 0) left = shuffled(Math.round(percent), random)
    return left.pop() ?? false
  }
}

function shuffled(chosen: number, random: () => number): boolean[] {
  const places = Array.from({ length: 100 }, (_, at) => at < chosen)
  for (let at = places.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    const kept = places[at] ?? false
    places[at] = places[other] ?? false
    places[other] = kept
  }
  return places
}
