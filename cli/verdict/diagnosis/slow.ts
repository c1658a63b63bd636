/** Answers that came too late: who carries the latency of a window. */

import type { GateResult } from '../../../lib/gates/model.ts'
import type { EndpointSummary, RunSummary } from '../../../lib/summary/model.ts'
import { limitText, measuredText, onlyWaited, valueText } from '../../../lib/summary/wording.ts'
import { named } from './cause.ts'

export interface Slow {
  sentence: string
  /** Whether every endpoint of the window was slow. */
  all: boolean
  gates: GateResult[]
}

const p95 = ({ latency }: EndpointSummary): number => latency?.p95 ?? 0

const isLatency = ({ kind, unit, late, window }: GateResult): boolean =>
  kind === 'limit' && window !== 'run' && (unit === 'ms' || late !== undefined)

/** Twice as slow as the rest: below that a window is slow as a whole. */
const APART = 2

const range = (rows: readonly EndpointSummary[]): string => {
  const times = rows.map(p95).sort((a, b) => a - b)
  const [least = 0, most = 0] = [times[0], times.at(-1)]
  return least === most ? valueText(most, 'ms') : `${valueText(least, 'ms')} to ${valueText(most, 'ms')}`
}

/** Where some endpoints are slow and others are not: the largest gap between two neighbours parts them. */
function parted(rows: readonly EndpointSummary[]): { slow: EndpointSummary[]; quick: EndpointSummary[] } {
  const sorted = rows.toSorted((a, b) => p95(b) - p95(a))
  const gap = sorted
    .slice(1)
    .map((row, i) => ({ at: i + 1, ratio: p95(sorted[i] ?? row) / Math.max(p95(row), 0.1) }))
    .reduce((most, one) => (one.ratio > most.ratio ? one : most), { at: sorted.length, ratio: 0 })
  const at = gap.ratio >= APART ? gap.at : sorted.length
  return { slow: sorted.slice(0, at), quick: sorted.slice(at) }
}

/**
 * One sentence a window, which names the endpoints that carry it where others are quick. Where a window has one endpoint only, or
 * only limits of single endpoints are broken, these say as much themselves.
 * @param red gates that are red; those of latency count
 */
export function slowWindows(red: readonly GateResult[], { endpoints }: RunSummary): Slow[] {
  const gates = red.filter((gate) => isLatency(gate) && !onlyWaited(gate) && gate.measured !== null)
  return [...new Set(gates.map(({ window }) => window))].flatMap((window) => {
    const rows = endpoints.filter((row) => row.window === window && row.sent > 0 && row.latency !== null)
    const here = gates.filter((gate) => gate.window === window)
    const gate = here.find(({ endpoint }) => endpoint === '*')
    if (gate === undefined || rows.length < 2) return []
    const { slow, quick } = parted(rows)
    const who = quick.length > 0 ? named(slow.map(({ endpoint }) => endpoint)) : 'Every endpoint'
    const others = quick.length === 1 ? (quick[0]?.endpoint ?? '') : `the other ${quick.length}`
    const rest = quick.length > 0 ? `, ${others} ${range(quick)}` : ''
    return {
      sentence: `${who} took ${range(slow)} in window ${window}${rest} (p95): ${gate.label} of the window was ${measuredText(gate)} and must be ${limitText(gate)}.`,
      all: quick.length === 0,
      gates: here,
    }
  })
}
