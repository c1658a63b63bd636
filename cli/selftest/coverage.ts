/** Gates that no fault can turn red, and limits that no run has as a gate. Pure. */
import { WINDOW_KINDS } from '../../lib/gates/catalogue.ts'
import type { WindowKind } from '../../lib/gates/kind.ts'
import { METRIC, type MetricKind } from '../../lib/gates/metric.ts'
import type { Thresholds } from '../../lib/gates/thresholds.ts'
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

const ROWS: Readonly<Record<string, WindowKind | MetricKind>> = { ...WINDOW_KINDS, ...METRIC }

/** Whether a limit has a gate: a permission has none, nor what only says more of another limit. */
function gates(key: string, limit: number): boolean {
  const row = ROWS[key]
  return row !== undefined && !('permits' in row && row.permits?.(limit))
}

/** Limits of a thresholds file by the name that their gates have. */
export function limitsIn({ windows, metrics = {} }: Pick<Thresholds, 'windows' | 'metrics'>): string[] {
  const keys = ({ why: _, ...limits }: object & { why?: unknown }): string[] =>
    Object.entries<number>(limits).flatMap(([key, limit]) => (gates(key, limit) ? [key] : []))
  return [
    ...Object.entries(windows).flatMap(([window, byEndpoint]) =>
      Object.entries(byEndpoint).flatMap(([endpoint, limits]) => keys(limits).map((key) => `${window} ${endpoint} ${key}`)),
    ),
    ...Object.entries(metrics).flatMap(([metric, limits]) => keys(limits).map((key) => `run ${metric} ${key}`)),
  ]
}
