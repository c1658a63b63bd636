/** How the answers of each gated window spread over the buckets of latency. */
import type { RunSummary } from '../../lib/summary/model.ts'
import { add, countOf, emptyHistogram } from '../record/histogram.ts'
import type { SeriesRow } from '../record/series-model.ts'
import type { PageDistribution } from './model.ts'

const three = (value: number): number => Number(value.toPrecision(3))

export function distributionOf(rows: readonly SeriesRow[], summary: RunSummary | undefined): PageDistribution[] {
  const gated = summary?.windows.filter(({ gated: is }) => is).map(({ name }) => name) ?? rows.map(({ window }) => window)
  return [...new Set(gated)].flatMap((window) => {
    const histogram = rows
      .filter((row) => row.window === window)
      .reduce((sum, row) => add(sum, { ...row.histogram, sum: 0 }), emptyHistogram())
    const count = countOf(histogram)
    if (count === 0) return []
    const { schema, first, counts, zero } = histogram
    const edge = (index: number): number => three(2 ** (index / 2 ** schema) * 1000)
    return [
      {
        window,
        // Requests that got no answer have no duration. Nothing lies between them and the lowest bucket.
        edges: [...(zero > 0 ? [0] : []), edge(first - 1), ...counts.map((_, i) => edge(first + i))],
        shares: [...(zero > 0 ? [three(zero / count)] : []), 0, ...counts.map((n) => three(n / count))],
      },
    ]
  })
}
