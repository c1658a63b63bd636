/**
 * Answers that came later than a limit, counted by the VU that waited for them: what k6 calls the duration of a request begins when it has a
 * connection, and a percentile over what users wait would cost a fifth of each request. "p95 ≤ L" is "at most 5 % later than L".
 */
import type { Late } from './model.ts'
import { type Place, plannedOf } from './place.ts'
import { tagsOf } from './threshold.ts'

/**
 * @param key of the limit, in the thresholds file
 * @param share of the answers that may be later
 */
export function lateOf(place: Place, key: string, ms: number, share: number): Late {
  const { window, endpoint } = place
  const limit = `${endpoint}.${key}`
  const tags = tagsOf(window.name, '*', { limit })
  const planned = plannedOf(place)
  // Where no number of requests is planned, every answer is counted, in time or not.
  return planned === undefined
    ? { metric: 'late_rate', tags, stat: 'rate', threshold: share, limit, ms, share }
    : { metric: 'late', tags, stat: 'count', threshold: Math.floor(planned * share + 1e-6), limit, ms, share }
}

/** Share of the answers beyond a percentile; 0.1 % of 10,000 are ten. */
export const beyond = (percentile: number): number => Number((1 - percentile / 100).toFixed(6))
