/** Whether a red limit is proven: by samples of its own window and endpoint, and by load that was really sent. */
import type { GateResult } from '../../lib/gates/model.ts'
import type { EndpointSummary, RunSummary } from '../../lib/summary/model.ts'
import { atLeast, SIGNIFICANCE } from '../base/statistics.ts'
import { shareOf } from '../generator/differences.ts'

export const rowsOf = (summary: RunSummary, { window, endpoint }: GateResult): EndpointSummary[] =>
  summary.endpoints.filter((row) => row.window === window && (endpoint === '*' || row.endpoint === endpoint))
const sum = (rows: readonly EndpointSummary[], of: (row: EndpointSummary) => number): number =>
  rows.reduce((total, row) => total + of(row), 0)

function sampled(gate: GateResult, summary: RunSummary): boolean {
  const evidence = summary.gates.filter(({ kind, window }) => kind === 'evidence' && window === gate.window)
  const own = evidence.filter(({ endpoint }) => endpoint === gate.endpoint)
  const wanted = own.length > 0 || gate.window === 'run' ? own : evidence
  return wanted.every(({ ok }) => ok)
}

/**
 * What custom evidence lacks is missing with the gateway: of the windows that it is of, what was planned was sent and answered correctly, but
 * for half of what the limit leaves at most, since an iteration that was cut off takes more of it along than its share of the requests. A window without a plan has come to its end where the run was over before its time was up.
 */
function isMissingWithTheGateway({ kind, rests_on: rests, limit }: GateResult, summary: RunSummary): boolean {
  if (kind !== 'evidence' || rests === undefined || summary.totals.script_errors > 0) return false
  return rests.every((name) => {
    const window = summary.windows.find((one) => one.name === name)
    if (window === undefined) return false
    const rows = summary.endpoints.filter((row) => row.window === name)
    const { start, duration, planned } = window
    const sent = (endpoint: string) => rows.find((row) => row.endpoint === endpoint)?.sent ?? 0
    const whole =
      planned === undefined
        ? summary.duration_s < start + duration
        : Object.entries(planned).every(([endpoint, n]) => sent(endpoint) >= (n * (1 + Math.min(1, limit))) / 2)
    return whole && rows.every((row) => row.ok === row.sent && (row.not_sent ?? 0) === 0)
  })
}

/** The summary, with evidence as a limit where what it lacks can only be missing with the gateway. */
export const withProvenEvidence = (summary: RunSummary): RunSummary => ({
  ...summary,
  gates: summary.gates.map((gate) => (!gate.ok && isMissingWithTheGateway(gate, summary) ? { ...gate, kind: 'limit' } : gate)),
})

/** Half of the answers of an endpoint came later than the limit: then few samples are the gateway's doing as well. */
export const mostlyLate = (gate: GateResult, summary: RunSummary): boolean =>
  shareOf(gate) !== undefined && rowsOf(summary, gate).some(({ latency }) => (latency?.p50 ?? 0) > gate.limit)

/** Of figures that k6 has summed up. */
const ROUNDING = 1e-9

/**
 * Of these answers so many were late at least: half of them where the median was, and as many as their mean takes, of which none was above the
 * largest and none of the others above the limit.
 */
function leastLate({ sent, latency }: EndpointSummary, limit: number, waiting: number): number {
  if (latency === null) return 0
  const own = (ms: number): number => ms * (1 - 2 * waiting)
  const [avg, max] = [own(latency.avg ?? 0), own(latency.max)]
  const byMean = avg > limit ? Math.ceil((sent * (avg - limit)) / (max - limit) - ROUNDING) : 0
  return Math.max(byMean, own(latency.p50) > limit ? Math.ceil(sent / 2) : 0)
}
/**
 * However few answers there are: of those of an endpoint so many took longer than the limit that chance does not bring that about.
 * @param waiting share of the time that k6 may have waited for a core itself; requests pile up in just that time, so it counts twice
 */
