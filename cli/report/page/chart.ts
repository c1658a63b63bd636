/** One chart of lines over time. */
import uPlot from 'uplot'
import type { PageLimit, PageWindow, Values } from '../model.ts'
import { theme } from './canvas.ts'
import { clock, logMarks, unitOf } from './format.ts'
import { limitLayer } from './limit-layer.ts'
import { windowLayer } from './window-layer.ts'

export interface Line {
  label: string
  values: Values
  /** Index into the colours of the theme; absent: quiet. */
  colour?: number
  dash?: number[]
  width?: number
  /** Whether single points are marked: what happens in one second only would be a hair otherwise. */
  points?: boolean
  /** Whether gaps are bridged: measured less often than once a second. */
  bridge?: boolean
}

export interface ChartSpec {
  /** What it shows, for those who do not see it. */
  title: string
  unit: string
  t: number[]
  lines: Line[]
  windows: readonly PageWindow[]
  limits?: readonly PageLimit[]
  log?: boolean
  /** Seconds: the part of the run that is shown. */
  range: [number, number]
}

const HEIGHT = 200
/** A limit that is far above everything measured would flatten the curve; an arrow says where it is. */
const FAR = 3
const LEAST_MS = 0.01

const numbers = (values: Values): number[] => values.filter((value): value is number => value !== null)

function yRange({ lines, limits = [], log = false }: ChartSpec): uPlot.Range.MinMax {
  const all = lines.flatMap(({ values }) => numbers(values))
  const bounds = limits.map(({ value }) => value)
  const highest = Math.max(0, ...all)
  if (log) {
    const shown = [...all, ...bounds].filter((value) => value > 0)
    if (shown.length === 0) return [0.1, 10]
    // Room for the name of a limit above the highest line.
    return [Math.max(LEAST_MS, Math.min(...shown) * 0.7), Math.max(...shown, ...bounds.map((value) => value * 2)) * 1.5]
  }
  const near = bounds.filter((value) => value <= highest * FAR)
  return [0, Math.max(highest, ...near) * 1.12 || 1]
}

/** Places of a line that are marked. A value between two gaps has no line; a mark at every zero would only be noise. */
function marked(values: Values, points: boolean, bridge: boolean): number[] {
  const isAlone = (i: number): boolean => !bridge && (values[i - 1] ?? null) === null && (values[i + 1] ?? null) === null
  return values.flatMap((value, i) => (value !== null && ((points && value > 0) || isAlone(i)) ? [i] : []))
}

function seriesOf({ label, colour, dash, width = 1.5, points = false, bridge = false }: Line): uPlot.Series {
  const { lines, quiet } = theme()
  const stroke = colour === undefined ? quiet : (lines[colour] ?? quiet)
  return {
    label,
    stroke,
    width,
    spanGaps: bridge,
    points: {
      show: true,
      size: 5,
      stroke,
      fill: stroke,
      filter: (u, number) =>
        marked(
          Array.from(u.data[number] ?? [], (value) => value ?? null),
          points,
          bridge,
        ),
    },
    ...(dash === undefined ? {} : { dash }),
  }
}

function dataOf({ t, lines, log = false }: ChartSpec): uPlot.AlignedData {
  const shown = lines.map(({ values }) =>
    log ? values.map((value) => (value === null ? null : Math.max(LEAST_MS, value))) : values,
  )
  return [t, ...shown]
}

/** What a line does, in words. */
export function description({ title, unit, lines, t }: ChartSpec): string {
  const { text } = unitOf(unit)
  const said = lines.flatMap(({ label, values }) => {
    const all = numbers(values)
    return all.length === 0
      ? []
      : [`${label} from ${text(Math.min(...all))} to ${text(Math.max(...all))}, at last ${text(all.at(-1) ?? 0)}`]
  })
  return `${title} from ${clock(t[0] ?? 0)} to ${clock(t.at(-1) ?? 0)}. ${said.join('; ')}.`
}

/** @param onCursor hears the place in `t` that is pointed at, and when none is */
export function makeChart(place: HTMLElement, spec: ChartSpec, onCursor: (u: uPlot, index: number | null) => void): uPlot {
  const { quiet, rule } = theme()
  const { axis } = unitOf(spec.unit)
  const axes: Pick<uPlot.Axis, 'stroke' | 'grid' | 'ticks' | 'font'> = {
    stroke: quiet,
    font: '11px system-ui, sans-serif',
    grid: { stroke: rule, width: 1 },
    ticks: { stroke: rule, width: 1, size: 4 },
  }
  const coarse = matchMedia('(pointer: coarse)').matches
  const u = new uPlot(
    {
      width: Math.max(200, place.clientWidth),
      height: HEIGHT,
      // Room for the names of the windows.
      padding: [18, 24, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { size: 7 }, drag: { x: !coarse, y: false, setScale: false } },
      scales: {
        x: { time: false, range: () => spec.range },
        y: { range: () => yRange(spec), distr: spec.log ? 3 : 1 },
      },
      axes: [
        {
          ...axes,
          size: 30,
          values: (_, splits) => splits.map(clock),
          incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200],
          space: 60,
        },
        {
          ...axes,
          size: 52,
          values: (_, splits) => splits.map(axis),
          ...(spec.log ? { splits: (_u, _axis, least, most) => logMarks(least, most), filter: (_u, splits) => splits } : {}),
        },
      ],
      series: [{}, ...spec.lines.map(seriesOf)],
      plugins: [windowLayer(spec.windows), ...(spec.limits ? [limitLayer(spec.limits)] : [])],
      hooks: { setCursor: [(made) => onCursor(made, made.cursor.idx ?? null)] },
    },
    dataOf(spec),
    place,
  )
  place.setAttribute('role', 'img')
  place.setAttribute('aria-label', description(spec))
  return u
}
