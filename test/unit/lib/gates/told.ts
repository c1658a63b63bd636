/** Thresholds as k6 writes them, for tests: `p(95)<=50` of `http_req_duration{scenario:spike}`. */

import type { Gate, Late, Threshold } from '../../../../lib/gates/model.ts'
import { declared, type K6Threshold, lateThreshold, thresholdsOf } from '../../../../lib/gates/threshold.ts'

/** An expression as data. */
export function stat(expression: string): Pick<Threshold, 'stat' | 'threshold'> {
  const [, name = '', percentile, threshold] = /^(\w+|p\(([\d.]+)\))[<>]=(.+)$/.exec(expression) ?? []
  const known = percentile !== undefined ? Number(percentile) : name === 'med' ? 50 : (name as 'count')
  return { stat: known, threshold: Number(threshold) }
}
export const threshold = (metric: string, expression: string): Threshold => ({ ...declared(metric), ...stat(expression) })

/** What k6 is told of a gate. */
export const told = (gate: Gate): K6Threshold => thresholdsOf(gate)[0]
export const toldLate = (late: Late): K6Threshold => lateThreshold(late)
