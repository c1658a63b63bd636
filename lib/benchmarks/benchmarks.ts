/** What `benchmarks` measures in each round, and what becomes of all rounds together. Pure. */
import { percentile } from '../base/trend.ts'
import { BENCHMARKS, type Benchmark, figureOf, type Round } from '../metrics/figures.ts'

/** What the gateway's metrics say of its process; absent what they do not say. */
export interface Usage {
  /** Seconds. */
  cpu?: number | undefined
  /** Bytes. */
  memory?: number | undefined
}

/** Growth of memory is stated for so many operations. */
const MEMORY_OPERATIONS = 10_000

const difference = (before: number | undefined, after: number | undefined): number | undefined =>
  before === undefined || after === undefined ? undefined : after - before

/**
 * @param operations that were done
 * @param seconds that they took
 * @param durations of their requests, in milliseconds
 */
export function roundOf(operations: number, seconds: number, durations: readonly number[], before: Usage, after: Usage): Round {
  const cpu = difference(before.cpu, after.cpu)
  const memory = difference(before.memory, after.memory)
  const each = (total: number) => total / Math.max(operations, 1)
  return {
    // A clock of whole milliseconds has seen nothing shorter.
    perSecond: operations / Math.max(seconds, 0.001),
    p50: percentile(durations, 50) ?? 0,
    p95: percentile(durations, 95) ?? 0,
    p99: percentile(durations, 99) ?? 0,
    ...(cpu === undefined ? {} : { cpu: each(cpu * 1000) }),
    ...(memory === undefined ? {} : { memory: each(memory) * MEMORY_OPERATIONS }),
  }
}

/** Benchmarks in the order of a round: each round begins with another, so that none always runs in the wake of the same one. */
export const orderOf = (round: number): Benchmark[] =>
  BENCHMARKS.map((_, i) => BENCHMARKS[(round + i) % BENCHMARKS.length] as Benchmark)

/** How many of `total` operations are done in each of so many rounds; never none. */
export const perRound = (total: number, rounds: number): number => Math.max(1, Math.round(total / rounds))

export interface Spread {
  median: number
  min: number
  max: number
}

/** Version of `benchmarks.json`; raised when a reader of the old shape would misread the new. */
export const BENCHMARKS_SCHEMA = 'loadgate.benchmarks/1'

export interface BenchmarkResult {
  /** In all rounds together. */
  operations: number
  per_second?: Spread
  p50_ms?: Spread
  p95_ms?: Spread
  p99_ms?: Spread
  /** The gateway's CPU for one operation. */
  cpu_ms?: Spread
  /** Growth of the gateway's memory for 10,000 operations. */
  memory_bytes?: Spread
}

export interface BenchmarksFile {
  schema: typeof BENCHMARKS_SCHEMA
  finished_at: string
  profile: string
  /** Sizes of the run: only results of the same sizes can be compared. */
  size: Readonly<Record<string, number>>
  rounds: number
  benchmarks: Partial<Record<Benchmark, BenchmarkResult>>
}

const RESULT_KEYS: Readonly<Record<keyof Round, keyof Omit<BenchmarkResult, 'operations'>>> = {
  perSecond: 'per_second',
  p50: 'p50_ms',
  p95: 'p95_ms',
  p99: 'p99_ms',
  cpu: 'cpu_ms',
  memory: 'memory_bytes',
}

/** @param values what k6 has summed up of a sub-metric: one value of each round */
export function resultOf(
  benchmark: Benchmark,
  operations: number,
  values: (metric: string) => Readonly<Record<string, number>> | undefined,
): BenchmarkResult {
  const result: BenchmarkResult = { operations }
  for (const figure of Object.keys(RESULT_KEYS) as (keyof Round)[]) {
    const { count = 0, med = 0, min = 0, max = 0 } = values(figureOf(benchmark, figure)) ?? {}
    if (count > 0) result[RESULT_KEYS[figure]] = { median: med, min, max }
  }
  return result
}
