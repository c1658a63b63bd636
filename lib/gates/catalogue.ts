/**
 * Every kind of gate, a row each. A row says what a thresholds file takes, what k6 is told, how many samples that needs, how the gate is called
 * and drawn, what a red one means and what to do about it: whoever needs to know asks here. The order is that of gates in every output.
 */

import { CONNECTIONS } from './connections.ts'
import { EVIDENCE } from './evidence.ts'
import { FAILURES } from './failures.ts'
import type { GateKind, WindowKind } from './kind.ts'
import { LATENCY } from './latency.ts'
import { METRIC } from './metric.ts'
import type { Gate } from './model.ts'
import { RUN } from './run.ts'
import { SHED } from './shed.ts'
import { THROUGHPUT } from './throughput.ts'

/** At endpoints of windows. */
export const WINDOW_KINDS = { ...LATENCY, ...FAILURES, ...SHED, ...THROUGHPUT, ...CONNECTIONS } as const
export type WindowKey = keyof typeof WINDOW_KINDS

const KINDS: Readonly<Record<string, GateKind>> = { ...WINDOW_KINDS, ...METRIC, ...RUN, ...EVIDENCE }

/** Of a gate, or of a key of a thresholds file; undefined for what this version does not know. */
export const kindOf = ({ key }: Pick<Gate, 'key'>): GateKind | undefined => (Object.hasOwn(KINDS, key) ? KINDS[key] : undefined)

/** Keys of a thresholds file that a row has beside its own, such as `late_ms`. */
export const besideKeys: readonly string[] = Object.values<WindowKind>(WINDOW_KINDS).flatMap(({ beside }) => beside?.key ?? [])

/** Today's names of keys that older files have. */
export const RENAMED: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries<WindowKind>(WINDOW_KINDS).flatMap(([key, { formerly = [] }]) => formerly.map((old) => [old, key])),
)

/** What a gate of this key is called: `p95`. */
export const labelOf = (key: string): string => kindOf({ key })?.label ?? key.replaceAll('_', ' ')
