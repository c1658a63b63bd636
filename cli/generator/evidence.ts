/** From what k6, the probe and the sampler saw to one finding. Pure. */
import type { RunSummary } from '../../lib/summary/model.ts'
import { compare, FACTOR, FLOOR_MS, latencyOf } from './comparison.ts'
import { cpuOf, headroomIn, isCpuStarved, isFull, wasStopped } from './cpu-evidence.ts'
import type { CpuSample } from './cpu-sampler.ts'
import { differencesOf, failuresOf } from './differences.ts'
import {
  type Comparison,
  type Difference,
  GENERATOR_SCHEMA,
  type GeneratorEvidence,
  type Latency,
  type WindowEvidence,
} from './evidence-model.ts'
import type { ProbeExample, ProbeSample } from './probe-protocol.ts'
import { cpuStarvedSentence, sentenceOn } from './sentences.ts'

/** Epoch milliseconds. */
export interface Span {
  from: number
  to: number
}

export interface Observed {
  summary: RunSummary
  /** Epoch milliseconds. */
  loadStarted: number
  /** When windows were, by name, where that is known better than by their plan: then the probe was there before them, and after. */
  spans?: ReadonlyMap<string, Span>
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

const figuresOf = (latency: Latency | null | undefined): Latency | null =>
  latency ? { p50: latency.p50, p95: latency.p95, p99: latency.p99 } : null

/**
 * k6 counts a request that it had no patience for any more as one of 0 ms: where these are so many that a percentile lies among them,
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
function insideOf({ summary, loadStarted, spans, samples, cpu }: Observed, window: RunSummary['windows'][number]) {
  const began = loadStarted + window.start * 1000
  const { from, to } = spans?.get(window.name) ?? { from: began, to: began + window.duration * 1000 }
  // The probe sends the mixes of all windows in turn: here count the endpoints that this window sends to.
  const endpoints = new Set(summary.endpoints.filter((row) => row.window === window.name).map(({ endpoint }) => endpoint))
  return {
    inside: samples.filter(({ at, endpoint }) => at >= from && at < to && endpoints.has(endpoint)),
    seconds: cpu.filter(({ at }) => at > from + 1000 && at <= to),
    lasted: (Math.min(to, Date.parse(summary.finished_at)) - from) / 1000,
  }
}

/** What the probe saw of the run, and how it got its token. */
function during({ samples, spans }: Observed): readonly ProbeSample[] {
  if (spans === undefined) return samples
  const [from, to] = [
    Math.min(...[...spans.values()].map(({ from }) => from)),
    Math.max(...[...spans.values()].map(({ to }) => to)),
  ]
  return samples.filter(({ at, endpoint }) => endpoint === 'auth' || (at >= from && at < to))
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
  const headroom = headroomIn(seconds, cores, startLag(summary), comparison === null ? 0 : comparison.k6 - comparison.probe)
  // Timeouts are counted as 0 ms: an endpoint with some of them is quick only to look at.
  const quickParted = k6 !== read || quick === null || compare(quick, times, tightest)?.parted === true
  // Where the probe can speak it decides; else a generator without headroom cannot be believed.
  return {
    window: name,
    endpoint,
    k6,
    probe: times.length === 0 ? null : { ...latencyOf(times), samples: times.length, failed },
    comparison,
    cpu: used,
    headroom,
    bound: comparison === null ? isFull(used, cores) : comparison.parted && quickParted && !headroom,
    cpu_starved: isCpuStarved(seconds) || (comparison === null && wasStopped(used)),
  }
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
    const cpuStarved = isCpuStarved(seconds)
    return summary.endpoints.flatMap((row) => {
      const share = turns.filter((name) => name === row.endpoint).length / turns.length
      if (row.window !== window.name || !(share > 0)) return []
      const due = window.gated && row.sent > 0 ? probeRate * lasted * share : 0
      return [{ row, due, cpuStarved, samples: inside.filter(({ endpoint }) => endpoint === row.endpoint) }]
    })
  })
  return differencesOf(places, samples, examples, summary)
}

export function generatorEvidence(observed: Observed): GeneratorEvidence {
  const { summary, examples, cores, tuning, probeRate, noProbe, headroom } = observed
  const windows = summary.windows.filter(({ gated }) => gated).map((window) => windowEvidence(observed, window))
  const differences = differencesIn(observed)
  const bound = windows.some((window) => window.bound)
  const compared = windows.filter(({ comparison }) => comparison !== null)
  const differ = differences.length > 0 || compared.some(({ comparison }) => comparison?.parted)
  return {
    schema: GENERATOR_SCHEMA,
    finding: bound ? 'generator-bound' : differ ? 'differ' : compared.length > 0 ? 'agree' : 'unknown',
    sentence: sentenceOn(windows, differences, observed),
    cpu_starved: cpuStarvedSentence(windows, cores),
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
    failures: failuresOf(during(observed), examples),
    differences,
  }
}
