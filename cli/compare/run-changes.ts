/** What has changed between two runs of one script: gates, windows, endpoints. Pure. */

import type { Gate, GateResult } from '../../lib/gates/model.ts'
import type { EndpointSummary, RunSummary, WindowTotal } from '../../lib/summary/model.ts'
import { placeText, valueText } from '../../lib/summary/wording.ts'

/** `broke`: it held before; `mended`: it did not; `gone` and `new`: only one of the runs has it. */
export type GateState = 'broke' | 'mended' | 'gone' | 'new' | 'same'

export interface GateChange {
  earlier: GateResult | undefined
  later: GateResult | undefined
  state: GateState
}

/** What makes a gate the same one in another run, whatever its limit. */
export const gateKey = ({ window, endpoint, key }: Gate): string => JSON.stringify([window, endpoint, key])

function stateOf(earlier: GateResult | undefined, later: GateResult | undefined): GateState {
  if (later === undefined) return 'gone'
  if (earlier === undefined) return 'new'
  return earlier.ok === later.ok ? 'same' : later.ok ? 'mended' : 'broke'
}

/** All gates of both, in the order of the later run, those that are gone at the end. */
export function gateChanges(earlier: RunSummary, later: RunSummary): GateChange[] {
  const before = new Map(earlier.gates.map((gate) => [gateKey(gate), gate]))
  const now = new Set(later.gates.map(gateKey))
  return [
    ...later.gates.map((gate) => ({ earlier: before.get(gateKey(gate)), later: gate })),
    ...earlier.gates.filter((gate) => !now.has(gateKey(gate))).map((gate) => ({ earlier: gate, later: undefined })),
  ].map((pair) => ({ ...pair, state: stateOf(pair.earlier, pair.later) }))
}

/** From one value to another: shares in points, everything else as a share of the earlier. Empty where neither says anything. */
export function changeText(earlier: number | null | undefined, later: number | null | undefined, unit: Gate['unit']): string {
  if (earlier == null || later == null) return ''
  const signed = (value: number, text: string): string => `${value < 0 ? '−' : '+'}${text}`
  const by = later - earlier
  if (by === 0) return '±0'
  if (unit === 'share') return signed(by, `${valueText(Math.abs(by), 'share').replace(' %', '')} points`)
  if (earlier <= 0) return signed(by, valueText(Math.abs(by), unit))
  const percent = (Math.abs(by) / earlier) * 100
  return signed(by, `${percent < 10 ? percent.toFixed(1) : valueText(Math.round(percent), 'count')} %`)
}

export interface Figure {
  place: string
  name: string
  unit: Gate['unit']
  earlier: number | undefined
  later: number | undefined
}

type Part = Pick<WindowTotal, 'sent' | 'latency'> & { errors: number; rps?: number }
type Reading = { name: string; unit: Gate['unit']; of: (part: Part) => number | undefined }

const readings: Record<'rate' | 'errors' | 'p50' | 'p95' | 'p99', Reading> = {
  rate: { name: 'sent/s', unit: 'rps', of: ({ rps }) => rps },
  errors: { name: 'error rate', unit: 'share', of: ({ sent, errors }) => (sent > 0 ? errors / sent : undefined) },
  p50: { name: 'p50', unit: 'ms', of: ({ latency }) => latency?.p50 },
  p95: { name: 'p95', unit: 'ms', of: ({ latency }) => latency?.p95 },
  p99: { name: 'p99', unit: 'ms', of: ({ latency }) => latency?.p99 },
}

/** Figures of places that either run has; those of which neither knows anything are left out. */
function figures(earlier: ReadonlyMap<string, Part>, later: ReadonlyMap<string, Part>, read: readonly Reading[]): Figure[] {
  return [...new Set([...later.keys(), ...earlier.keys()])].flatMap((place) =>
    read.flatMap(({ name, unit, of }) => {
      const [before, now] = [earlier, later].map((parts) => {
        const part = parts.get(place)
        return part && of(part)
      })
      return before === undefined && now === undefined ? [] : [{ place, name, unit, earlier: before, later: now }]
    }),
  )
}

/** Of each window, all endpoints together. */
export function windowFigures(earlier: RunSummary, later: RunSummary): Figure[] {
  const parts = ({ windows }: RunSummary): ReadonlyMap<string, Part> =>
    new Map(windows.flatMap(({ name, total }) => (total ? [[placeText({ window: name, endpoint: '*' }), total]] : [])))
  return figures(parts(earlier), parts(later), Object.values(readings))
}

const errorsOf = ({ sent, ok, shed }: EndpointSummary): number => Math.max(0, sent - ok - shed)

/** Of each endpoint in each window; an error rate where either run has errors. */
export function endpointFigures(earlier: RunSummary, later: RunSummary): Figure[] {
  const parts = ({ endpoints }: RunSummary): ReadonlyMap<string, Part> =>
    new Map(endpoints.map((each) => [placeText(each), { sent: each.sent, errors: errorsOf(each), latency: each.latency }]))
  return figures(parts(earlier), parts(later), [readings.errors, readings.p95]).filter(
    ({ name, earlier: before, later: now }) => name !== readings.errors.name || (before ?? 0) > 0 || (now ?? 0) > 0,
  )
}
