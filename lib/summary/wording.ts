/** How gates and their figures read in text, JUnit and Markdown. */
import type { Gate, GateResult } from '../gates/model.ts'

const grouped = (value: number): string => String(value).replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','))

/** Digits that are shown; more where a value would else read like another one. */
const DIGITS = 3

function precise(value: number, digits: number): string {
  if (value === 0 || (digits === DIGITS && Math.abs(value) >= 100)) return grouped(Math.round(value))
  return grouped(Number(value.toPrecision(digits)))
}

/** 98.996 % is not 99 %: what lies close to a whole number has two decimals more. */
function percent(share: number, digits: number): string {
  const value = share * 100
  const close = Math.abs(value - Math.round(value)) < 0.005 && value !== Math.round(value)
  return `${Number(value.toFixed(digits - 1 + (close ? 2 : 0)))} %`
}

export function valueText(value: number | null, unit: Gate['unit'], digits = DIGITS): string {
  if (value === null) return 'nothing measured'
  switch (unit) {
    case 'ms':
      return `${precise(value, digits)} ms`
    case 'share':
      return percent(value, digits)
    case 'rps':
      return `${precise(value, digits)}/s`
    case 'bytes':
      return `${precise(value / 1_048_576, digits)} MiB`
    default:
      return precise(value, digits)
  }
}

/** Whether k6's own figure is within the limit and the time that users waited is not. */
export const onlyWaited = ({ late, measured, limit, unit }: GateResult): boolean =>
  late !== undefined && !late.ok && unit === 'ms' && measured !== null && measured <= limit

/** A share that must be reached is at most the whole: k6 may send an iteration more at the edge of a window than was planned. */
const upToTheWhole = ({ bound, measured, unit }: GateResult): number | null =>
  measured !== null && bound === 'min' && unit === 'share' ? Math.min(1, measured) : measured

/** What was measured, with as many digits as it takes to tell it from a limit that it missed. */
export function measuredText(gate: GateResult): string {
  const { ok, limit, unit, late } = gate
  const measured = upToTheWhole(gate)
  if (late !== undefined && onlyWaited(gate)) return `${valueText(measured, unit)}, ${valueText(late.measured, 'share')} late`
  const text = valueText(measured, unit)
  const missed = valueText(limit, unit)
  if (ok || measured === null || measured === limit || text !== missed) return text
  const longer = Array.from({ length: 17 - DIGITS }, (_, i) => valueText(measured, unit, DIGITS + 1 + i))
  return longer.find((each) => each !== missed) ?? text
}

export function limitText({ bound, limit, unit, late }: Gate): string {
  const text = `${bound === 'max' ? '≤' : '≥'} ${valueText(limit, unit)}`
  return unit === 'share' && late !== undefined ? `${text} over ${valueText(late.ms, 'ms')}` : text
}

const BROKEN: Record<Gate['kind'], string> = {
  limit: 'limit broken',
  evidence: 'too little evidence',
  load: 'load not sent',
  script: 'script failed',
}

/** What a gate that did not hold says of the run. */
export const brokenText = ({ kind }: Gate): string => BROKEN[kind]

/** Failed first, then as they stand. */
export const failedFirst = (gates: readonly GateResult[]): GateResult[] => [
  ...gates.filter(({ ok }) => !ok),
  ...gates.filter(({ ok }) => ok),
]

export const placeText = ({ window, endpoint }: Pick<Gate, 'window' | 'endpoint'>): string =>
  window === 'run' ? (endpoint === '*' ? 'run' : endpoint) : `${window} / ${endpoint === '*' ? 'all' : endpoint}`

/** What a gate is called, wherever it is shown: `spike / all p95`. */
export const gateName = (gate: Pick<Gate, 'window' | 'endpoint' | 'label'>): string => `${placeText(gate)} ${gate.label}`

/** One sentence on a gate that did not hold. */
export function failureText(gate: GateResult): string {
  return `${placeText(gate)}: ${gate.label} was ${measuredText(gate)}, must be ${limitText(gate)}${gate.why ? ` (${gate.why})` : ''}`
}
