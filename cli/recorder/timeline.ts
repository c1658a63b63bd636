/** The run second by second, put together from what each push adds. */
import { type Column, counts, gaps, increase, short } from './columns.ts'
import type { Gain } from './cumulative.ts'
import { add, countOf, emptyHistogram, type Histogram, quantile } from './histogram.ts'
import { isLoad } from './plan.ts'

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

export interface Row {
  window: string
  endpoint: string
  first: number
  sent: Column<number>
  /** Answers with a status that the endpoint may give; those found wrong are among them. */
  expected: Column<number>
  failed: Map<string, Column<number>>
  percentiles: Percentiles
  /** Of the whole window. */
  total: Histogram
}

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
const MOST_METRICS = 100
const MOST_ROWS = 500

function metricName({ name, labels }: Gain): string {
  const own = Object.entries(labels).filter(([tag]) => !SYSTEM_TAGS.has(tag))
  return own.length === 0 ? name : `${name}{${own.map(([tag, value]) => `${tag}=${value}`).join(',')}}`
}

function of<T>(map: Map<string, T>, key: string, make: () => T, most = Number.POSITIVE_INFINITY): T | undefined {
  const known = map.get(key)
  if (known !== undefined || map.size >= most) return known
  const made = make()
  map.set(key, made)
  return made
}

export class Timeline {
  readonly rows = new Map<string, Row>()
  /** By endpoint, `*` for all, over all windows. */
  readonly merged = new Map<string, { first: number; percentiles: Percentiles }>()
  readonly scenarios = new Map<string, { first: number; iterations: Column<number>; dropped: Column<number> }>()
  readonly metrics = new Map<string, Measured>()
  /** Time to the first byte, by window. */
  readonly waiting = new Map<string, Histogram>()
  readonly vus = gaps(0)
  readonly vusMax = gaps(0)
  readonly receivedBytes = counts(0)
  readonly sentBytes = counts(0)
  /** Epoch milliseconds of the last request that setup() made. */
  setupEnded: number | undefined
  readonly #isWindow: (scenario: string) => boolean
  readonly #vusOf = new Map<string, number>()

  constructor(isWindow: (scenario: string) => boolean) {
    this.#isWindow = isWindow
  }

  /** @param place on the time axis */
  take(place: number, instance: string, gains: readonly Gain[]): void {
    for (const gain of gains) this.#one(place, instance, gain)
  }

  /** Each instance has VUs of its own. */
  #vus(place: number, instance: string, { name, value }: Gain): void {
    this.#vusOf.set(`${name} ${instance}`, value)
    const all = [...this.#vusOf].filter(([key]) => key.startsWith(`${name} `))
    ;(name === 'vus' ? this.vus : this.vusMax).set(
      place,
      all.reduce((total, [, of]) => total + of, 0),
    )
  }

  #row(window: string, endpoint: string, place: number): Row | undefined {
    const make = (): Row => ({
      window,
      endpoint,
      first: place,
      sent: counts(place),
      expected: counts(place),
      failed: new Map(),
      percentiles: new Percentiles(place),
      total: emptyHistogram(),
    })
    return of(this.rows, `${window} ${endpoint}`, make, MOST_ROWS)
  }

  #requests(place: number, { labels, histogram, at }: Gain): void {
    if (histogram === undefined) return
    if (labels.group === '::setup') this.setupEnded = Math.max(this.setupEnded ?? 0, at)
    const { scenario = '', name: endpoint = '' } = labels
    const window = this.#isWindow(scenario) ? scenario : ''
    const row = this.#row(window, endpoint, place)
    const sent = countOf(histogram)
    if (row === undefined || sent === 0) return
    increase(row.sent, place, sent)
    if (labels.expected_response === 'true') increase(row.expected, place, sent)
    row.total = add(row.total, histogram)
    row.percentiles.add(place, histogram, 1000)
    if (!isLoad(window)) return
    for (const name of ['*', endpoint])
      of(this.merged, name, () => ({ first: place, percentiles: new Percentiles(place) }))?.percentiles.add(
        place,
        histogram,
        1000,
      )
  }

  #firstBytes({ labels, histogram }: Gain): void {
    const { scenario = '' } = labels
    if (histogram === undefined || !this.#isWindow(scenario)) return
    this.waiting.set(scenario, add(this.waiting.get(scenario) ?? emptyHistogram(), histogram))
  }

  #failures(place: number, { labels, value }: Gain): void {
    const { scenario = '', name = '', class: failure = 'unknown' } = labels
    const row = this.#row(this.#isWindow(scenario) ? scenario : '', name, place)
    const column = row && of(row.failed, failure, () => counts(row.first))
    if (column !== undefined) increase(column, place, value)
  }

  #iterations(place: number, { name, labels, value }: Gain): void {
    const { scenario = '' } = labels
    const found = of(this.scenarios, scenario, () => ({ first: place, iterations: counts(place), dropped: counts(place) }))
    if (found !== undefined) increase(name === 'iterations' ? found.iterations : found.dropped, place, value)
  }

  #metric(place: number, gain: Gain): void {
    const kind = gain.kind === 'histogram' ? 'trend' : gain.kind
    const name = metricName(gain)
    const make = (): Measured => ({
      name,
      kind,
      values: gaps(place),
      ...(kind === 'trend' ? { percentiles: new Percentiles(place), mean: gaps(place) } : {}),
    })
    const metric = of(this.metrics, name, make, MOST_METRICS)
    if (metric === undefined) return
    if (kind === 'gauge') {
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

  #one(place: number, instance: string, gain: Gain): void {
    switch (gain.name) {
      case 'http_req_duration':
        this.#requests(place, gain)
        break
      case 'http_req_waiting':
        this.#firstBytes(gain)
        break
      case 'failures':
        this.#failures(place, gain)
        break
      case 'iterations':
      case 'dropped_iterations':
        this.#iterations(place, gain)
        break
      case 'vus':
      case 'vus_max':
        this.#vus(place, instance, gain)
        break
      case 'data_received':
        increase(this.receivedBytes, place, gain.value)
        break
      case 'data_sent':
        increase(this.sentBytes, place, gain.value)
        break
      default:
        if (!NOT_KEPT.test(gain.name)) this.#metric(place, gain)
    }
  }
}
