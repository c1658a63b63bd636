/** How likely chance alone is. Pure. */

/** Chance below which it is no explanation any more; shared among the comparisons of one run. */
export const SIGNIFICANCE = 0.001

/** Lanczos' approximation: exact to some twelve digits. */
const LANCZOS = [
  76.18009172947146, -86.50532032941678, 24.01409824083091, -1.231739572450155, 0.1208650973866179e-2, -0.5395239384953e-5,
]

/** Logarithm of n! */
function logFactorial(n: number): number {
  const base = n + 6.5
  const sum = LANCZOS.reduce((total, c, i) => total + c / (n + 2 + i), 1.000000000190015)
  return (n + 1.5) * Math.log(base) - base + Math.log((Math.sqrt(2 * Math.PI) * sum) / (n + 1))
}

const logChoose = (n: number, k: number): number => logFactorial(n) - logFactorial(k) - logFactorial(n - k)

/** Chance of `least` or more successes in `n` tries, each with a chance of `p`. */
export function atLeast(least: number, n: number, p: number): number {
  if (least <= 0) return 1
  let chance = 0
  for (let k = least; k <= n; k++) chance += Math.exp(logChoose(n, k) + k * Math.log(p) + (n - k) * Math.log(1 - p))
  return Math.min(1, chance)
}

/** Two witnesses of the same thing: how many of how many each saw fail. */
export interface Pair {
  mine: { failed: number; of: number }
  theirs: { failed: number; of: number }
}

/** Chances of 0, 1, 2 … of all failures being mine, where both fail alike (Fisher's exact test). */
function chances({ mine, theirs }: Pair): number[] {
  const failed = mine.failed + theirs.failed
  const all = logChoose(mine.of + theirs.of, failed)
  return Array.from({ length: Math.min(failed, mine.of) + 1 }, (_, k) =>
    failed - k > theirs.of ? 0 : Math.exp(logChoose(mine.of, k) + logChoose(theirs.of, failed - k) - all),
  )
}

/**
 * Chance of as many failures of mine as there were, or more, where both fail alike: within each pair, since a witness may have
 * looked more often where more failed.
 */
export function worseByChance(pairs: readonly Pair[]): number {
  const seen = pairs.reduce((sum, { mine }) => sum + mine.failed, 0)
  let sums = [1]
  for (const pair of pairs) {
    const next = chances(pair)
    // What lies beyond all that were seen makes no difference between one number and another.
    const length = Math.min(seen, sums.length + next.length - 1)
    const joined = Array.from({ length: Math.max(length, 1) }, () => 0)
    for (const [i, a] of sums.entries())
      for (const [j, b] of next.entries()) if (i + j < joined.length) joined[i + j] = (joined[i + j] ?? 0) + a * b
    sums = joined
  }
  if (seen === 0) return 1
  return Math.max(0, 1 - sums.slice(0, seen).reduce((total, chance) => total + chance, 0))
}
