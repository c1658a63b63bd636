/** Gates that no fault can turn red, and limits that no run has as a gate. Pure. */
import type { Thresholds } from '../../lib/thresholds.ts'
import { matchesOne } from './pattern.ts'
import type { Suite } from './suite.ts'

export interface CoveredGate {
  name: string
  /** Cases that turn it red, as `suite: case`. */
  by: string[]
}

/** A gate is covered when one case at least expects it red for sure. */
export const coverageOf = (gates: Iterable<string>, suites: readonly Suite[]): CoveredGate[] =>
  [...new Set(gates)].map((name) => ({
    name,
    by: suites.flatMap((suite) =>
      suite.cases
        .filter(({ red, may = {} }) => matchesOne(red, name) && !matchesOne(Object.keys(may), name))
        .map((one) => `${suite.name}: ${one.name}`),
    ),
  }))

/** Limits of a thresholds file by the name that their gates have. */
export function limitsIn({ windows, metrics = {} }: Pick<Thresholds, 'windows' | 'metrics'>): string[] {
  // A budget of all is a permission and no gate.
  const keys = (limits: object): string[] =>
    Object.entries(limits).flatMap(([key, limit]) =>
      // `late_ms` says what is late; the gate is `late_share`.
      key === 'why' || key === 'late_ms' || (key === 'shed_rate' && limit === 1) ? [] : [key],
    )
  return [
    ...Object.entries(windows).flatMap(([window, byEndpoint]) =>
      Object.entries(byEndpoint).flatMap(([endpoint, limits]) => keys(limits).map((key) => `${window} ${endpoint} ${key}`)),
    ),
    ...Object.entries(metrics).flatMap(([metric, limits]) => keys(limits).map((key) => `run ${metric} ${key}`)),
  ]
}
