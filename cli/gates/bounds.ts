/** Which way each limit is tighter, and what holds where a file says nothing: as the catalogue of gates has it. */
import { WINDOW_KINDS } from '../../lib/gates/catalogue.ts'
import type { WindowKind } from '../../lib/gates/kind.ts'
import { metricGates } from '../../lib/gates/metric.ts'
import type { Gate } from '../../lib/gates/model.ts'

export type Bound = Gate['bound']

const ROWS: Readonly<Record<string, WindowKind>> = WINDOW_KINDS
/** What stands beside another limit is part of it: later answers in time are a looser limit on late ones. */
const BESIDE = new Map(
  Object.values(ROWS).flatMap(({ beside, bound }) => (beside === undefined ? [] : [[beside.key, bound] as const])),
)

const rowOf = (key: string): WindowKind | undefined => (Object.hasOwn(ROWS, key) ? ROWS[key] : undefined)

/** Of a key of a window's limits; undefined for one that is no limit. */
export const boundOf = (key: string): Bound | undefined => rowOf(key)?.bound ?? BESIDE.get(key)
/** What holds in a window although its limits do not name it. */
export const defaultOf = (key: string): number | undefined => rowOf(key)?.default

const SOME = 0.5
const PLENTY = 1_000_000

/** @throws UsageError for a metric that there is not, and for a limit that one of its kind cannot have */
export function metricBoundOf(metric: string, key: string, file: string): Bound | undefined {
  const made = metricGates(metric, { [key]: SOME, why: 'any' }, PLENTY, file, PLENTY)
  return made.find((gate) => gate.key === key)?.bound
}
