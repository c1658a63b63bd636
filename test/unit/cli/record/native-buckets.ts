/** Native histograms as the Prometheus client library makes them, for tests: written from the definition of the buckets. */
import type { Histogram, WireHistogram } from '../../../../cli/record/histogram.ts'

/** Bucket of a value: the smallest i with value <= 2^(i / 2^schema). */
function indexOf(value: number, schema: number): number {
  const scale = 2 ** schema
  let index = Math.ceil(Math.log2(value) * scale)
  while (value > 2 ** (index / scale)) index++
  while (value <= 2 ** ((index - 1) / scale)) index--
  // Not -0, which the wire does not know.
  return index + 0
}

export function observe(values: readonly number[], schema = 3): Histogram {
  const above = values.filter((value) => value > 0)
  const indices = above.map((value) => indexOf(value, schema))
  const first = indices.length === 0 ? 0 : Math.min(...indices)
  const counts: number[] = indices.length === 0 ? [] : new Array(Math.max(...indices) - first + 1).fill(0)
  for (const index of indices) counts[index - first] = (counts[index - first] ?? 0) + 1
  return { schema, zero: values.length - above.length, first, counts, sum: values.reduce((a, b) => a + b, 0) }
}

/** As it goes over the wire: spans of filled buckets, counts as differences. */
export function wireOf({ schema, zero, first, counts, sum }: Histogram): WireHistogram {
  const positiveSpans: { offset: number; length: number }[] = []
  const positiveDeltas: number[] = []
  let [gap, before, started] = [0, 0, false]
  counts.forEach((count, i) => {
    if (count === 0) {
      gap += 1
      return
    }
    if (!started) positiveSpans.push({ offset: first + i, length: 1 })
    else if (gap > 0) positiveSpans.push({ offset: gap, length: 1 })
    else (positiveSpans.at(-1) as { length: number }).length += 1
    positiveDeltas.push(count - before)
    before = count
    gap = 0
    started = true
  })
  const total = zero + counts.reduce((a, b) => a + b, 0)
  return { countInt: total, sum, schema, zeroCountInt: zero, positiveSpans, positiveDeltas }
}

/** A percentile as k6 computes it from all values. */
export function k6Percentile(values: readonly number[], percentile: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const rank = percentile * (sorted.length - 1)
  const [below, above] = [sorted[Math.floor(rank)] ?? 0, sorted[Math.ceil(rank)] ?? 0]
  return below + (above - below) * (rank - Math.floor(rank))
}
