/** Percentiles second by second, made from the histograms that k6 pushes. */
import { type Column, gaps, short } from './columns.ts'
import { add, emptyHistogram, type Histogram, quantile } from './histogram.ts'

/** Percentiles of each second, and the values of the latest one that they are made from. */
export class Percentiles {
  readonly p50: Column<number | null>
  readonly p95: Column<number | null>
  readonly p99: Column<number | null>
  #place = -1
  #now: Histogram = emptyHistogram()

  constructor(first: number) {
    this.p50 = gaps(first)
    this.p95 = gaps(first)
    this.p99 = gaps(first)
  }

  /** @param scale 1000 turns seconds into the milliseconds that are kept */
  add(place: number, gained: Histogram, scale: number): void {
    this.#now = place === this.#place ? add(this.#now, gained) : gained
    this.#place = place
    for (const [column, percentile] of [
      [this.p50, 0.5],
      [this.p95, 0.95],
      [this.p99, 0.99],
    ] as const) {
      const value = quantile(this.#now, percentile)
      if (value !== undefined) column.set(place, short(value * scale))
    }
  }
}
