/**
 * Native histograms of Prometheus: bucket `i` of schema `s` holds values in (base^(i-1), base^i] with base = 2^(2^-s)
 * (https://prometheus.io/docs/specs/native_histograms/). k6 asks for a factor of at most 1.1, which is schema 3:
 * neighbouring limits stand in the ratio 2^(1/8) = 1.0905.
 */

export interface Histogram {
  schema: number
  /** Values of zero and below: no duration is negative. */
  zero: number
  /** Index of the first bucket of `counts`. */
  first: number
  /** One count a bucket, without gaps. */
  counts: number[]
  sum: number
}

/** Schemas that there are, from the coarsest to the finest; an empty histogram takes on the schema of what is added to it. */
export const COARSEST = -4
export const FINEST = 8

/** Every double there is, in the finest schema, is in fewer buckets than this. */
export const MOST_BUCKETS = 600_000

export const emptyHistogram = (): Histogram => ({ schema: FINEST, zero: 0, first: 0, counts: [], sum: 0 })

/** Upper limit of a bucket divided by its lower one. */
export const bucketRatio = (schema: number): number => 2 ** (2 ** -schema)

export function countOf({ zero, counts }: Histogram): number {
  let total = zero
  for (const count of counts) total += count
  return total
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)

/** Running counts of buckets whose wire form is the difference to the bucket before. */
function undelta(deltas: readonly number[]): number[] {
  let count = 0
  return deltas.map((delta) => {
    count += delta
    return count
  })
}

/** As it comes over the wire. */
export interface WireHistogram {
  countInt?: number
  sum?: number
  schema?: number
  zeroThreshold?: number
  zeroCountInt?: number
  negativeSpans?: { offset?: number; length?: number }[]
  negativeDeltas?: number[]
  positiveSpans?: { offset?: number; length?: number }[]
  positiveDeltas?: number[]
  timestamp?: number
}

/** @throws when the buckets of a broken message would fill the memory */
export function histogramFrom(wire: WireHistogram): Histogram {
  const { schema = 0, sum: total = 0, zeroCountInt = 0, positiveSpans = [], positiveDeltas = [], negativeDeltas = [] } = wire
  const written = undelta(positiveDeltas)
  if (
    positiveSpans.reduce((buckets, { offset = 0, length = 0 }, i) => buckets + length + (i > 0 ? Math.max(0, offset) : 0), 0) >
    MOST_BUCKETS
  )
    throw new Error('histogram with more buckets than there are numbers')
  const first = positiveSpans[0]?.offset ?? 0
  if (!(schema >= COARSEST && schema <= FINEST && Math.abs(first) <= MOST_BUCKETS))
    throw new Error(`histogram of schema ${schema} that begins with bucket ${first}, which holds no number`)
  const counts: number[] = []
  let read = 0
  positiveSpans.forEach(({ offset = 0, length = 0 }, i) => {
    if (i > 0) for (let gap = 0; gap < offset; gap++) counts.push(0)
    for (let n = 0; n < length; n++) counts.push(written[read++] ?? 0)
  })
  return { schema, zero: zeroCountInt + sum(undelta(negativeDeltas)), first, counts, sum: total }
}

/** The same values in the buckets of a coarser schema: 2^k buckets fall into one. */
function coarser(histogram: Histogram, schema: number): Histogram {
  const shift = histogram.schema - schema
  if (shift <= 0) return histogram
  if (histogram.counts.length === 0) return { ...histogram, schema }
  const indexOf = (i: number): number => Math.ceil((histogram.first + i) / 2 ** shift)
  const first = indexOf(0)
  const counts: number[] = new Array(indexOf(histogram.counts.length - 1) - first + 1).fill(0)
  histogram.counts.forEach((count, i) => {
    const at = indexOf(i) - first
    counts[at] = (counts[at] ?? 0) + count
  })
  return { ...histogram, schema, first, counts }
}

function combine(a: Histogram, b: Histogram, sign: 1 | -1): Histogram {
  const schema = Math.min(a.schema, b.schema)
  const [left, right] = [coarser(a, schema), coarser(b, schema)]
  const zero = left.zero + sign * right.zero
  const total = left.sum + sign * right.sum
  if (right.counts.length === 0) return { ...left, zero, sum: total }
  if (left.counts.length === 0 && sign === 1) return { ...right, zero, sum: total }
  const first = left.counts.length === 0 ? right.first : Math.min(left.first, right.first)
  const end = Math.max(left.first + left.counts.length, right.first + right.counts.length)
  const counts: number[] = []
  for (let i = first; i < end; i++) counts.push((left.counts[i - left.first] ?? 0) + sign * (right.counts[i - right.first] ?? 0))
  return { schema, zero, first, counts, sum: total }
}

export const add = (a: Histogram, b: Histogram): Histogram => combine(a, b, 1)

/** What a cumulative histogram has gained since it was `before`; all of it where the counting has begun anew. */
export function since(now: Histogram, before: Histogram): Histogram {
  const gained = combine(now, before, -1)
  return gained.zero < 0 || gained.counts.some((count) => count < 0) ? now : gained
}

/** The value of rank `rank` (0 is the smallest), at the place in its bucket that its place among the bucket's values gives it. */
function valueAt({ schema, zero, first, counts }: Histogram, rank: number): number {
  let before = zero
  if (rank < before) return 0
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i] ?? 0
    if (rank < before + count) return 2 ** ((first + i - 1 + (rank - before + 0.5) / count) / 2 ** schema)
    before += count
  }
  return 2 ** ((first + counts.length - 1) / 2 ** schema)
}

/**
 * A percentile (0..1) as k6 defines it: between the two values whose ranks enclose `percentile x (count - 1)`. Both are off by
 * at most the ratio of their bucket, so the result is within `bucketRatio` of k6's own.
 * @returns in the unit of the values; undefined where there are none
 */
export function quantile(histogram: Histogram, percentile: number): number | undefined {
  const count = countOf(histogram)
  if (count === 0) return undefined
  const rank = percentile * (count - 1)
  const below = valueAt(histogram, Math.floor(rank))
  return rank === Math.floor(rank) ? below : below + (valueAt(histogram, Math.ceil(rank)) - below) * (rank - Math.floor(rank))
}