export function lateBeyondChance(gate: GateResult, summary: RunSummary, waiting = 0): boolean {
  const share = shareOf(gate)
  if (share === undefined) return false
  const rows = rowsOf(summary, gate).filter(({ sent }) => sent > 0)
  const late = rows.filter(({ latency }) => (latency?.p50 ?? 0) * (1 - 2 * waiting) > gate.limit)
  // How many were late is known exactly where each was compared with the limit; some of them a generator that waited has made so.
  const { late: counted, samples } = gate
  if (late.length === rows.length && samples !== null && counted !== undefined && counted.measured !== null) {
    const by = 1 - share + 2 * waiting
    if (by < 1 && atLeast(Math.round(counted.measured * samples), samples, by) < SIGNIFICANCE) return true
  }
  const least = sum(rows, (row) => leastLate(row, gate.limit, waiting))
  return (
    atLeast(
      least,
      sum(rows, ({ sent }) => sent),
      1 - share,
    ) < SIGNIFICANCE
  )
}

/** A throughput gate is red because the load was not sent, or iterations threw, while what was sent was answered correctly. */
function explainedByMissingLoad(gate: GateResult, summary: RunSummary): boolean {
  const loadMissing =
    summary.totals.script_errors > 0 ||
    summary.gates.some(
      ({ kind, window, ok }) => (kind === 'load' || kind === 'script') && !ok && (window === gate.window || window === 'run'),
    )
  if (!loadMissing || gate.bound !== 'min') return false
  const rows = rowsOf(summary, gate)
  const [sent, ok] = [sum(rows, (row) => row.sent), sum(rows, (row) => row.ok)]
  return ok >= sent * (gate.unit === 'share' ? gate.limit : 0.99)
}

/** Missing is a pong that was not read when the next ping was due, and degradation is of latencies: that is time, too. */
const TIMED = ['ws_pongs_missing', 'degradation']
export const isTimed = ({ endpoint }: GateResult): boolean => TIMED.includes(endpoint)

/** A generator that came late to what was due has measured its own delay; counters of what never came stand all the same. */
const explainedByLateness = (gate: GateResult, summary: RunSummary): boolean =>
  gate.window === 'run' &&
  (gate.unit === 'ms' || isTimed(gate)) &&
  summary.gates.some(({ kind, window, unit, ok }) => kind === 'load' && window === 'run' && unit === 'ms' && !ok)

export function proven(gate: GateResult, summary: RunSummary): boolean {
  if (explainedByLateness(gate, summary)) return false
  // What was seen too often was seen, however few samples there are.
  if (gate.bound === 'max' && gate.stat === 'count') return true
  return (sampled(gate, summary) && !explainedByMissingLoad(gate, summary)) || lateBeyondChance(gate, summary)
}

export interface Silence {
  refused: number
  reset: number
}

/** Connections refused or reset by a gateway that had answered before; undefined when it answered to the end. */
export function silence(summary: RunSummary): Silence | undefined {
  const gated = new Set(summary.windows.filter(({ gated }) => gated).map(({ name }) => name))
  const rows = summary.endpoints.filter(({ window }) => gated.has(window))
  const last = [...summary.windows]
    .sort((a, b) => b.start - a.start)
    .find(({ name }) => rows.some((row) => row.window === name && row.sent > 0))
  const broken = (row: EndpointSummary): number => (row.failures.refused ?? 0) + (row.failures.reset ?? 0)
  const failures = sum(rows, (row) => Object.values(row.failures).reduce((a, b) => a + b, 0))
  const atTheEnd = rows.filter(({ window }) => window === last?.name)
  const refused = sum(rows, (row) => row.failures.refused ?? 0)
  const answeredBefore = sum(summary.endpoints, (row) => row.ok) > 0
  // A gateway that resets now and then is failing, not gone: gone is refusing, in the last window that was sent to.
  const gone = refused > 0 && sum(rows, broken) * 2 > failures && sum(atTheEnd, broken) >= 0.05 * sum(atTheEnd, (row) => row.sent)
  return answeredBefore && gone ? { refused, reset: sum(rows, broken) - refused } : undefined
}
