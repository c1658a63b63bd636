/** Gates that are lines in a chart, each over its window. */
import type { GateResult, RunSummary, WindowSummary } from '../../lib/summary/model.ts'
import { keyText, limitText, valueText } from '../../lib/summary/wording.ts'
import { isLoad } from '../recorder/plan.ts'
import type { PageLimit } from './model.ts'

const overlap = (a: WindowSummary, b: WindowSummary): boolean => a.start < b.start + b.duration && b.start < a.start + a.duration

function limits(
  endpoint: string,
  summary: RunSummary | undefined,
  wanted: (gate: GateResult) => boolean,
  drawn: (gate: GateResult, planned: number, duration: number) => Pick<PageLimit, 'value' | 'label'> | undefined,
): PageLimit[] {
  return (summary?.gates ?? []).flatMap((gate) => {
    // Limits on all endpoints say nothing about one of them.
    if (gate.kind !== 'limit' || gate.endpoint !== endpoint || !wanted(gate)) return []
    const window = summary?.windows.find(({ name }) => name === gate.window)
    if (window === undefined) return []
    const planned = window.planned ?? {}
    const count = endpoint === '*' ? Object.values(planned).reduce((a, b) => a + b, 0) : (planned[endpoint] ?? 0)
    const line = drawn(gate, count, window.duration)
    // Two windows at the same time: a limit must say whose it is.
    const shared = summary?.windows.some((other) => other !== window && isLoad(other.name) && overlap(other, window))
    return line === undefined
      ? []
      : [
          {
            start: window.start,
            end: window.start + window.duration,
            ok: gate.ok,
            ...line,
            ...(shared ? { label: `${window.name} ${line.label}` } : {}),
          },
        ]
  })
}

/** In milliseconds. */
export const latencyLimits = (endpoint: string, summary: RunSummary | undefined): PageLimit[] =>
  limits(
    endpoint,
    summary,
    ({ unit, key }) => unit === 'ms' && /^p\d+_ms$/.test(key),
    (gate) => ({ value: gate.limit, label: `${keyText(gate.key)} ${limitText(gate)}` }),
  )

/** In right answers a second, on average over the window. */
export const throughputLimits = (endpoint: string, summary: RunSummary | undefined): PageLimit[] =>
  limits(
    endpoint,
    summary,
    ({ key }) => key === 'delivered' || key === 'rps',
    (gate, planned, duration) => {
      const value = gate.key === 'rps' ? gate.limit : (gate.limit * planned) / duration
      return value > 0 ? { value, label: `right ≥ ${valueText(value, 'rps')}` } : undefined
    },
  )
