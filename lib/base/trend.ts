/** Figures over a series of measurements: a straight line through points in time, a percentile, a change between two windows. */

export interface Point {
  /** Seconds. */
  at: number
  value: number
}

/**
 * Slope of the least-squares line, in units of the value per second.
 * undefined with fewer than two different times, through which no line goes.
 */
export function slope(points: readonly Point[]): number | undefined {
  const n = points.length
  if (n < 2) return undefined
  const meanAt = points.reduce((sum, { at }) => sum + at, 0) / n
  const meanValue = points.reduce((sum, { value }) => sum + value, 0) / n
  let spread = 0
  let together = 0
  for (const { at, value } of points) {
    spread += (at - meanAt) ** 2
    together += (at - meanAt) * (value - meanValue)
  }
  return spread === 0 ? undefined : together / spread
}

/**
 * Percentile as k6 reckons it: linear interpolation between the two nearest samples.
 * @param percent 0..100
 * @returns undefined without samples
 */
export function percentile(samples: readonly number[], percent: number): number | undefined {
  const sorted = [...samples].sort((a, b) => a - b)
  const place = (percent / 100) * (sorted.length - 1)
  const below = sorted[Math.floor(place)]
  const above = sorted[Math.ceil(place)]
  if (below === undefined || above === undefined) return undefined
  return below + (above - below) * (place - Math.floor(place))
}

/**
 * By what share a figure has grown; negative where it has shrunk.
 * @param floor smallest growth that counts, in the figure's unit: below it the change is 0, since a share of next to nothing is noise
 */
export function degradation(first: number, last: number, floor: number): number {
  const growth = last - first
  if (growth > 0 && growth <= floor) return 0
  return first > 0 ? growth / first : growth > 0 ? Number.POSITIVE_INFINITY : 0
}
