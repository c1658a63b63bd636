/**
 * Answers that came later than a limit, counted by the VU that waited for them: what k6 calls the duration of a request begins when it has a
 * connection, and a percentile over what users wait would cost a fifth of each request. "p95 ≤ L" is "at most 5 % later than L".
 */
import type { Gate, Late } from '../summary/model.ts'
import { type Place, plannedOf } from './place.ts'
import { selector } from './selector.ts'

/**
 * @param key of the limit, in the thresholds file
 * @param share of the answers that may be later
 */
export function lateOf(place: Place, key: string, ms: number, share: number): Late {
  const { window, endpoint } = place
  const limit = `${endpoint}.${key}`
  const planned = plannedOf(place)
  // Where no number of requests is planned, every answer is counted, in time or not.
  const [metric, expression] =
    planned === undefined ? ['late_rate', `rate<=${share}`] : ['late', `count<=${Math.floor(planned * share + 1e-6)}`]
  return { metric: selector(metric, window.name, '*', { limit }), expression, limit, ms, share }
}

/** What k6 is told of a gate. */
export const thresholdsOf = (gate: Gate): Pick<Gate, 'metric' | 'expression'>[] =>
  gate.late === undefined ? [gate] : [gate, gate.late]

/** Share of the answers beyond a percentile; 0.1 % of 10,000 are ten. */
export const beyond = (percentile: number): number => Number((1 - percentile / 100).toFixed(6))

/** A limit on how many come late, in place of a percentile. */
export function lateShare(place: Place, ms: number, share: number): Omit<Gate, 'window' | 'endpoint' | 'why'> {
  const late = lateOf(place, 'late_share', ms, share)
  const { metric, expression } = late
  const of = plannedOf(place)
  return {
    key: 'late_share',
    kind: 'limit',
    metric,
    expression,
    limit: share,
    unit: 'share',
    bound: 'max',
    ...(of === undefined ? {} : { of }),
    late,
  }
}
