/** Compares the first and the last window of a constant-rate probe, from all their samples. Pure; probe.k6.ts sends. */
import { degradation, percentile } from '../base/trend.ts'

/** Share of the run that each of the two windows takes. */
export const WINDOW_SHARE = 0.2
/** Ten samples beyond the 95th percentile. */
export const SAMPLES_NEEDED = 200

export interface Comparison {
  /** Growth of the p95 as a share of the first; 0 below the floor. */
  degradation: number
  firstP95: number
  lastP95: number
  /** Samples of the smaller window. */
  samples: number
}

export interface Probe {
  /**
   * @param at seconds from the start of the probe until the request was sent
   * @param ms how long it took
   */
  add(at: number, ms: number): void
  /** undefined where one of the windows has no sample. */
  compare(): Comparison | undefined
}

/**
 * @param duration seconds that the probe lasts
 * @param floor smallest growth that counts, in ms
 */
export function probe(duration: number, floor: number): Probe {
  const length = duration * WINDOW_SHARE
  const first: number[] = []
  const last: number[] = []
  return {
    add(at, ms) {
      if (at < length) first.push(ms)
      else if (at >= duration - length) last.push(ms)
    },
    compare() {
      const [firstP95, lastP95] = [percentile(first, 95), percentile(last, 95)]
      if (firstP95 === undefined || lastP95 === undefined) return undefined
      return {
        degradation: degradation(firstP95, lastP95, floor),
        firstP95,
        lastP95,
        samples: Math.min(first.length, last.length),
      }
    },
  }
}

/** Requests a second that give each window of a run of this length enough samples, with some to spare. */
export const probeRate = (duration: number, least: number): number =>
  Math.max(least, Math.ceil((SAMPLES_NEEDED * 1.1) / (duration * WINDOW_SHARE)))
