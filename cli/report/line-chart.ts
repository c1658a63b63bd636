/** A chart of lines, thinned to what a screen has room for. */
import { type Axis, pick } from './axis.ts'
import { placesToDraw } from './downsample.ts'
import type { PageChart, Values } from './model.ts'

const STRETCHES = 200
const MEBIBYTE = 1_048_576

const mebibytes = (values: Values): Values =>
  values.map((value) => (value === null ? null : Number((value / MEBIBYTE).toPrecision(4))))

/** @returns none where nothing was measured. Bytes become MiB. */
export function lineChart(
  { lines, limits = [], ...rest }: Omit<PageChart, 't' | 'limits'> & Partial<Pick<PageChart, 'limits'>>,
  axis: Axis,
): PageChart[] {
  const present = Object.entries(lines).filter(([, values]) => values.some((value) => value !== null))
  if (present.length === 0) return []
  const drawn = placesToDraw(
    present.map(([, values]) => pick(values, axis.places)),
    axis.places.length,
    STRETCHES,
  ).map((place) => axis.places[place] ?? 0)
  const isBytes = rest.unit === 'mib'
  return [
    {
      ...rest,
      t: drawn.map((place) => axis.middles[place] ?? 0),
      lines: Object.fromEntries(present.map(([name, values]) => [name, pick(isBytes ? mebibytes(values) : values, drawn)])),
      limits: limits.map((limit) => (isBytes ? { ...limit, value: limit.value / MEBIBYTE } : limit)),
    },
  ]
}
