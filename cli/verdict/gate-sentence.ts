/** A red gate as a sentence. */
import { docsUrl } from '../../lib/base/docs-url.ts'
import { kindOf } from '../../lib/gates/catalogue.ts'
import type { GateResult } from '../../lib/gates/model.ts'
import type { RunSummary } from '../../lib/summary/model.ts'
import { measuredText, onlyWaited, valueText } from '../../lib/summary/wording.ts'
import { count } from '../base/figures.ts'
import type { Reason } from '../results/verdict-model.ts'

function place({ window, endpoint }: GateResult): string {
  if (window === 'run') return endpoint === '*' ? 'the run' : endpoint
  return endpoint === '*' ? `window ${window}` : `${endpoint} in window ${window}`
}

/** Failures of the place that a gate looks at, most frequent first. */
function failuresOf(summary: RunSummary, { window, endpoint }: GateResult): string {
  const total: Record<string, number> = {}
  for (const row of summary.endpoints) {
    if (row.window !== window || (endpoint !== '*' && row.endpoint !== endpoint)) continue
    for (const [name, n] of Object.entries(row.failures)) total[name] = (total[name] ?? 0) + n
  }
  return Object.entries(total)
    .sort(([, a], [, b]) => b - a)
    .map(([name, n]) => `${name} ${valueText(n, 'count')}`)
    .join(', ')
}

function bound(gate: GateResult): string {
  return `${gate.bound === 'max' ? 'at most' : 'at least'} ${valueText(gate.limit, gate.unit)}`
}

/** Of what must not be at all, a limit of 0 says too little. */
const limitOf = ({ limit, unit }: GateResult): string =>
  limit === 0 && unit === 'count' ? 'there must be none' : `the limit is ${valueText(limit, unit)}`

const RESTARTS = 'watch_restarts'
/** Whether a gate is about the gateway's process having been started anew: what came of that is in other gates. */
export const isRestart = ({ endpoint, bound: side }: GateResult): boolean => endpoint === RESTARTS && side === 'max'

function restarted(times: number, { endpoints }: RunSummary): string {
  const broken = (name: string) => endpoints.reduce((sum, { failures }) => sum + (failures[name] ?? 0), 0)
  const [refused, reset] = [broken('refused'), broken('reset')]
  const seen =
    refused + reset === 0 ? '' : ` (connections refused: ${valueText(refused, 'count')}, reset: ${valueText(reset, 'count')})`
  return `A process of the gateway was started anew under load, ${count(times, 'time')}${seen}; there must be none.`
}
const WHY_RESTARTED =
  'Its log says whether it crashed, or recycles its workers after so many requests (gunicorn --max-requests, uvicorn --limit-max-requests): more workers, or a larger number. What was late or refused at that time is of the same cause.'

function sentence(gate: GateResult, summary: RunSummary): string {
  const { measured, unit, limit, late, label } = gate
  const where = place(gate)
  const must = bound(gate)
  if (measured === null) return `${label} of ${where} could not be measured; the limit is ${must}.`
  if (isRestart(gate)) return restarted(measured, summary)
  const share = late && valueText(late.share, 'share')
  if (late !== undefined && onlyWaited(gate))
    return `${late.measured === null ? 'Too many' : valueText(late.measured, 'share')} of the answers of ${where} were waited for longer than ${valueText(late.ms, 'ms')}, connecting included; at most ${share} may be.`
  const failures = failuresOf(summary, gate)
  const told = {
    ...{ gate, where, must, value: measuredText(gate), limit: valueText(limit, unit), limited: limitOf(gate) },
    late: late === undefined ? '' : valueText(late.ms, 'ms'),
    classes: failures === '' ? '' : ` (${failures})`,
    counted: (noun: string) => count(measured, noun),
  }
  if (gate.key === 'samples' && measured === 0 && failures !== '')
    return `${where} has no sample of k6's, since nothing came of its requests that k6 takes for an answer${told.classes}.`
  return kindOf(gate)?.sentence(told) ?? `${label} of ${where} was ${told.value}; it must be ${must}.`
}

const guide = ({ script }: RunSummary): string =>
  `What this counts: ${docsUrl(`reference/scripts/${script}.md`)}; all figures are in summary.json.`

/** Why what evidence lacks is missing with the gateway; empty for other gates. */
const byGateway = ({ kind, rests_on: rests }: GateResult): string =>
  kind === 'limit' && rests !== undefined
    ? ` Every request of ${rests.length === 1 ? 'window' : 'windows'} ${rests.join(' and ')} was answered as if nothing were missing.`
    : ''

/** A reason, with the gate that it is about. */
export interface Finding extends Reason {
  gate?: GateResult
  /** Whether that gate is proven against the gateway. */
  guilty?: boolean
}

export const gateReason = (gate: GateResult, summary: RunSummary, guilty = false): Finding => ({
  gate,
  guilty,
  code: `${gate.kind}.${gate.key}`,
  sentence: `${sentence(gate, summary)}${byGateway(gate)}`,
  advice: isRestart(gate) ? WHY_RESTARTED : (kindOf(gate)?.advice ?? guide(summary)),
})
