/**
 * Says yes to exactly so many of each hundred occasions, at places that the random numbers decide: a share that holds in every
 * run, without being even.
 */
export function block(percent: number, random: () => number): () => boolean {
  let left: boolean[] = []
  return () => {
    if (left.length === 0) left = shuffled(Math.round(percent), random)
    return left.pop() ?? false
  }
}

function shuffled(chosen: number, random: () => number): boolean[] {
  const places = Array.from({ length: 100 }, (_, at) => at < chosen)
  for (let at = places.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    const kept = places[at] ?? false
    places[at] = places[other] ?? false
    places[other] = kept
  }
  return places
}
