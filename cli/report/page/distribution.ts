/** The latency distribution: share of the answers in each bucket, one line a window, on a logarithmic axis. */
import uPlot from 'uplot'
import type { PageDistribution } from '../model.ts'
import { theme } from './canvas.ts'
import type { Line } from './chart.ts'
import { figure, logMarks } from './format.ts'

const HEIGHT = 200
const STYLES: Pick<Line, 'dash' | 'width'>[] = [
  { width: 2 },
  { dash: [6, 3] },
  { dash: [2, 3], width: 2 },
  { dash: [10, 3, 2, 3] },
  { dash: [1, 4] },
]
/** Requests without an answer have no duration: they stand left of everything. */
const NONE_MS = 0.01

export interface Distribution {
  /** Milliseconds, ascending. */
  edges: number[]
  /** Percent of the answers. */
  lines: Line[]
}

export function distribution(windows: readonly PageDistribution[]): Distribution {
  const edges = [...new Set(windows.flatMap((window) => window.edges.map((edge) => Math.max(NONE_MS, edge))))].sort(
    (a, b) => a - b,
  )
  return {
    edges,
    lines: windows.map(({ window, edges: own, shares }, i) => {
      const at = new Map(own.map((edge, place) => [Math.max(NONE_MS, edge), shares[place] ?? 0]))
      return {
        label: window,
        values: edges.map((edge) => 100 * (at.get(edge) ?? 0)),
        colour: i % 6,
        ...STYLES[i % STYLES.length],
      }
    }),
  }
}

/** The latency below which half of a window's answers lie, to the bucket. */
function middle({ edges, shares }: PageDistribution): number {
  let sum = 0
  for (const [i, share] of shares.entries()) {
    sum += share
    if (sum >= 0.5) return edges[i] ?? 0
  }
  return edges.at(-1) ?? 0
}

export const distributionText = (windows: readonly PageDistribution[]): string =>
  `Latency distribution by window. ${windows.map((window) => `${window.window}: half of the answers within ${figure(middle(window))} ms, the longest within ${figure(window.edges.at(-1) ?? 0)} ms`).join('; ')}.`

export function drawDistribution(
  place: HTMLElement,
  { edges, lines }: Distribution,
  onCursor: (u: uPlot, index: number | null) => void,
): uPlot {
  const { quiet, rule, lines: colours } = theme()
  const axes = {
    stroke: quiet,
    font: '11px system-ui, sans-serif',
    grid: { stroke: rule, width: 1 },
    ticks: { stroke: rule, width: 1, size: 4 },
  }
  const stepped = uPlot.paths.stepped?.({ align: -1 })
  return new uPlot(
    {
      width: Math.max(200, place.clientWidth),
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false } },
      scales: {
        x: { time: false, distr: 3, range: () => [(edges[0] ?? 1) * 0.85, (edges.at(-1) ?? 1) * 1.1] },
        y: { range: (_u, _min, max) => [0, max * 1.1 || 1] },
      },
      axes: [
        {
          ...axes,
          size: 30,
          splits: (_u, _axis, least, most) => logMarks(least, most),
          filter: (_u, splits) => splits,
          values: (_, splits) => splits.map(figure),
        },
        { ...axes, size: 52, values: (_, splits) => splits.map(figure) },
      ],
      series: [
        {},
        ...lines.map(({ label, colour = 0, dash, width = 1.5 }) => ({
          label,
          width,
          stroke: colours[colour] ?? quiet,
          points: { show: false },
          ...(stepped ? { paths: stepped } : {}),
          ...(dash === undefined ? {} : { dash }),
        })),
      ],
      hooks: { setCursor: [(u) => onCursor(u, u.cursor.idx ?? null)] },
    },
    [edges, ...lines.map(({ values }) => values)],
    place,
  )
}
