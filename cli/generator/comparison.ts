/** Do k6 and the control probe tell the same story of a window? Pure. */

import { percentile } from '../../lib/base/trend.ts'
import type { Comparison, Latency } from './evidence-model.ts'

export type Percentile = keyof Latency

/**
 * k6 may read this many times the latency that the probe saw. In measurements a generator with headroom stayed below 2,
 * and one that was its own bottleneck read from 20 to 600 times as much.
 */
export const FACTOR = 2.5
/** Differences below this, in milliseconds, are those of a busy machine and decide nothing. */
export const FLOOR_MS = 5
/** Nor do those that are small beside the latency that the window must keep: this share of its tightest limit. */
export const FLOOR_SHARE = 0.1

/** Samples that a percentile needs so that ten of them lie beyond it. */
const NEEDED: readonly (readonly [Percentile, number, number])[] = [
  ['p99', 0.99, 1000],
  ['p95', 0.95, 200],
  ['p50', 0.5, 20],
]

/** The value below which a share of samples lies, as k6 reckons it; not a number without samples. */
export const quantile = (samples: readonly number[], share: number): number => percentile(samples, share * 100) ?? Number.NaN

export const latencyOf = (samples: readonly number[]): Latency => ({
  p50: quantile(samples, 0.5),
  p95: quantile(samples, 0.95),
  p99: quantile(samples, 0.99),
})

/**
 * Compares at the highest percentile that the probe has samples for.
 * Only k6 reading more counts: a probe that reads more has had a bad moment of its own.
 * @param probed milliseconds of each answer that the probe had in the window
 * @param tightest milliseconds of the window's tightest limit; 0 where it has none
 * @returns undefined where there are too few
 */
export function compare(k6: Latency, probed: readonly number[], tightest = 0): Comparison | undefined {
  const found = NEEDED.find(([, , needed]) => probed.length >= needed)
  if (found === undefined) return undefined
  const [percentile, share] = found
  const probe = quantile(
    [...probed].sort((a, b) => a - b),
    share,
  )
  const mine = k6[percentile]
  const floor = Math.max(FLOOR_MS, FLOOR_SHARE * tightest)
  return { percentile, k6: mine, probe, ratio: mine / probe, parted: mine > probe * FACTOR && mine - probe > floor }
}
