/** What has changed between two runs of the benchmarks, and whether it is more than their own spread. Pure. */

import { UsageError } from '../../lib/base/errors.ts'
import type { BenchmarkResult, BenchmarksFile, Spread } from '../../lib/benchmarks/benchmarks.ts'
import type { Gate } from '../../lib/gates/model.ts'
import { BENCHMARKS, type Benchmark } from '../../lib/metrics/figures.ts'

type Figure = keyof Omit<BenchmarkResult, 'operations'>

/** Figures in the order they are shown, with what is better for each. */
export const FIGURES: Readonly<Record<Figure, { text: string; unit: Gate['unit']; better: 'more' | 'less' }>> = {
  per_second: { text: 'operations/s', unit: 'rps', better: 'more' },
  p50_ms: { text: 'p50', unit: 'ms', better: 'less' },
  p95_ms: { text: 'p95', unit: 'ms', better: 'less' },
  p99_ms: { text: 'p99', unit: 'ms', better: 'less' },
  cpu_ms: { text: 'CPU of one', unit: 'ms', better: 'less' },
  memory_bytes: { text: 'memory of 10,000', unit: 'bytes', better: 'less' },
}

/** `spread`: one median lies within the smallest and the largest of the other run, so nothing can be said. */
export type Judgement = 'better' | 'worse' | 'spread' | 'missing'

export interface Change {
  benchmark: Benchmark
  figure: Figure
  earlier: Spread | undefined
  later: Spread | undefined
  /** Of the median, as a share of the earlier; absent where there is none. */
  share?: number
  judgement: Judgement
}

const within = (value: number, { min, max }: Spread): boolean => value >= min && value <= max

function judge(earlier: Spread | undefined, later: Spread | undefined, better: 'more' | 'less'): Judgement {
  if (earlier === undefined || later === undefined) return 'missing'
  if (within(later.median, earlier) || within(earlier.median, later)) return 'spread'
  return later.median > earlier.median === (better === 'more') ? 'better' : 'worse'
}

/** Rates of other counts, or with other numbers of requests at once, are other figures. `duration` only ends a run that hangs. */
function requireSameSize(earlier: BenchmarksFile, later: BenchmarksFile): void {
  const names = new Set([...Object.keys(earlier.size), ...Object.keys(later.size)])
  const differing = [...names].filter((name) => name !== 'duration' && earlier.size[name] !== later.size[name])
  if (differing.length === 0) return
  const texts = differing.map((name) => `${name} ${earlier.size[name] ?? 'none'}, then ${later.size[name] ?? 'none'}`)
  throw new UsageError(`runs of different sizes cannot be compared: ${texts.join('; ')}`)
}

/** @throws UsageError for runs of different sizes */
export function changesBetween(earlier: BenchmarksFile, later: BenchmarksFile): Change[] {
  requireSameSize(earlier, later)
  return BENCHMARKS.flatMap((benchmark) =>
    (Object.keys(FIGURES) as Figure[]).flatMap((figure) => {
      const [before, after] = [earlier.benchmarks[benchmark]?.[figure], later.benchmarks[benchmark]?.[figure]]
      if (before === undefined && after === undefined) return []
      const judgement = judge(before, after, FIGURES[figure].better)
      // A share of nothing, or of memory that shrank, is no number that means something.
      const share = before && after && before.median > 0 ? { share: after.median / before.median - 1 } : {}
      return [{ benchmark, figure, earlier: before, later: after, ...share, judgement }]
    }),
  )
}
