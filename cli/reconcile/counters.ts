/** A page of the gateway's metrics -> how often it has counted each route. Pure. */

import { readSelector, seriesOf, sumOf } from '../../lib/base/prometheus-text.ts'
import type { ReconciliationPlan } from '../../lib/run/reconciliation.ts'

export interface Counted {
  /** Upper case; empty where the counter has no methods. */
  method: string
  route: string
  /** As the counter writes it, `200` or `2xx`; empty where it has none. */
  status: string
  count: number
}

export interface Counters {
  /** Whether the page knows the counter, even if it has counted nothing yet. */
  declared: boolean
  counted: readonly Counted[]
  /** Seconds since the epoch; undefined where the page does not say. */
  start: number | undefined
}

const keyOf = ({ method, route, status }: Counted): string => `${method} ${route} ${status}`

/** Why nothing can be compared, as the end of a sentence. */
export interface Problem {
  problem: string
  /** The target file or the command has said so, or the gateway never had what nobody had promised. */
  known: boolean
}

export const known = (problem: string): Problem => ({ problem, known: true })
/** What was there and is no more, or is other than was promised: nobody has said that it would be so. */
export const unexplained = (problem: string): Problem => ({ problem, known: false })

/** A page with one number: there is nothing that it is divided by, and nothing that says when the process began. */
function readByPattern(page: string, pattern: string): Counters {
  const found = new RegExp(pattern, 'm').exec(page)?.[1]?.replace(/[\s,]/g, '') ?? ''
  if (!/^\d+$/.test(found)) return { declared: false, counted: [], start: undefined }
  return { declared: true, counted: [{ method: '', route: '', status: '', count: Number(found) }], start: undefined }
}

/** Its counts; none where the gateway has counted nothing yet, or has no such counter. */
export function readCounters(
  page: string,
  { counter, pattern, labels, start }: ReconciliationPlan,
): Counters | { problem: string } {
  if (pattern !== undefined) return readByPattern(page, pattern)
  const selector = readSelector(counter)
  const series = selector === undefined ? [] : seriesOf(page, selector)
  for (const label of [labels.method, labels.route, labels.status])
    if (label !== false && series.length > 0 && !series.some((one) => label in one.labels))
      return {
        problem: `${counter} has no label ${label}, only ${[...new Set(series.flatMap((one) => Object.keys(one.labels)))].join(', ')}`,
      }
  const odd = series.find(({ value }) => !(value >= 0 && value < Number.POSITIVE_INFINITY))
  if (odd !== undefined) return { problem: `${counter} has a count of ${odd.value}` }
  // Series of other labels are added up; one that stands there twice is none that anybody can read.
  if (new Set(series.map((one) => JSON.stringify(Object.entries(one.labels).sort()))).size < series.length)
    return { problem: `its page of metrics has a series of ${counter} twice` }
  const sums = new Map<string, Counted>()
  for (const { labels: of, value } of series) {
    const one = {
      method: labels.method === false ? '' : (of[labels.method] ?? '').toUpperCase(),
      route: labels.route === false ? '' : (of[labels.route] ?? ''),
      status: labels.status === false ? '' : (of[labels.status] ?? ''),
      count: value,
    }
    const known = sums.get(keyOf(one))
    if (known === undefined) sums.set(keyOf(one), one)
    else known.count += value
  }
  const started = start === false ? undefined : readSelector(start)
  const declared = series.length > 0 || page.includes(`# TYPE ${selector?.name} `)
  return { declared, counted: [...sums.values()], start: started && sumOf(page, started) }
}

/** Processes of one gateway may reckon their start a little differently. */
const SAME_START_S = 1

/** What was counted between two pages; a problem where they are not of one process, or one lacks the counter. */
export function between(
  before: Counters,
  after: Counters,
  { counter, promised }: Pick<ReconciliationPlan, 'counter' | 'promised'>,
): readonly Counted[] | Problem {
  if (!after.declared)
    return before.declared
      ? unexplained(`its page of metrics had ${counter} before the run, and has it no more`)
      : { problem: `its page of metrics has no ${counter}`, known: !promised }
  const anew = unexplained('it was started anew during the run, or several processes answer at its address')
  if (before.start !== undefined && after.start !== undefined && Math.abs(after.start - before.start) > SAME_START_S) return anew
  const was = new Map(before.counted.map((one) => [keyOf(one), one.count]))
  const grown = after.counted.map((one) => ({ ...one, count: one.count - (was.get(keyOf(one)) ?? 0) }))
  const still = new Set(after.counted.map(keyOf))
  if (grown.some(({ count }) => count < 0) || before.counted.some((one) => one.count > 0 && !still.has(keyOf(one)))) return anew
  return grown
}
