/** From what k6, the probe and the sampler saw to one finding. Pure. */
import type { RunSummary } from '../../lib/summary/model.ts'
import { type Comparison, compare, FACTOR, FLOOR_MS, latencyOf } from './comparison.ts'
import type { CpuSample } from './cpu-sampler.ts'
import { GENERATOR_SCHEMA, type GeneratorEvidence, type WindowEvidence } from './evidence-model.ts'
import type { ProbeSample } from './probe-protocol.ts'

/** Share of its cores from which k6 has no room left: what comes in then waits for a core. */
const FULL = 0.9
/** Share of the time that others may take before it counts. */
const TAKEN = 0.1

export interface Observed {
  summary: RunSummary
  /** Epoch milliseconds. */
  loadStarted: number
  samples: readonly ProbeSample[]
  cpu: readonly CpuSample[]
  cores: number
  tuning: string
  probeRate: number | null
  noProbe: string | null
}

/** Milliseconds of the tightest limit that a window's latencies must keep; 0 where none has been set. */
function tightestOf({ gates }: RunSummary, name: string): number {
  const limits = gates.flatMap(({ window, unit, limit }) => (window === name && unit === 'ms' ? [limit] : []))
  return limits.length === 0 ? 0 : Math.min(...limits)
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

function cpuOf(samples: readonly CpuSample[]): WindowEvidence['cpu'] {
  if (samples.length === 0) return null
  const of = (key: 'used' | 'stolen' | 'throttled') => mean(samples.map((sample) => sample[key]))
  return { used: of('used'), stolen: of('stolen'), throttled: of('throttled') }
}

function windowEvidence({ summary, loadStarted, samples, cpu, cores }: Observed, name: string): WindowEvidence[] {
  const window = summary.windows.find((candidate) => candidate.name === name)
  const latency = window?.total?.latency
  if (window === undefined) return []
  const [from, to] = [loadStarted + window.start * 1000, loadStarted + (window.start + window.duration) * 1000]
  // The probe sends the mixes of all windows in turn: here count the endpoints that this window sends to.
  const endpoints = new Set(summary.endpoints.filter((row) => row.window === name).map(({ endpoint }) => endpoint))
  const inside = samples.filter(({ at, endpoint }) => at >= from && at < to && endpoints.has(endpoint))
  const times = inside.flatMap(({ ms }) => (ms === null ? [] : [ms])).sort((a, b) => a - b)
  const failed = inside.filter(({ ok }) => !ok).length
  const used = cpuOf(cpu.filter(({ at }) => at > from + 1000 && at <= to))
  const comparison: Comparison | null = latency ? (compare(latency, times, tightestOf(summary, name)) ?? null) : null
  // Where the probe can speak it decides; else a generator without room cannot be believed.
  const full = used !== null && (used.used >= cores * FULL || used.throttled >= TAKEN || used.stolen >= TAKEN)
  return [
    {
      window: name,
      k6: latency ? { p50: latency.p50, p95: latency.p95, p99: latency.p99 } : null,
      probe: times.length === 0 ? null : { ...latencyOf(times), samples: times.length, failed },
      comparison,
      cpu: used,
      bound: comparison?.parted ?? full,
    },
  ]
}

const ms = (value: number): string => `${Number(value.toPrecision(3))} ms`

function sentenceOn(windows: readonly WindowEvidence[], cores: number, noProbe: string | null): string {
  const worst = windows.filter(({ bound }) => bound).sort((a, b) => (b.comparison?.ratio ?? 0) - (a.comparison?.ratio ?? 0))[0]
  if (worst?.comparison) {
    const { percentile, k6, probe } = worst.comparison
    return `In window ${worst.window} k6 read a ${percentile} of ${ms(k6)} where the control probe, a process of its own, saw ${ms(probe)}.`
  }
  if (worst?.cpu)
    return `In window ${worst.window} k6 used ${worst.cpu.used.toFixed(2)} of ${cores} cores (${Math.round(worst.cpu.throttled * 100)} % throttled, ${Math.round(worst.cpu.stolen * 100)} % stolen), and no probe could say what the gateway really answered.`
  const compared = windows.filter(({ comparison }) => comparison !== null)
  if (compared.length === 0) return `Nothing to compare k6's latencies with: ${noProbe ?? 'the probe has too few samples'}.`
  const most = Math.max(...compared.map(({ comparison }) => comparison?.ratio ?? 0))
  return `k6 and the control probe agree: k6 read at most ${most.toFixed(1)} times the latency that the probe saw.`
}

export function generatorEvidence(observed: Observed): GeneratorEvidence {
  const { summary, cores, tuning, probeRate, noProbe } = observed
  const windows = summary.windows.filter(({ gated }) => gated).flatMap(({ name }) => windowEvidence(observed, name))
  const bound = windows.some((window) => window.bound)
  const compared = windows.some(({ comparison }) => comparison !== null)
  return {
    schema: GENERATOR_SCHEMA,
    finding: bound ? 'generator-bound' : compared ? 'agree' : 'unknown',
    sentence: sentenceOn(windows, cores, noProbe),
    factor: FACTOR,
    floor_ms: FLOOR_MS,
    tuning,
    cores,
    probe_rate: probeRate,
    no_probe: noProbe,
    sending_p99_ms: summary.sending_p99_ms,
    windows,
  }
}
