/** A red gate as a sentence. */
import type { GateResult, RunSummary } from '../lib/summary/model.ts'
import { measuredText, onlyWaited, valueText } from '../lib/summary/wording.ts'
import { count } from './figures.ts'
import type { Reason } from './verdict-model.ts'

const PERCENTILE = /^p(\d+)_ms$/

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

const STATS: Record<string, string> = { p50: 'the median', p50_min: 'the median', largest: 'the largest' }

function sentence(gate: GateResult, summary: RunSummary): string {
  const { key, measured, unit } = gate
  const where = place(gate)
  if (measured === null) return `${key} of ${where} could not be measured; the limit is ${bound(gate)}.`
  const value = measuredText(gate)
  const failures = failuresOf(summary, gate)
  const classes = failures === '' ? '' : ` (${failures})`
  const percentile = PERCENTILE.exec(key)?.[1]
  const { late } = gate
  if (late !== undefined && onlyWaited(gate))
    return `${late.measured === null ? 'Too many' : valueText(late.measured, 'share')} of the answers of ${where} were waited for longer than ${valueText(late.ms, 'ms')}, connecting included; at most ${valueText(late.share, 'share')} may be.`
  if (late !== undefined && key === 'late_share')
    return `${value} of the answers of ${where} came later than ${valueText(late.ms, 'ms')}; the limit is ${valueText(gate.limit, unit)}.`
  if (key === 'max_ms') return `The slowest answer of ${where} took ${value}; the limit is ${valueText(gate.limit, unit)}.`
  if (key === 'new_connections')
    return `${value} of the requests of ${where} had to open a connection, or were sent a second time on a new one; the limit is ${valueText(gate.limit, unit)}.`
  if (percentile !== undefined)
    return `p${percentile === '999' ? '99.9' : percentile} of ${where} was ${value}; the limit is ${valueText(gate.limit, unit)}.`
  if (key === 'error_rate')
    return `${value} of the requests of ${where} failed${classes}; the limit is ${valueText(gate.limit, unit)}.`
  if (key === 'wrong_answers')
    return `${count(measured, 'answer')} of ${where} had the status of success and wrong content; ${limitOf(gate)}.`
  if (key === 'delivered')
    return `${value} of what was planned for ${where} was answered rightly${classes}; it must be ${bound(gate)}.`
  if (key === 'rps') return `${where} had ${value} right answers${classes}; it must be ${bound(gate)}.`
  if (key === 'shed_rate')
    return `${unit === 'count' ? count(measured, 'request') : `${value} of the requests`} of ${where} ${measured === 1 && unit === 'count' ? 'was' : 'were'} shed (429); ${limitOf(gate)}.`
  if (key === 'failures' && gate.endpoint === 'comeback')
    return `${count(measured, 'request')} of who came back after the load, as Retry-After says, were shed again or failed; ${limitOf(gate)}.`
  if (key === 'failures') return `${count(measured, 'request')} of ${where} failed; ${limitOf(gate)}.`
  if (gate.endpoint === 'iterations_cut_off')
    return `k6 cut off ${count(measured, 'iteration')} that had no answer yet, so nobody knows what it would have been; ${limitOf(gate)}.`
  if (key === 'rpc_errors') return `${count(measured, 'answer')} of ${where} carried a JSON-RPC error; ${limitOf(gate)}.`
  if (key === 'dropped_share')
    return `k6 could not send ${value} of the load planned for ${where}; the limit is ${valueText(gate.limit, unit)}.`
  if (key === 'samples') return `${where} has ${count(measured, 'sample')}, too few for its limits: ${bound(gate)} are needed.`
  if (key === 'min_share' || key === 'max_share')
    return `${where} came to ${value} of what was planned; it must be ${bound(gate)}.`
  if (key === 'min' || key === 'max') return `${where} was ${value}; it must be ${bound(gate)}.`
  return `${STATS[key] ?? key} of ${where} was ${value}; it must be ${bound(gate)}.`
}

const ADVICE: Record<string, string> = {
  failures: 'k6.log has the first of each kind: "loadgate failure", with setup, teardown or the window as its place.',
  wrong_answers: 'Compare one answer of the gateway with docs/contract.md, or say in the target file what a right answer is.',
  error_rate: "Look into the gateway's log of that time for these classes of failure.",
  shed_rate: 'Raise the rate limit of the gateway for the test, or budget for it with shed_rate in the thresholds file.',
  new_connections:
    'Let the gateway keep connections open (keep-alive), or budget for it with new_connections in the thresholds file where it closes them on purpose.',
  dropped_share:
    'Give k6 more VUs (--vus or --stall), ask for less (--rate), or send from a larger machine: loadgate doctor checks this one.',
  samples: 'Run longer (--duration) or faster (--rate), so that the percentile rests on enough answers.',
}
const SLOW = 'Run again with a lower --rate to see where the gateway holds its limit.'

const guide = ({ script }: RunSummary): string =>
  `docs/scripts/${script}.md says what this counts; all figures are in summary.json.`

const CUT_OFF =
  'A warm-up gives its last requests a second. Run longer (--warmup) where the gateway is slow at first, or find out from its log what it does with these.'

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
  sentence: sentence(gate, summary),
  advice:
    gate.endpoint === 'iterations_cut_off'
      ? CUT_OFF
      : (ADVICE[gate.key] ??
        (gate.late !== undefined || gate.unit === 'ms' || gate.key === 'delivered' || gate.key === 'rps'
          ? SLOW
          : guide(summary))),
})
