/** Fewer points of long runs without losing a peak. */

/**
 * Places to draw: the axis is cut into stretches of equal length, and of each stretch the places of every line's lowest and
 * highest value are kept, beside its first. Nothing is averaged, so each point that is drawn was measured.
 * @param lines values over the same axis
 * @param stretches at most; as many places as that, or fewer, are all kept
 */
export function placesToDraw(lines: readonly (readonly (number | null)[])[], length: number, stretches: number): number[] {
  if (length <= stretches) return Array.from({ length }, (_, place) => place)
  const kept = new Set<number>([length - 1])
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = Math.floor((stretch * length) / stretches)
    const to = Math.floor(((stretch + 1) * length) / stretches)
    kept.add(from)
    for (const line of lines) {
      let lowest: number | undefined
      let highest: number | undefined
      for (let place = from; place < to; place++) {
        const value = line[place]
        if (value === null || value === undefined) continue
        if (lowest === undefined || value < (line[lowest] ?? 0)) lowest = place
        if (highest === undefined || value > (line[highest] ?? 0)) highest = place
      }
      if (lowest !== undefined) kept.add(lowest)
      if (highest !== undefined) kept.add(highest)
    }
  }
  return [...kept].sort((a, b) => a - b)
}
