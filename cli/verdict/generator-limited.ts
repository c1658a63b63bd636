/** What this machine, or whatever else runs on it, may have caused itself: no limit that it explains is blamed on the gateway. Pure. */
import { kindOf } from '../../lib/gates/catalogue.ts'
import type { GateResult } from '../../lib/gates/model.ts'
import type { RunSummary } from '../../lib/summary/model.ts'
import { valueText } from '../../lib/summary/wording.ts'
import { count } from '../base/figures.ts'
import type { WindowEvidence } from '../generator/evidence-model.ts'
import type { Reason } from '../results/verdict-model.ts'
import { isTimed, lateBeyondChance, rowsOf } from './evidence.ts'
import type { RunFacts } from './run-facts.ts'

/** What k6 could not even send, since this machine had no file or port left for it: neither refused nor answered by anybody. */
const NOT_SENT = 'no_answer'

/** Whether a limit holds once requests that never left this machine are taken out. */
function heldByWhatWasSent(gate: GateResult, summary: RunSummary): boolean {
  const rows = rowsOf(summary, gate)
  const failed = rows.flatMap(({ failures }) => Object.entries(failures))
  const others = failed.reduce((total, [name, n]) => total + (name === NOT_SENT || name === 'shed' ? 0 : n), 0)
  const sent = rows.reduce((total, row) => total + row.sent, 0)
  if (kindOf(gate)?.subject === 'failures') return others <= (gate.unit === 'share' ? gate.limit * sent : gate.limit)
  return gate.bound === 'min' && gate.unit === 'share' && others <= (1 - gate.limit) * sent
}

/**
 * Requests of the open model that k6 has neither begun nor dropped, 0 where that is not all that is missing: it stood still when they were due,
 * at the end of a window. What a gateway holds up is late, has failed at its timeout, or keeps VUs busy until iterations are dropped.
 */
function neverBegun(gate: GateResult, summary: RunSummary): number {
  if (gate.key !== 'goodput' || gate.of === undefined || summary.totals.dropped > 0) return 0
  const rows = rowsOf(summary, gate)
  const whole = rows.length > 0 && rows.every(({ sent, ok, not_sent = 0 }) => ok === sent && not_sent === 0)
  return whole ? Math.max(0, gate.of - rows.reduce((total, { sent }) => total + sent, 0)) : 0
}

