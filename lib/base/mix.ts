/** Weights by endpoint, such as `{ health: 2, resource: 5 }`. */
export type Mix = Readonly<Record<string, number>>

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

/**
 * The order in which a mix is sent: smooth weighted round-robin (nginx's), so that counts are known in advance
 * and no endpoint comes in clumps. Turn n sends `cycle[n % cycle.length]`.
 * Weights are whole numbers of at least 1.
 */
export function cycle(mix: Mix): string[] {
  const entries = Object.entries(mix)
  const divisor = entries.reduce((d, [, weight]) => gcd(d, weight), 0) || 1
  const runners = entries.map(([name, weight]) => ({ name, weight: weight / divisor, credit: 0 }))
  const total = runners.reduce((sum, { weight }) => sum + weight, 0)
  return Array.from({ length: total }, () => {
    let best = runners[0]
    for (const runner of runners) {
      runner.credit += runner.weight
      if (best === undefined || runner.credit > best.credit) best = runner
    }
    if (best === undefined) throw new Error('a mix needs at least one endpoint')
    best.credit -= total
    return best.name
  })
}

/** How many of the first `turns` turns of a cycle go to each endpoint. */
export function plannedCounts(order: readonly string[], turns: number): Record<string, number> {
  const counts: Record<string, number> = {}
  const whole = Math.floor(turns / order.length)
  const rest = turns % order.length
  order.forEach((name, i) => {
    counts[name] = (counts[name] ?? 0) + whole + (i < rest ? 1 : 0)
  })
  return counts
}
