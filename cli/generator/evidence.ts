/** From what k6, the probe and the sampler saw to one finding. Pure. */
import type { RunSummary } from '../../lib/summary/model.ts'
import { type Comparison, compare, FACTOR, FLOOR_MS, type Latency, latencyOf } from './comparison.ts'
import type { CpuSample } from './cpu-sampler.ts'
import { differencesOf, failuresOf } from './differences.ts'
import { type Difference, GENERATOR_SCHEMA, type GeneratorEvidence, type WindowEvidence } from './evidence-model.ts'
import type { ProbeExample, ProbeSample } from './probe-protocol.ts'

/** Share of its cores from which k6 has no room left: what comes in then waits for a core. */
const FULL = 0.9
/** Share of the time that others may take before it counts. */
const TAKEN = 0.1
/** Share of the machine's time below which nothing of it was left. */
const LEFT = 0.1
/** Cores of other programs below which it was the run itself that took what there was. */
const OTHERS = 0.5
/** Share of a window's seconds, and their number: less, such as the second in which another program starts, does not make a window slow. */
const CROWDED = { share: 0.25, seconds: 2 }

export interface Observed {
  summary: RunSummary
  /** Epoch milliseconds. */
  loadStarted: number
  samples: readonly ProbeSample[]
  /** One failure of the probe of each endpoint and class. */
  examples: readonly ProbeExample[]
  /** Endpoints in the order in which the probe sends to them, over and over. */
  turns: readonly string[]
  cpu: readonly CpuSample[]
  cores: number
  tuning: string
  probeRate: number | null
  noProbe: string | null
  headroom: string | null
}

