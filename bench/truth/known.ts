/** What a run should have reported, worked out without k6: from the gateway's own record of its answers, or by arithmetic. Pure. */

export interface Figures {
  /** Milliseconds. */
  p50: number
  p95: number
  p99: number
  /** Share of the answers, 0 to 1. */
  errors: number
  /** Requests a second. */
  rps: number
}

export interface LedgerFile {
  /** Milliseconds since the gateway began, and that the answer took; status. */
  answers: readonly (readonly [route: string, came: number, took: number, status: number])[]
}

/** Between the two values beside the place, as k6 has it. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const place = share * (sorted.length - 1)
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
  if (below === undefined || above === undefined) return Number.NaN
  return below + (above - below) * (place - Math.floor(place))
}

const latencies = (values: readonly number[]): Pick<Figures, 'p50' | 'p95' | 'p99'> => ({
  p50: percentile(values, 0.5),
  p95: percentile(values, 0.95),
  p99: percentile(values, 0.99),
})

/** By the gateway's own clock, over all requests of a route. */
export function byLedger({ answers }: LedgerFile, route: string): Figures {
  const own = answers.filter(([of]) => of === route).sort((a, b) => a[1] - b[1])
  const came = own.map(([, at]) => at)
  const span = ((came.at(-1) ?? 0) - (came[0] ?? 0)) / 1000
  return {
    ...latencies(own.map(([, , took]) => took)),
    errors: own.filter(([, , , status]) => status >= 400).length / own.length,
    rps: (own.length - 1) / span,
  }
}

/**
 * Milliseconds that the gateway stood still, from the longest time in which nothing came to it, at `rate` requests a second:
 * a machine that does other things makes a stall longer than was asked for. Half of the time between two requests off at most.
 */
export function longestStall({ answers }: LedgerFile, route: string, rate: number): number {
  const came = answers.flatMap(([of, at]) => (of === route ? [at] : [])).sort((a, b) => a - b)
  const pause = came.reduce((most, at, i) => Math.max(most, at - (came[i - 1] ?? at)), 0)
  return pause - 500 / rate
}

/**
 * By arithmetic: a process that stands still sees nothing of those who wait, but who comes after x of s seconds waits s - x.
 * Who came before it and had not been answered yet waits to its end as well.
 * @param usual milliseconds that an answer takes otherwise
 */
export function byArrivals(rate: number, seconds: number, stallMs: number, usual: number): Figures {
  const step = 1000 / rate
  // Nobody knows where between two arrivals the stall begins: halfway is wrong by half a step at most.
  const took = Array.from({ length: rate * seconds }, (_, i) => {
    const came = (i + 0.5) * step - usual
    if (came >= stallMs) return usual
    return came < 0 ? Math.max(usual, stallMs - came) : stallMs - came + usual
  })
  return { ...latencies(took), errors: 0, rps: rate }
}

/** Within 3 %, or 1 ms. */
const SHARE = 0.03
const FLOOR: Readonly<Record<keyof Figures, number>> = { p50: 1, p95: 1, p99: 1, errors: 0, rps: 0 }

export interface Deviation {
  figure: keyof Figures
  reported: number
  truth: number
  /** Of the truth; infinite where the truth is 0 and the report is not. */
  share: number
  holds: boolean
}

export const deviations = (reported: Figures, truth: Figures): Deviation[] =>
  (Object.keys(FLOOR) as (keyof Figures)[]).map((figure) => {
    const off = Math.abs(reported[figure] - truth[figure])
    return {
      figure,
      reported: reported[figure],
      truth: truth[figure],
      share: off === 0 ? 0 : off / truth[figure],
      holds: off <= Math.max(truth[figure] * SHARE, FLOOR[figure]),
    }
  })
