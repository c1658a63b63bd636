/** What a script measures beyond requests, second by second. */
import { type Column, gaps } from './columns.ts'
import type { Gain } from './cumulative.ts'
import { countOf } from './histogram.ts'
import { Percentiles } from './percentiles.ts'

export interface Measured {
  name: string
  kind: 'counter' | 'gauge' | 'trend'
  values: Column<number | null>
  /** Exact, unlike the percentiles: of a trend. */
  mean?: Column<number | null>
  percentiles?: Percentiles
}

/** k6's own metrics that say nothing beyond the rows. Everything else that a script measures is kept. */
const NOT_KEPT =
  /^(http_|group_duration$|iteration_duration$|iterations$|checks$|errors$|failures$|vus$|vus_max$|data_(sent|received)$|dropped_iterations$)/
/** Tags that k6 itself gives, or that say where a row belongs. */
const SYSTEM_TAGS = new Set(
  'proto subproto status method url group check error error_code tls_version scenario service expected_response ip vu iter ocsp_status run_id instance_id job_name testid'.split(
    ' ',
  ),
)
/** A tag with a value of its own for each request would fill the memory. */
const MOST = 100

function nameOf({ name, labels }: Gain): string {
  const own = Object.entries(labels).filter(([tag]) => !SYSTEM_TAGS.has(tag))
  return own.length === 0 ? name : `${name}{${own.map(([tag, value]) => `${tag}=${value}`).join(',')}}`
}

export class MeasuredMetrics {
  readonly #all = new Map<string, Measured>()

  values(): Iterable<Measured> {
    return this.#all.values()
  }

  take(place: number, gain: Gain): void {
    const metric = NOT_KEPT.test(gain.name) ? undefined : this.#of(place, gain)
    if (metric === undefined) return
    if (gain.kind === 'gauge') {
      metric.values.set(place, gain.value)
      return
    }
    const { histogram } = gain
    const before = metric.values.at(place) ?? 0
    const more = histogram === undefined ? gain.value : countOf(histogram)
    if (more === 0) return
    metric.values.set(place, before + more)
    if (histogram === undefined) return
    const scale = gain.seconds ? 1000 : 1
    metric.percentiles?.add(place, histogram, scale)
    metric.mean?.set(
      place,
      Number((((metric.mean.at(place) ?? 0) * before + histogram.sum * scale) / (before + more)).toPrecision(7)),
    )
  }

  #of(place: number, gain: Gain): Measured | undefined {
    const name = nameOf(gain)
    const known = this.#all.get(name)
    if (known !== undefined || this.#all.size >= MOST) return known
    const kind = gain.kind === 'histogram' ? 'trend' : gain.kind
    const trend = kind === 'trend' ? { percentiles: new Percentiles(place), mean: gaps(place) } : {}
    const made: Measured = { name, kind, values: gaps(place), ...trend }
    this.#all.set(name, made)
    return made
  }
}
