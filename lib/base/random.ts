/** Seeded random numbers: the same seed gives the same requests on every machine and every k6. */
export interface Random {
  /** At least 0, below 1. */
  next(): number
  /** A copy in random order. */
  shuffle<T>(items: readonly T[]): T[]
}

/** Looked up once: in k6's engine a global is a look-up in a large table. */
const { imul } = Math

/** Mulberry32: 32 bits of state are plenty for choosing requests, and it is a few instructions in k6's engine. */
export function seeded(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = imul(t ^ (t >>> 15), t | 1)
    t ^= t + imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const shuffle = <T>(items: readonly T[]): T[] => {
    const copy = [...items]
    for (let i = copy.length - 1; i > 0; i--) {
      const j = Math.floor(next() * (i + 1))
      const kept = copy[i] as T
      copy[i] = copy[j] as T
      copy[j] = kept
    }
    return copy
  }
  return { next, shuffle }
}