/** A red limit that this machine may have caused itself: by the codes of its system calls, and by k6's own times. */
export function generatorLimited({ log, generator }: RunFacts, summary: RunSummary, gate: GateResult): Reason | undefined {
  const notSent = summary.endpoints.reduce((total, { failures }) => total + (failures[NOT_SENT] ?? 0), 0)
  const { files, ports } = log.exhausted
  if (notSent > 0 && (files + ports) * 2 >= notSent && heldByWhatWasSent(gate, summary))
    return {
      code: 'generator_exhausted',
      sentence: `k6 ran out of ${files >= ports ? 'open files' : 'local ports'} on this machine: ${count(files + ports, 'request')} never left it.`,
      advice: 'loadgate doctor says what to raise, by the command.',
    }
  const missing = neverBegun(gate, summary)
  if (missing > 0)
    return {
      code: 'load_not_begun',
      sentence: `k6 did not begin ${count(missing, 'request')} of the ${valueText(gate.of ?? 0, 'count')} planned for window ${gate.window}, and every answer that came was right: it stood still while they were due.`,
      advice: 'Run again on a quieter machine; loadgate doctor checks this one.',
    }
  // Where k6 had headroom, it was the gateway that did not read what was written.
  const hasHeadroom = generator?.windows.find(({ window }) => window === gate.window)?.headroom === true
  if (gate.unit === 'ms' && !hasHeadroom && gate.limit > 0 && summary.sending_p99_ms >= gate.limit)
    return {
      code: 'generator_slow',
      sentence: `k6 needed ${valueText(summary.sending_p99_ms, 'ms')} (p99) only to write a request, and the limit is ${valueText(gate.limit, 'ms')}: it measured itself.`,
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
  const short = generator?.windows.filter(({ bound, cpu_starved }) => bound || (cpu_starved && limits.length > 0)) ?? []
  const explained = (gate: GateResult): boolean => {
    // Streams and sockets are counted over the whole run.
    if (gate.window === 'run' && nothingCame(gate) && !short.some(hasWaitedLong)) return false
    if (gate.window === 'run') return isOfQueue(gate) || isTimed(gate) || onlyLate(gate, summary)
    const window = short.find((each) => each.window === gate.window)
    if (window === undefined || beyondWaiting(gate, summary, window)) return false
    return isOfQueue(gate) || onlyWaited(gate, summary, window)
  }
  if (generator === undefined || short.length === 0 || !limits.every(explained)) return undefined
  const said = short.some(({ bound }) => bound) ? generator.sentence : (generator.cpu_starved ?? generator.sentence)
  return {
    code: 'generator_bound',
    sentence: `The generator is the bottleneck: ${said.charAt(0).toLowerCase()}${said.slice(1)}`,
    advice:
      'Give it more cores or a machine of its own, fewer VUs (--vus, --stall), a lower --rate, or several instances (--instances); loadgate calibrate says what this machine can send.',
  }
}

/** Share of each second that k6 may have waited for cores, in all its threads, for its figures to say anything. */
const MOST_WAITING = 0.25

const waitingOf = ({ cpu }: WindowEvidence): number =>
  cpu === null ? Number.POSITIVE_INFINITY : cpu.waited + cpu.stolen + cpu.throttled + cpu.stopped
const hasWaitedLong = (window: WindowEvidence): boolean => window.bound || waitingOf(window) > MOST_WAITING

/** So late that waiting for cores cannot be what it was. */
const beyondWaiting = (gate: GateResult, summary: RunSummary, window: WindowEvidence): boolean =>
  !hasWaitedLong(window) && lateBeyondChance(gate, summary, waitingOf(window))

/** Who waits for a while is late for some of it, and misses not all. */
const nothingCame = ({ bound, measured, unit }: GateResult): boolean => bound === 'min' && unit === 'share' && measured === 0

/** Latencies and throughput. */
export const isOfQueue = ({ unit, bound, late }: GateResult): boolean => unit === 'ms' || bound === 'min' || late !== undefined

/** Share of the patience below which an answer came at once. */
const AT_ONCE = 0.01
/** Answers of an endpoint from which it can be said how they came. */
const LEAST = 10

/** Waiting for a core hits every endpoint alike: not where nearly all answers of another one in the same window came at once. */
const cameAtOnce = ({ window }: GateResult, { endpoints, settings }: RunSummary): boolean =>
  endpoints.some(
    (row) =>
      row.window === window &&
      row.ok >= LEAST &&
      row.failures.timeout === undefined &&
      (row.latency?.p95 ?? Number.POSITIVE_INFINITY) < Number(settings.TIMEOUT) * 1000 * AT_ONCE,
  )

/** Every failure is a request that k6 itself had no patience for any more, while the probe was answered each time, or was kept from the cores as well. */
function onlyWaited(gate: GateResult, summary: RunSummary, { probe, cpu_starved }: WindowEvidence): boolean {
  if (kindOf(gate)?.subject !== 'failures' || (cpu_starved ? cameAtOnce(gate, summary) : probe === null || probe.failed > 0))
    return false
  return rowsOf(summary, gate).every(({ failures }) => Object.keys(failures).every((name) => name === 'timeout'))
}

/** Streams or sockets all of which k6 had no patience for any more. */
function onlyLate({ endpoint }: GateResult, { figures }: RunSummary): boolean {
  const late = figures[`${endpoint}{class:timeout}`]?.values.count ?? 0
  return late > 0 && late === figures[endpoint]?.values.count
}
