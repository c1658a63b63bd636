/** Execution segments, by which k6 shares a run: `1/4:1/2` is the second of four parts. Pure. */

const edge = (text: string): number => {
  const [above, below = '1'] = text.replace(/%$/, '').split('/')
  return (Number(above) / Number(below)) * (text.endsWith('%') ? 0.01 : 1)
}

const near = (a: number, b: number): boolean => Math.abs(a - b) < 1e-6

/**
 * The place, from 1, of a segment among `of` equal parts of a run; undefined for what is none of them.
 * @param segment as k6 has it; nothing is the whole run
 */
export function placeOf(segment: unknown, of: number): number | undefined {
  const text = segment === undefined || segment === null || segment === '' ? '0:1' : String(segment)
  const [from, to] = text.includes(':') ? text.split(':').map(edge) : [0, edge(text)]
  if (from === undefined || to === undefined || !near(to - from, 1 / of)) return undefined
  const place = Math.round(from * of)
  return near(place, from * of) ? place + 1 : undefined
}

/** How many parts a run has of which one is such a segment; undefined for what is no equal part of a run. */
export function partsOf(segment: string): number | undefined {
  const [from, to] = segment.includes(':') ? segment.split(':').map(edge) : [0, edge(segment)]
  const parts = Math.round(1 / ((to ?? 0) - (from ?? 0)))
  return parts >= 1 && Number.isFinite(parts) && placeOf(segment, parts) !== undefined ? parts : undefined
}

/** `1/4:2/4`: the part at a place from 1. */
export const segmentAt = (place: number, of: number): string => `${place - 1}/${of}:${place}/${of}`
/** `0,1/4,2/4,3/4,1`, as k6 wants to know the edges of all parts. */
export const sequenceOf = (of: number): string =>
  Array.from({ length: of + 1 }, (_, i) => (i === 0 ? '0' : i === of ? '1' : `${i}/${of}`)).join(',')
