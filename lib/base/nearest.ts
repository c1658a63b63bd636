import leven from 'leven'

/** The known name that was most likely meant, as the end of an error message; empty where none is near. */
export function didYouMean(found: string, known: readonly string[]): string {
  let best: string | undefined
  let distance = Math.max(2, Math.floor(found.length / 3)) + 1
  for (const name of known) {
    // `p95` for `p95_ms`: what was left out at the end counts little.
    const d = name.startsWith(found) && found !== '' ? 0.5 : leven(found.toLowerCase(), name.toLowerCase())
    if (d < distance) {
      distance = d
      best = name
    }
  }
  return best === undefined ? '' : `; did you mean ${JSON.stringify(best)}?`
}
