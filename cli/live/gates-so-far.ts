/** How each gate stands while the run goes on. Nothing of this reaches the verdict: k6 judges at the end. */
import type { Total } from '../recorder/cumulative.ts'
import { add, emptyHistogram, quantile } from '../recorder/histogram.ts'
import type { RunPlan } from '../recorder/plan.ts'
import { readThreshold, type Threshold, thresholdName } from './threshold.ts'

/** `open`: its window has not begun, nothing was measured yet, or a count that must be reached is still growing. */
export type GateState = 'holds' | 'red' | 'open'

export interface GateSoFar {
  name: string
  threshold: Threshold
  state: GateState
  /** In the threshold's own unit; undefined where nothing was measured. */
  measured: number | undefined
}

/** A push may be on its way for so long after the end of a window. */
const LATE_S = 2

const fits = ({ labels }: Readonly<Total>, tags: Threshold['tags']): boolean =>
  Object.entries(tags).every(([tag, value]) => labels[tag] === value)

const count = (totals: readonly Readonly<Total>[]): number => totals.reduce((sum, { value }) => sum + value, 0)

function measure({ metric, tags, stat }: Threshold, byName: ReadonlyMap<string, readonly Readonly<Total>[]>): number | undefined {
  // k6 pushes no such rate; it is made of the requests it stands on.
  const found = (byName.get(metric === 'http_req_failed' ? 'http_reqs' : metric) ?? []).filter((total) => fits(total, tags))
  if (stat === 'count') return count(found)
  if (found.length === 0) return undefined
  if (stat === 'value') return found.at(-1)?.value
  if (stat === 'rate')
    return metric === 'http_req_failed'
      ? count(found.filter(({ labels }) => labels.expected_response === 'false')) / Math.max(1, count(found))
      : undefined
  const all = found.reduce((sum, { histogram }) => (histogram === undefined ? sum : add(sum, histogram)), emptyHistogram())
  const value = quantile(all, stat)
  return value === undefined ? undefined : value * (found[0]?.seconds ? 1000 : 1)
}

function judge({ bound, limit }: Threshold, measured: number | undefined, stage: 'before' | 'now' | 'over'): GateState {
  if (stage === 'before' || measured === undefined) return 'open'
  if (bound === 'max') return measured <= limit ? 'holds' : 'red'
  return measured >= limit ? 'holds' : stage === 'over' ? 'red' : 'open'
}

/**
 * Gates in the order of their windows, those of the whole run last.
 * @param elapsed seconds since the load began
 * @param over whether the run has ended
 */
export function gatesSoFar(plan: RunPlan, totals: Iterable<Readonly<Total>>, elapsed: number, over = false): GateSoFar[] {
  const byName = new Map<string, Readonly<Total>[]>()
  for (const total of totals) {
    const known = byName.get(total.name)
    if (known === undefined) byName.set(total.name, [total])
    else known.push(total)
  }
  const windows = new Map(plan.windows.map((window) => [window.name, window]))
  const stageOf = (scenario: string | undefined): 'before' | 'now' | 'over' => {
    const window = windows.get(scenario ?? '')
    if (over || (window !== undefined && elapsed > window.start + window.duration + LATE_S)) return 'over'
    return window !== undefined && elapsed < window.start ? 'before' : 'now'
  }
  const order = [...windows.keys()]
  const place = (scenario: string | undefined): number =>
    scenario !== undefined && windows.has(scenario) ? order.indexOf(scenario) : order.length
  const found = Object.entries(plan.thresholds).flatMap(([metric, expressions]) =>
    expressions.flatMap((expression) => {
      const threshold = readThreshold(metric, expression)
      if (threshold === undefined) return []
      const measured = measure(threshold, byName)
      const state = judge(threshold, measured, stageOf(threshold.tags.scenario))
      return [{ name: thresholdName(threshold), threshold, state, measured }]
    }),
  )
  return found.sort((a, b) => place(a.threshold.tags.scenario) - place(b.threshold.tags.scenario))
}
