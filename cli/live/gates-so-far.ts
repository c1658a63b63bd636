/** How each gate stands while the run goes on. Nothing of this reaches the verdict: k6 judges at the end. */

import type { Gate, Threshold } from '../../lib/gates/model.ts'
import type { RunPlan } from '../../lib/run/run-plan.ts'
import type { Total } from '../record/cumulative.ts'
import { add, emptyHistogram, quantile } from '../record/histogram.ts'

/** `open`: its window has not begun, nothing was measured yet, or a count that must be reached is still growing. */
export type GateState = 'holds' | 'red' | 'open'

export interface GateSoFar {
  gate: Gate
  state: GateState
  /** In the gate's own unit; undefined where nothing was measured. */
  measured: number | undefined
  /** Share of the answers that users waited too long for, where it is that which is red. */
  late?: number
}

/** A push may be on its way for so long after the end of a window. */
const LATE_S = 2

const fits = ({ labels }: Readonly<Total>, tags: Threshold['tags']): boolean =>
  Object.entries(tags).every(([tag, value]) => labels[tag] === value)

const count = (totals: readonly Readonly<Total>[]): number => totals.reduce((sum, { value }) => sum + value, 0)

/** k6 pushes no rates; this one can be made of the requests it stands on. */
const KNOWN_RATE = 'http_req_failed'

/** Whether it can be told while the run goes on: a maximum and a rate of one's own cannot. */
const isKnown = ({ metric, stat }: Threshold): boolean => stat !== 'max' && (stat !== 'rate' || metric === KNOWN_RATE)

function measure({ metric, tags, stat }: Threshold, byName: ReadonlyMap<string, readonly Readonly<Total>[]>): number | undefined {
  const found = (byName.get(metric === KNOWN_RATE ? 'http_reqs' : metric) ?? []).filter((total) => fits(total, tags))
  if (stat === 'count') return count(found)
  if (found.length === 0) return undefined
  if (stat === 'value') return found.at(-1)?.value
  if (stat === 'rate')
    return count(found.filter(({ labels }) => labels.expected_response === 'false')) / Math.max(1, count(found))
  const all = found.reduce((sum, { histogram }) => (histogram === undefined ? sum : add(sum, histogram)), emptyHistogram())
  const value = stat === 'max' ? undefined : quantile(all, stat / 100)
  return value === undefined ? undefined : value * (found[0]?.seconds ? 1000 : 1)
}

function sentTo({ window, endpoint }: Gate, byName: ReadonlyMap<string, readonly Readonly<Total>[]>): number {
  const tags = { scenario: window, ...(endpoint === '*' ? {} : { name: endpoint }) }
  return Math.max(1, count((byName.get('http_reqs') ?? []).filter((total) => fits(total, tags))))
}

function judge(
  { threshold }: Threshold,
  bound: Gate['bound'],
  measured: number | undefined,
  stage: 'before' | 'now' | 'over',
): GateState {
  if (stage === 'before' || measured === undefined) return 'open'
  if (bound === 'max') return measured <= threshold ? 'holds' : 'red'
  return measured >= threshold ? 'holds' : stage === 'over' ? 'red' : 'open'
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
  const stageOf = (name: string): 'before' | 'now' | 'over' => {
    const window = windows.get(name)
    if (over || (window !== undefined && elapsed > window.start + window.duration + LATE_S)) return 'over'
    return window !== undefined && elapsed < window.start ? 'before' : 'now'
  }
  const order = [...windows.keys()]
  const place = (name: string): number => (windows.has(name) ? order.indexOf(name) : order.length)
  const found = plan.gates.flatMap((gate): GateSoFar[] => {
    const stage = stageOf(gate.window)
    const known = isKnown(gate)
    const raw = known ? measure(gate, byName) : undefined
    // k6 is told a count where the limit is a share of what was planned, or a rate over the window.
    const measured = raw === undefined || gate.stat !== 'count' ? raw : raw / (gate.of ?? 1)
    const state = known ? judge(gate, gate.bound, raw, stage) : undefined
    const { late } = gate
    if (late !== undefined && isKnown(late) && gate.unit === 'ms') {
      const waited = measure(late, byName)
      const found = judge(late, 'max', waited, stage)
      if (found === 'red' && state !== 'red')
        return [{ gate, state: found, measured, late: (waited ?? 0) / sentTo(gate, byName) }]
      // Nothing else is known of a maximum.
      if (state === undefined) return [{ gate, state: found, measured }]
    }
    return state === undefined ? [] : [{ gate, state, measured }]
  })
  return found.sort((a, b) => place(a.gate.window) - place(b.gate.window))
}
