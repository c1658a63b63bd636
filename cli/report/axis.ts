/** The time axis of a recording: how long each value covers, and where its middle is. */
import type { SeriesFile } from '../record/series-model.ts'
import type { Values } from './model.ts'

/** A first push that comes right after the start covers too little to be called a rate. */
const LEAST_S = 0.25

export interface Axis {
  /** Places of the recording that are drawn at all. */
  places: number[]
  /** Seconds that the value of each place covers. */
  covers: number[]
  /** Seconds from the start of the load. */
  middles: number[]
}

export function axisOf({ t }: SeriesFile): Axis {
  const covers = t.map((end, place) => end - (place === 0 ? Math.min(0, end - LEAST_S) : (t[place - 1] ?? 0)))
  return {
    // What came before the load is setup.
    places: t.flatMap((end, place) => (end >= LEAST_S ? [place] : [])),
    covers,
    middles: t.map((end, place) => Number((end - (covers[place] ?? 0) / 2).toFixed(2))),
  }
}

/** Values of a column that begins with place `first`; null before and after it. */
export const wide = (values: readonly (number | null)[], first: number, length: number): Values =>
  Array.from({ length }, (_, place) => values[place - first] ?? null)

const four = (value: number): number => Number(value.toPrecision(4))

/** Counts as a rate: none before its first value, 0 where nothing came after that. */
export function rates(counts: readonly number[], first: number, { covers }: Axis): Values {
  return covers.map((seconds, place) => (place < first ? 0 : four((counts[place - first] ?? 0) / seconds)))
}

export const pick = (values: Values, places: readonly number[]): Values => places.map((place) => values[place] ?? null)
