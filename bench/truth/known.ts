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

export interface AnswerLogFile {
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
export function byAnswerLog({ answers }: AnswerLogFile, route: string): Figures {
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
 * As who had to be answered at an even `rate` saw it: from the moment that was planned for a request to the end of its answer by
 * the gateway's own clock. Of who waits while it stands still a gateway sees nothing, but it knows when it answered him, and how
 * long it took to work off all who had come meanwhile. Who came first is answered first: which answer is whose does not change
 * a percentile by more than answers overtake each other.
 */
export function byPlan({ answers }: AnswerLogFile, route: string, rate: number): Figures {
  const own = answers.filter(([of]) => of === route)
  const inOrder = (values: number[]): number[] => values.sort((a, b) => a - b)
  const planned = (i: number): number => (i * 1000) / rate
  const came = inOrder(own.map(([, at]) => at))
  const ended = inOrder(own.map(([, at, took]) => at + took))
  // Most requests come when they were planned.
  const began = percentile(
    came.map((at, i) => at - planned(i)),
    0.5,
  )
  return { ...byAnswerLog({ answers }, route), ...latencies(ended.map((at, i) => at - began - planned(i))), rps: rate }
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
