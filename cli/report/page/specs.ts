/** What each chart shows. */
import type { PageChart, PageData, PageView } from '../model.ts'
import type { ChartSpec, Line } from './chart.ts'

/** Lines are told apart by their dashes as well as by their colours. */
const DASHES: (number[] | undefined)[] = [undefined, [8, 4], [2, 3], [10, 3, 2, 3], [5, 5], [1, 4]]
const dashed = (number: number): Pick<Line, 'dash'> => {
  const dash = DASHES[number % DASHES.length]
  return dash === undefined ? {} : { dash }
}

type Base = Pick<ChartSpec, 'windows' | 'range'>

export function throughput(view: PageView, base: Base): ChartSpec {
  const { t, offered, sent, right, dropped, throughputLimits: limits } = view
  return {
    ...base,
    title: 'Throughput',
    unit: 'rate',
    t,
    limits,
    lines: [
      ...(offered.length > 0 ? [{ label: 'offered', values: offered, dash: [2, 3], width: 2 }] : []),
      { label: 'sent', values: sent, colour: 1, dash: [6, 3] },
      { label: 'right', values: right, colour: 0, width: 2 },
      ...(dropped.length > 0 ? [{ label: 'dropped', values: dropped, colour: 3, dash: [2, 2], width: 2 }] : []),
    ],
  }
}

export function latency(view: PageView, base: Base, log: boolean): ChartSpec {
  const { t, p50, p95, p99, latencyLimits: limits } = view
  return {
    ...base,
    title: 'Latency',
    unit: 'ms',
    t,
    limits,
    log,
    lines: [
      { label: 'p99', values: p99, colour: 2, dash: [6, 3] },
      { label: 'p95', values: p95, colour: 0, width: 2 },
      { label: 'p50', values: p50, colour: 4, dash: [2, 3], width: 1.5 },
    ],
  }
}

export function failures(view: PageView, base: Base): ChartSpec {
  const lines = Object.entries(view.failed).map(
    ([label, values], i): Line => ({ label, values, colour: (i + 3) % 6, points: true, ...dashed(i) }),
  )
  return { ...base, title: 'Failures', unit: 'rate', t: view.t, lines }
}

export function measured({ title, unit, t, lines, limits }: PageChart, base: Base): ChartSpec {
  return {
    ...base,
    title,
    unit,
    t,
    limits,
    lines: Object.entries(lines).map(
      ([label, values], i): Line => ({
        label,
        values,
        colour: i,
        bridge: true,
        // A line through fewer would be a hair.
        points: values.filter((value) => value !== null).length < 3,
        width: 1.75,
        ...dashed(i),
      }),
    ),
  }
}

export const baseOf = ({ windows }: PageData, range: [number, number]): Base => ({ windows, range })
