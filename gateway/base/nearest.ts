import leven from 'leven'

/** The known name that is most like the given one. */
export function nearest(name: string, known: readonly string[]): string {
  let best = known[0] ?? ''
  for (const candidate of known) if (leven(name, candidate) < leven(name, best)) best = candidate
  return best
}
