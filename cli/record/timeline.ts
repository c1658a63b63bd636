/** The run second by second, put together from what each push adds. */
import { type Column, counts, gaps, increase } from './columns.ts'
import type { Gain } from './cumulative.ts'
import { add, countOf, emptyHistogram, type Histogram } from './histogram.ts'
import { MeasuredMetrics } from './measured.ts'
import { Percentiles } from './percentiles.ts'
import { PHASES, type Phase } from './phases.ts'
import { hasLatency, isLoad } from './scenarios.ts'

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
  /** Where the time went, over the whole window. */
  phases: Map<Phase, Histogram>
}

const MOST_ROWS = 500

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
  /** Beyond requests. */
  readonly metrics = new MeasuredMetrics()
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
      phases: new Map(),
    })
    return of(this.rows, `${window} ${endpoint}`, make, MOST_ROWS)
  }

  #rowOf(place: number, { scenario = '', name = '' }: Gain['labels']): Row | undefined {
    return this.#row(this.#isWindow(scenario) ? scenario : '', name, place)
  }

  #requests(place: number, { labels, histogram, at }: Gain): void {
    if (histogram === undefined) return
    if (labels.group === '::setup') this.setupEnded = Math.max(this.setupEnded ?? 0, at)
    const row = this.#rowOf(place, labels)
    const sent = countOf(histogram)
    if (row === undefined || sent === 0) return
    const { window, endpoint } = row
    increase(row.sent, place, sent)
    if (labels.expected_response === 'true') increase(row.expected, place, sent)
    row.total = add(row.total, histogram)
    row.percentiles.add(place, histogram, 1000)
    if (!isLoad(window)) return
    for (const name of hasLatency(endpoint) ? ['*', endpoint] : [endpoint])
      of(this.merged, name, () => ({ first: place, percentiles: new Percentiles(place) }))?.percentiles.add(
        place,
        histogram,
        1000,
      )
  }

  #phase(phase: Phase, place: number, { labels, histogram }: Gain): void {
    const row = histogram && this.#rowOf(place, labels)
    if (row) row.phases.set(phase, add(row.phases.get(phase) ?? emptyHistogram(), histogram))
  }

  #failures(place: number, { labels, value }: Gain): void {
    const row = this.#rowOf(place, labels)
    const column = row && of(row.failed, labels.class ?? 'unknown', () => counts(row.first))
    if (column !== undefined) increase(column, place, value)
  }

  #iterations(place: number, { name, labels, value }: Gain): void {
    const { scenario = '' } = labels
    const found = of(this.scenarios, scenario, () => ({ first: place, iterations: counts(place), dropped: counts(place) }))
    if (found !== undefined) increase(name === 'iterations' ? found.iterations : found.dropped, place, value)
  }

  #one(place: number, instance: string, gain: Gain): void {
    switch (gain.name) {
      case 'http_req_duration':
        this.#requests(place, gain)
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
      default: {
        const phase = PHASES[gain.name]
        if (phase === undefined) this.metrics.take(place, gain)
        else this.#phase(phase, place, gain)
      }
    }
  }
}
