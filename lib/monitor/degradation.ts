/** Compares the first and the last window of a constant-rate probe, from all their samples. Pure; probe.k6.ts sends. */
import { degradation, percentile } from '../base/trend.ts'

/** Share of the run that each of the two windows takes. */
export const WINDOW_SHARE = 0.2
/** Ten samples beyond the 95th percentile. */
export const SAMPLES_NEEDED = 200
/** Seconds of each window that are left out: a machine that stands still once is no trend, and a quarter of a second of it is 5 % of 5 s. */
const STALL = 1

interface Sample {
  at: number
  ms: number
}

const p95Of = (samples: readonly Sample[]): number | undefined =>
  percentile(
    samples.map(({ ms }) => ms),
    95,
  )

/** The p95 of a window without the second that had most of its slowest. */
function p95WithoutStall(samples: readonly Sample[]): number | undefined {
  const whole = p95Of(samples)
  if (whole === undefined) return undefined
  const slow = samples.filter(({ ms }) => ms >= whole).sort((a, b) => a.at - b.at)
  let [from, most, next] = [0, 0, 0]
  for (const [i, { at }] of slow.entries()) {
    while (next < slow.length && (slow[next] as Sample).at < at + STALL) next++
    if (next - i > most) [from, most] = [at, next - i]
  }
  return p95Of(samples.filter(({ at }) => at < from || at >= from + STALL))
}

export interface Comparison {
  /** Growth of the p95 as a share of the first; 0 below the floor. Of each window the second with most of its slowest is left out. */
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
  const first: Sample[] = []
  const last: Sample[] = []
  return {
    add(at, ms) {
      if (at < length) first.push({ at, ms })
      else if (at >= duration - length) last.push({ at, ms })
    },
    compare() {
      const [firstP95, lastP95] = [p95WithoutStall(first), p95WithoutStall(last)]
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
