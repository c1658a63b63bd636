/** k6 pushes running totals, each only when it has changed; here they become what was new. */
import { type Declarations, METRICS } from '../../lib/metrics/list.ts'
import { type Histogram, since } from './histogram.ts'
import type { Series } from './remote-write.ts'

/** What a push has added to one series. */
export interface Gain {
  /** Name without k6's prefix and suffixes: `http_req_duration`, `failures`. */
  name: string
  labels: Readonly<Record<string, string>>
  kind: 'counter' | 'gauge' | 'histogram'
  /** Whether the values of a histogram are seconds: k6 turns times into them, and nothing else. */
  seconds: boolean
  /** Counter: how much it has grown. Gauge: its value. */
  value: number
  /** What a histogram has gained. */
  histogram?: Histogram
  /** Epoch milliseconds of the youngest sample in it. */
  at: number
}

export type Total = Omit<Gain, 'at'>

/** `k6_` + name + a suffix that says the kind; `rate` series are shares over the whole run, which no second can be told from. */
function named(
  written: string,
  isHistogram: boolean,
  declared: Declarations,
): Pick<Gain, 'name' | 'kind' | 'seconds'> | undefined {
  if (!written.startsWith('k6_')) return undefined
  const name = written.slice('k6_'.length)
  const without = (suffix: string): string => (Object.hasOwn(declared, name) ? name : name.slice(0, -suffix.length))
  if (isHistogram) {
    const suffix = /_(seconds|bytes)$/.exec(name)?.[0] ?? ''
    return {
      name: suffix === '' ? name : without(suffix),
      kind: 'histogram',
      seconds: suffix === '_seconds' && !Object.hasOwn(declared, name),
    }
  }
  if (name.endsWith('_total')) return { name: without('_total'), kind: 'counter', seconds: false }
  return name.endsWith('_rate') && !Object.hasOwn(declared, name) ? undefined : { name, kind: 'gauge', seconds: false }
}

/** The running totals of every instance of k6 that pushes. Two instances count the same series apart. */
export class Cumulative {
  readonly #known = new Map<string, Total>()
  readonly #declared: Declarations

  /** @param own metrics of the script's own: nobody else can tell what of a name is its kind */
  constructor(own: Declarations = {}) {
    this.#declared = { ...METRICS, ...own }
  }

  /** @param instance tells the instances of k6 apart */
  take(instance: string, pushed: readonly Series[]): Gain[] {
    return pushed.flatMap((series) => this.#one(instance, series) ?? [])
  }

  /** The totals of now, all instances apart. */
  totals(): Iterable<Readonly<Total>> {
    return this.#known.values()
  }

  #one(instance: string, { labels, sample, histogram }: Series): Gain | undefined {
    const { __name__: written = '', ...tags } = labels
    const is = named(written, histogram !== undefined, this.#declared)
    if (is === undefined) return undefined
    const key = `${instance}\n${JSON.stringify(labels)}`
    let known = this.#known.get(key)
    if (known === undefined) {
      known = { ...is, labels: tags, value: 0 }
      this.#known.set(key, known)
    }
    // At its end k6 sends every histogram once more, beside a sample that only says that the series has ended.
    if (histogram !== undefined) {
      const gained = known.histogram === undefined ? histogram.value : since(histogram.value, known.histogram)
      known.histogram = histogram.value
      return { ...is, labels: tags, value: 0, histogram: gained, at: histogram.at }
    }
    if (sample === undefined || Number.isNaN(sample.value)) return undefined
    const before = known.value
    known.value = sample.value
    // A counter that has fallen belongs to a process that has begun anew.
    const value = is.kind === 'gauge' ? sample.value : sample.value < before ? sample.value : sample.value - before
    return { ...is, labels: tags, value, at: sample.at }
  }
}
