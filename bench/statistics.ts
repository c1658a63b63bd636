/** Medians and their spread: on a noisy machine one run says nothing. */
export interface Spread {
  median: number
  least: number
  most: number
  /** Runs that it rests on. */
  runs: number
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)]
  if (upper === undefined) return Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2
}

export const spreadOf = (values: readonly number[]): Spread => ({
  median: median(values),
  least: Math.min(...values),
  most: Math.max(...values),
  runs: values.length,
})

/**
 * Ratios of runs made in the same round: what slows a machine down for a while slows both.
 * @throws where the two have not as many runs
 */
export function pairedRatio(values: readonly number[], against: readonly number[]): Spread {
  if (values.length !== against.length || values.length === 0)
    throw new Error(`pairs needed, got ${values.length} runs against ${against.length}`)
  return spreadOf(values.map((value, i) => value / (against[i] ?? Number.NaN)))
}