/** Milliseconds of the tightest limit that a window's latencies must keep; 0 where none has been set. */
function tightestOf({ gates }: RunSummary, name: string): number {
  const limits = gates.flatMap(({ window, unit, limit }) => (window === name && unit === 'ms' ? [limit] : []))
  return limits.length === 0 ? 0 : Math.min(...limits)
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/**
 * A second in which programs outside the run left nothing of the machine, so that k6 waited for longer than it worked. Those that
 * step aside (nice) cost it no waiting. On two cores k6 waited alone for half of the time that it worked, beside six busy
 * processes for three times as long.
 */
const crowded = ({ used, waited, idle, others }: CpuSample): boolean => idle < LEFT && others >= OTHERS && waited > used

function cpuOf(samples: readonly CpuSample[]): WindowEvidence['cpu'] {
  if (samples.length === 0) return null
  const of = (key: keyof Omit<CpuSample, 'at'>) => mean(samples.map((sample) => sample[key]))
  return {
    used: of('used'),
    stolen: of('stolen'),
    throttled: of('throttled'),
    waited: of('waited'),
    others: of('others'),
    crowded: samples.filter(crowded).length / samples.length,
  }
}

/** Others kept k6 from the cores: its host or its quota did, or the programs beside it. */
function starvedIn(samples: readonly CpuSample[]): boolean {
  const cpu = cpuOf(samples)
  if (cpu === null) return false
  const full = cpu.crowded >= CROWDED.share && samples.filter(crowded).length >= CROWDED.seconds
  return full || cpu.stolen >= TAKEN || cpu.throttled >= TAKEN
}

/** Share of its cores, and of the seconds of each second, below which no queue of k6's own can have been long. */
const IDLE = 0.5
/** Share of a latency that a late start may have added to it before it says something about k6. */
const IN_TIME = 0.25

/**
 * k6 had cores to spare, nobody kept it from them, it was not held up itself, and it began what was due in time.
 * @param excess milliseconds that k6 read beyond the probe
 */
function roomIn(samples: readonly CpuSample[], cores: number, lag: GeneratorEvidence['start_lag_ms'], excess: number): boolean {
  const cpu = cpuOf(samples)
  if (cpu === null || starvedIn(samples)) return false
  const free = cpu.used + cpu.waited <= cores * IDLE && cpu.stolen + cpu.throttled < TAKEN / 2 && cpu.crowded === 0
  return free && samples.every(({ stopped }) => stopped === 0) && (lag === null || lag.p99 <= excess * IN_TIME)
}

const figuresOf = (latency: Latency | null | undefined): Latency | null =>
  latency ? { p50: latency.p50, p95: latency.p95, p99: latency.p99 } : null

/**
 * k6 books a request that it had no patience for any more as one of 0 ms: where these are so many that a percentile lies among them,
 * that percentile is no less than the patience was.
 */
function withTimeouts(latency: Latency | null, rows: RunSummary['endpoints'], timeoutMs: number): Latency | null {
  const sent = rows.reduce((sum, row) => sum + row.sent, 0)
  const timeouts = rows.reduce((sum, { failures }) => sum + (failures.timeout ?? 0), 0)
  if (timeouts === 0 || !(timeoutMs > 0)) return latency
  const of = (key: keyof Latency, share: number): number =>
    timeouts > sent * (1 - share) ? Math.max(timeoutMs, latency?.[key] ?? 0) : (latency?.[key] ?? 0)
  return { p50: of('p50', 0.5), p95: of('p95', 0.95), p99: of('p99', 0.99) }
}

/** Shares of an endpoint in what k6 and the probe sent may differ by this: less does not move a percentile that is compared. */
const ALIKE = 0.02

/**
 * What is compared: the whole window where the probe sent the mix of the window. The probe cannot send all (an agent's id is known
 * to its VU alone), and a slow endpoint that only k6 asks, or asks more, says nothing about k6. But a queue of k6's own holds up
 * every endpoint: then it is the quickest of those that both have asked that must agree.
 */
function common(summary: RunSummary, name: string, inside: readonly ProbeSample[]) {
  const rows = summary.endpoints.filter(({ window, sent }) => window === name && sent > 0)
  const sent = rows.reduce((sum, row) => sum + row.sent, 0)
  const asked = rows.map((row) => ({ ...row, probed: inside.filter(({ endpoint }) => endpoint === row.endpoint).length }))
  const alike = asked.every((row) => Math.abs(row.sent / sent - row.probed / inside.length) <= ALIKE)
  const [quickest] = asked
    .filter(({ probed, latency }) => probed > 0 && latency !== null)
    .sort((a, b) => (a.latency?.p95 ?? 0) - (b.latency?.p95 ?? 0))
  const whole = figuresOf(summary.windows.find((window) => window.name === name)?.total?.latency)
  const quick = figuresOf(quickest?.latency)
  return alike || quickest === undefined
    ? { endpoint: null, k6: whole, quick }
    : { endpoint: quickest.endpoint, k6: quick, quick }
}

/** What there is of a window: when it was, what the probe sent in it to what it sends to, and what k6's CPU did. */
function insideOf({ summary, loadStarted, samples, cpu }: Observed, window: RunSummary['windows'][number]) {
  const [from, to] = [loadStarted + window.start * 1000, loadStarted + (window.start + window.duration) * 1000]
  // The probe sends the mixes of all windows in turn: here count the endpoints that this window sends to.
  const endpoints = new Set(summary.endpoints.filter((row) => row.window === window.name).map(({ endpoint }) => endpoint))
  return {
    inside: samples.filter(({ at, endpoint }) => at >= from && at < to && endpoints.has(endpoint)),
    seconds: cpu.filter(({ at }) => at > from + 1000 && at <= to),
    lasted: (Math.min(to, Date.parse(summary.finished_at)) - from) / 1000,
  }
}

function windowEvidence(observed: Observed, window: RunSummary['windows'][number]): WindowEvidence {
  const { summary, cores } = observed
  const { name } = window
  const { inside, seconds } = insideOf(observed, window)
  const { endpoint, k6: read, quick } = common(summary, name, inside)
  const times = inside.flatMap(({ ms }) => (ms === null ? [] : [ms])).sort((a, b) => a - b)
  const failed = inside.filter(({ failure }) => failure !== null && failure !== 'shed').length
  const rows = summary.endpoints.filter((row) => row.window === name && (endpoint === null || row.endpoint === endpoint))
  // A gateway that does not answer leaves the probe without an answer, too.
  const k6 = failed > 0 ? read : withTimeouts(read, rows, Number(summary.settings.TIMEOUT) * 1000)
  const used = cpuOf(seconds)
  const tightest = tightestOf(summary, name)
  const comparison: Comparison | null = k6 ? (compare(k6, times, tightest) ?? null) : null
  const room = roomIn(seconds, cores, startLag(summary), comparison === null ? 0 : comparison.k6 - comparison.probe)
  // Timeouts are booked as 0 ms: an endpoint with some of them is quick only to look at.
  const quickParted = k6 !== read || quick === null || compare(quick, times, tightest)?.parted === true
  // Where the probe can speak it decides; else a generator without room cannot be believed.
  const full = used !== null && (used.used >= cores * FULL || used.throttled >= TAKEN || used.stolen >= TAKEN)
  return {
    window: name,
    endpoint,
    k6,
    probe: times.length === 0 ? null : { ...latencyOf(times), samples: times.length, failed },
    comparison,
    cpu: used,
    room,
    bound: comparison === null ? full : comparison.parted && quickParted && !room,
    starved: starvedIn(seconds),
  }
}

const percent = (share: number): string => `${Math.round(share * 100)} %`
const ms = (value: number): string => `${Number(value.toPrecision(3))} ms`

/** One sentence on what was found of the two witnesses. */
function sentenceOn(
  windows: readonly WindowEvidence[],
  differences: readonly Difference[],
  { cores, noProbe }: Pick<Observed, 'cores' | 'noProbe'>,
): string {
  const worst = windows.filter(({ bound }) => bound).sort((a, b) => (b.comparison?.ratio ?? 0) - (a.comparison?.ratio ?? 0))[0]
  if (worst?.comparison) {
    const { percentile, k6, probe } = worst.comparison
    return `In window ${worst.window} k6 read a ${percentile} of ${ms(k6)}${worst.endpoint === null ? '' : ` for ${worst.endpoint}, its quickest endpoint,`} where the control probe, a process of its own, saw ${ms(probe)}.`
  }
  if (worst?.cpu)
    return `In window ${worst.window} k6 used ${worst.cpu.used.toFixed(2)} of ${cores} cores (${Math.round(worst.cpu.throttled * 100)} % throttled, ${Math.round(worst.cpu.stolen * 100)} % stolen), and no probe could say what the gateway really answered.`
  const [differs] = differences
  if (differs !== undefined) return differs.sentence
  const compared = windows.filter(({ comparison }) => comparison !== null)
  const apart = compared.find(({ comparison }) => comparison?.parted)
  if (apart?.comparison) {
    const { percentile, k6, probe } = apart.comparison
    return `In window ${apart.window} k6 read a ${percentile} of ${ms(k6)} where the control probe saw ${ms(probe)}, and that is no queue of k6's own${apart.room ? ': it had room' : ': it read others as quickly as the probe'}.`
  }
  if (compared.length === 0) return `Nothing to compare k6's latencies with: ${noProbe ?? 'the probe has too few samples'}.`
  const most = Math.max(...compared.map(({ comparison }) => comparison?.ratio ?? 0))
  const failed = windows.reduce((sum, { probe }) => sum + (probe?.failed ?? 0), 0)
  return `k6 and the control probe agree: k6 read at most ${most.toFixed(1)} times the latency that the probe saw, and ${failed === 0 ? 'the probe was answered rightly each time' : `what the probe saw fail (${failed}) is no more than chance and the limits allow`}.`
}

function starvedSentence(windows: readonly WindowEvidence[], cores: number): string | null {
  const lost = ({ cpu }: WindowEvidence): number => (cpu?.waited ?? 0) + (cpu?.stolen ?? 0) + (cpu?.throttled ?? 0)
  const worst = windows.filter(({ starved }) => starved).sort((a, b) => lost(b) - lost(a))[0]
  if (!worst?.cpu) return null
  const { used, waited, others, crowded, stolen, throttled } = worst.cpu
  return `In window ${worst.window} k6 had ${used.toFixed(2)} of ${cores} cores and stood waiting for one ${waited.toFixed(2)} s of each second; programs outside the run had ${others.toFixed(2)} and left nothing for ${percent(crowded)} of the time (${percent(throttled)} throttled, ${percent(stolen)} stolen).`
}

function startLag({ figures, totals }: RunSummary): GeneratorEvidence['start_lag_ms'] {
  // k6 numbers the iterations that it starts: after a dropped one they are no longer those of the plan.
  if (totals.dropped > 0) return null
  const { 'p(95)': p95, 'p(99)': p99, max } = figures.start_lag_ms?.values ?? {}
  return p95 === undefined || p99 === undefined || max === undefined ? null : { p95, p99, max }
}

/** The probe beside k6, in every window that k6 sent in. */
function differencesIn(observed: Observed): Difference[] {
  const { summary, samples, examples, turns, probeRate } = observed
  if (probeRate === null) return []
  const places = summary.windows.flatMap((window) => {
    const { inside, seconds, lasted } = insideOf(observed, window)
    const starved = starvedIn(seconds)
    return summary.endpoints.flatMap((row) => {
      const share = turns.filter((name) => name === row.endpoint).length / turns.length
      if (row.window !== window.name || !(share > 0)) return []
      const due = window.gated && row.sent > 0 ? probeRate * lasted * share : 0
      return [{ row, due, starved, samples: inside.filter(({ endpoint }) => endpoint === row.endpoint) }]
    })
  })
  return differencesOf(places, samples, examples, summary)
}

export function generatorEvidence(observed: Observed): GeneratorEvidence {
  const { summary, samples, examples, cores, tuning, probeRate, noProbe, headroom } = observed
  const windows = summary.windows.filter(({ gated }) => gated).map((window) => windowEvidence(observed, window))
  const differences = differencesIn(observed)
  const bound = windows.some((window) => window.bound)
  const compared = windows.filter(({ comparison }) => comparison !== null)
  const differ = differences.length > 0 || compared.some(({ comparison }) => comparison?.parted)
  return {
    schema: GENERATOR_SCHEMA,
    finding: bound ? 'generator-bound' : differ ? 'differ' : compared.length > 0 ? 'agree' : 'unknown',
    sentence: sentenceOn(windows, differences, observed),
    starved: starvedSentence(windows, cores),
    factor: FACTOR,
    floor_ms: FLOOR_MS,
    tuning,
    cores,
    probe_rate: probeRate,
    no_probe: noProbe,
    sending_p99_ms: summary.sending_p99_ms,
    start_lag_ms: startLag(summary),
    headroom,
    windows,
    failures: failuresOf(samples, examples),
    differences,
  }
}
