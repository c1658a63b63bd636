/** Figures that are measured in each round of `benchmarks`, and the metrics that hold them. */

export const BENCHMARKS = ['register', 'publish', 'deliver', 'list'] as const
export type Benchmark = (typeof BENCHMARKS)[number]

/** Figures of one benchmark in one round. */
export interface Round {
  /** Operations a second, from the first request to the last answer (of `deliver`: to the last delivery). */
  perSecond: number
  /** Milliseconds of its requests. */
  p50: number
  p95: number
  p99: number
  /** Milliseconds of the gateway's CPU for each operation; absent where the gateway does not tell. */
  cpu?: number
  /** Bytes by which the gateway's memory has grown for every 10,000 operations; absent where the gateway does not tell. */
  memory?: number
}

/** Metrics that hold a figure of each round, by benchmark in the tag `bench`. */
export const FIGURES = {
  perSecond: 'bench_per_second',
  p50: 'bench_p50',
  p95: 'bench_p95',
  p99: 'bench_p99',
  cpu: 'bench_cpu',
  memory: 'bench_memory',
} as const satisfies Record<keyof Round, string>

export const figureOf = (benchmark: Benchmark, figure: keyof Round): string => `${FIGURES[figure]}{bench:${benchmark}}`
