/** Which way each limit is tighter, and what holds where a file says nothing: asked of the gates themselves. */

import { metricGates } from '../../lib/gates/metric.ts'
import { windowGates } from '../../lib/gates/window.ts'
import type { Gate } from '../../lib/summary/model.ts'
import { type Limits, limitsSchema, type Thresholds } from '../../lib/thresholds.ts'
import type { Window } from '../../lib/workload.ts'

export type Bound = Gate['bound']

const PLANNED = 1_000_000
/** Large, above a rate limiter, and in JSON-RPC: a window that can have every limit. */
const WINDOW: Window = {
  name: 'any',
  limits: 'any',
  model: 'open',
  gated: true,
  start: 0,
  duration: 1,
  exec: 'run',
  order: ['one'],
  endpoints: ['one'],
  rpc: ['one'],
  perIteration: 1,
  think: 0,
  instances: 1,
  iterations: PLANNED,
  planned: { one: PLANNED },
  admitted: PLANNED / 2,
  reserved: { from: 0, to: 1, vus: 1 },
  scenario: { executor: 'constant-arrival-rate', rate: 1, duration: '1s', preAllocatedVUs: 1 },
}

const gatesOf = (limits: Limits): Gate[] => windowGates(WINDOW, { windows: { any: { '*': limits } } } as Thresholds, '')

/** One that makes a gate for every key: a budget of all makes none. */
const SOME = 0.5
const everyLimit = (keys: readonly string[]): object => Object.fromEntries(keys.map((key) => [key, key === 'why' ? 'any' : SOME]))

const BOUNDS = new Map(gatesOf(everyLimit(Object.keys(limitsSchema.entries)) as Limits).map(({ key, bound }) => [key, bound]))
// It has no gate of its own: with `late_share` it says what is late.
BOUNDS.set('late_ms', 'max')
/** What holds in a window although its limits do not name it. */
const DEFAULTS = new Map(
  gatesOf({ error_rate: SOME, why: 'any' }).flatMap(({ key, kind, limit }) =>
    key === 'error_rate' || kind === 'evidence' ? [] : [[key, limit] as const],
  ),
)

/** Of a key of a window's limits; undefined for one that is no limit. */
export const boundOf = (key: string): Bound | undefined => BOUNDS.get(key)
export const defaultOf = (key: string): number | undefined => DEFAULTS.get(key)

/** @throws UsageError for a metric that there is not, and for a limit that one of its kind cannot have */
export function metricBoundOf(metric: string, key: string, file: string): Bound | undefined {
  const made = metricGates(metric, { [key]: SOME, why: 'any' }, PLANNED, 1, file, PLANNED)
  return made.find((gate) => gate.key === key)?.bound
}
