/** Gates that are lines in a chart, each over its window. */
import { kindOf } from '../../lib/gates/catalogue.ts'
import type { GateResult } from '../../lib/gates/model.ts'
import type { RunSummary, WindowSummary } from '../../lib/summary/model.ts'
import { limitText, valueText } from '../../lib/summary/wording.ts'
import { isLoad } from '../record/scenarios.ts'
import type { PageLimit } from './model.ts'

const overlap = (a: WindowSummary, b: WindowSummary): boolean => a.start < b.start + b.duration && b.start < a.start + a.duration

const sideOf = ({ bound }: GateResult): PageLimit['side'] => (bound === 'max' ? 'above' : 'below')

interface WindowLimit extends PageLimit {
  /** Named in the label where another window runs at the same time. */
  windows: string[]
}

/** The same limit of windows that run at the same time is one line. */
function together(lines: readonly WindowLimit[]): WindowLimit[] {
  const made: WindowLimit[] = []
  for (const line of lines) {
    const same = made.find((other) =>
      (['start', 'end', 'value', 'label', 'ok'] as const).every((property) => other[property] === line[property]),
    )
    if (same === undefined) made.push({ ...line, windows: [...line.windows] })
    else same.windows.push(...line.windows)
  }
  return made
}

function limits(
  endpoint: string,
  summary: RunSummary | undefined,
  wanted: (gate: GateResult) => boolean,
  drawn: (gate: GateResult, planned: number, duration: number) => Pick<PageLimit, 'value' | 'label'> | undefined,
): PageLimit[] {
  const lines = (summary?.gates ?? []).flatMap((gate): WindowLimit[] => {
    // Limits on all endpoints say nothing about one of them.
    if (gate.kind !== 'limit' || gate.endpoint !== endpoint || !wanted(gate)) return []
    const window = summary?.windows.find(({ name }) => name === gate.window)
    if (window === undefined) return []
    const planned = window.planned ?? {}
    const count = endpoint === '*' ? Object.values(planned).reduce((a, b) => a + b, 0) : (planned[endpoint] ?? 0)
    const line = drawn(gate, count, window.duration)
    if (line === undefined) return []
    const isShared = summary?.windows.some((other) => other !== window && isLoad(other.name) && overlap(other, window))
    const place = { start: window.start, end: window.start + window.duration, side: sideOf(gate), ok: gate.ok }
    return [{ ...place, ...line, windows: isShared ? [window.name] : [] }]
  })
  return together(lines).map(({ windows, label, ...line }) => ({ ...line, label: [windows.join(', '), label].join(' ').trim() }))
}

/** In milliseconds. */
export const latencyLimits = (endpoint: string, summary: RunSummary | undefined): PageLimit[] =>
  limits(
    endpoint,
    summary,
    (gate) => kindOf(gate)?.drawn === 'latency',
    (gate) => ({ value: gate.late?.ms ?? gate.limit, label: `${gate.label} ${limitText(gate)}` }),
  )

/** In valid answers a second, on average over the window. */
export const throughputLimits = (endpoint: string, summary: RunSummary | undefined): PageLimit[] =>
  limits(
    endpoint,
    summary,
    (gate) => kindOf(gate)?.drawn === 'throughput',
    (gate, planned, duration) => {
      const value = gate.unit === 'rps' ? gate.limit : (gate.limit * planned) / duration
      return value > 0 ? { value, label: `goodput ≥ ${valueText(value, 'rps')}` } : undefined
    },
  )

/** Of a metric over the whole run. What a counter comes to is no height in a chart of its growth. */
export function metricLimits(
  name: string,
  kind: 'counter' | 'gauge' | 'trend',
  summary: RunSummary | undefined,
  end: number,
): PageLimit[] {
  return (summary?.gates ?? []).flatMap((gate) => {
    if (gate.kind === 'evidence' || gate.window !== 'run' || gate.endpoint !== name || kindOf(gate)?.drawn !== kind) return []
    return [{ start: 0, end, value: gate.limit, label: `${gate.label} ${limitText(gate)}`, side: sideOf(gate), ok: gate.ok }]
  })
}
