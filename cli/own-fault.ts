/** What this machine, or whatever else runs on it, may have caused itself: no limit that it explains is blamed on the gateway. Pure. */
import type { GateResult, RunSummary } from '../lib/summary/model.ts'
import { valueText } from '../lib/summary/wording.ts'
import { isTimed } from './evidence.ts'
import { count } from './figures.ts'
import type { WindowEvidence } from './generator/evidence-model.ts'
import type { RunFacts } from './run-facts.ts'
import type { Reason } from './verdict-model.ts'

/** Red limits that this machine may have caused itself. */
export function ownFault({ log }: RunFacts, summary: RunSummary, limits: readonly GateResult[]): Reason | undefined {
  const failures = summary.endpoints.reduce((total, row) => total + Object.values(row.failures).reduce((a, b) => a + b, 0), 0)
  const { files, ports } = log.exhausted
  if (failures > 0 && (files + ports) * 2 >= failures)
    return {
      code: 'generator_exhausted',
      sentence: `k6 ran out of ${files >= ports ? 'open files' : 'local ports'} on this machine: ${count(files + ports, 'request')} never left it.`,
      advice: 'loadgate doctor says what to raise, by the command.',
    }
  const tightest = Math.min(...limits.map(({ unit, limit }) => (unit === 'ms' ? limit : Number.POSITIVE_INFINITY)))
  if (limits.every(({ unit }) => unit === 'ms') && summary.sending_p99_ms >= tightest && tightest > 0)
    return {
      code: 'generator_slow',
      sentence: `k6 needed ${valueText(summary.sending_p99_ms, 'ms')} (p99) only to write a request, and the limit is ${valueText(tightest, 'ms')}: it measured itself.`,
      advice: 'Send from a larger or quieter machine, or ask for less (--rate).',
    }
  return undefined
}

/**
 * A generator that was its own bottleneck measured itself, and it sent its load late: neither red nor green can be believed.
 * One that others kept from the cores explains what was late or missing; what it saw held all the same.
 * Limits that neither explains are the gateway's.
 */
export function generatorBound({ generator }: RunFacts, summary: RunSummary, limits: readonly GateResult[]): Reason | undefined {
  const short = generator?.windows.filter(({ bound, starved }) => bound || (starved && limits.length > 0)) ?? []
  const explained = (gate: GateResult): boolean => {
    // Streams and sockets are counted over the whole run.
    if (gate.window === 'run') return isOfQueue(gate) || isTimed(gate) || onlyLate(gate, summary)
    const window = short.find((each) => each.window === gate.window)
    return window !== undefined && (isOfQueue(gate) || onlyWaited(gate, summary, window))
  }
  if (generator === undefined || short.length === 0 || !limits.every(explained)) return undefined
  const said = short.some(({ bound }) => bound) ? generator.sentence : (generator.starved ?? generator.sentence)
  return {
    code: 'generator_bound',
    sentence: `The generator is the bottleneck: ${said.charAt(0).toLowerCase()}${said.slice(1)}`,
    advice:
      'Give it more cores or a machine of its own, fewer VUs (--vus, --stall), a lower --rate, or several instances (--instances); loadgate calibrate says what this machine can send.',
  }
}

/** Latencies and throughput. */
export const isOfQueue = ({ unit, bound }: GateResult): boolean => unit === 'ms' || bound === 'min'

/** Every failure is a request that k6 itself had no patience for any more, while the probe was answered each time, or was kept from the cores as well. */
function onlyWaited({ key, window, endpoint }: GateResult, summary: RunSummary, { probe, starved }: WindowEvidence): boolean {
  if (key !== 'error_rate' || (!starved && (probe === null || probe.failed > 0))) return false
  const rows = summary.endpoints.filter((row) => row.window === window && (endpoint === '*' || row.endpoint === endpoint))
  return rows.every(({ failures }) => Object.keys(failures).every((name) => name === 'timeout'))
}

/** Streams or sockets all of which k6 had no patience for any more. */
function onlyLate({ endpoint }: GateResult, { figures }: RunSummary): boolean {
  const late = figures[`${endpoint}{class:timeout}`]?.values.count ?? 0
  return late > 0 && late === figures[endpoint]?.values.count
}
