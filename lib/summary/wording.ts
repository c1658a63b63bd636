/** How gates and their figures read in text, JUnit and Markdown. */
import type { Gate, GateResult } from './model.ts'

const KEYS: Record<string, string> = {
  delivered: 'delivered',
  rps: 'right answers/s',
  error_rate: 'error rate',
  shed_rate: 'shed',
  shed_min: 'shed at least',
  wrong_answers: 'wrong answers',
  dropped_share: 'dropped iterations',
  samples: 'samples',
  script_errors: 'script errors',
}

export function keyText(key: string): string {
  const percentile = /^p(\d+)_ms$/.exec(key)?.[1]
  if (percentile !== undefined) return percentile === '999' ? 'p99.9' : `p${percentile}`
  return KEYS[key] ?? key.replace(/_/g, ' ')
}

const grouped = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',')

function precise(value: number): string {
  if (value === 0 || Math.abs(value) >= 100) return grouped(value)
  return String(Number(value.toPrecision(3)))
}

/** A share must not be rounded to the limit that it missed: 98.996 % is not 99 %. */
function percent(share: number): string {
  const value = share * 100
  return `${Number(value.toFixed(Math.abs(value - Math.round(value)) < 0.005 && value !== Math.round(value) ? 4 : 2))} %`
}

export function valueText(value: number | null, unit: Gate['unit']): string {
  if (value === null) return 'nothing measured'
  switch (unit) {
    case 'ms':
      return `${precise(value)} ms`
    case 'share':
      return percent(value)
    case 'rps':
      return `${precise(value)}/s`
    case 'bytes':
      return `${precise(value / 1_048_576)} MiB`
    default:
      return precise(value)
  }
}

export const limitText = (gate: Gate): string => `${gate.bound === 'max' ? '≤' : '≥'} ${valueText(gate.limit, gate.unit)}`

/** Failed first, then as they stand. */
export const failedFirst = (gates: readonly GateResult[]): GateResult[] => [
  ...gates.filter(({ ok }) => !ok),
  ...gates.filter(({ ok }) => ok),
]

export const placeText = ({ window, endpoint }: Pick<Gate, 'window' | 'endpoint'>): string =>
  window === 'run' ? (endpoint === '*' ? 'run' : endpoint) : `${window} / ${endpoint === '*' ? 'all' : endpoint}`

/** One sentence on a gate that did not hold. */
export function failureText(gate: GateResult): string {
  const measured = valueText(gate.measured, gate.unit)
  return `${placeText(gate)}: ${keyText(gate.key)} was ${measured}, must be ${limitText(gate)}${gate.why ? ` (${gate.why})` : ''}`
}
