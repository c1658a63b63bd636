/** Two thresholds files, gate by gate: which way each limit has gone, as the catalogue of gates has it. */

import { WINDOW_KINDS } from '../../lib/gates/catalogue.ts'
import type { WindowKind } from '../../lib/gates/kind.ts'
import { metricBoundOf } from '../../lib/gates/metric.ts'
import type { Gate } from '../../lib/gates/model.ts'
import type { Thresholds } from '../../lib/gates/thresholds.ts'
import { reasonOf, type Why } from '../../lib/gates/why.ts'

type Bound = Gate['bound']

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

export interface ThresholdsFile {
  /** Path as it was written, for errors. */
  path: string
  limits: Thresholds
}

/** Keys from the top of a thresholds file down to limits: a window and an endpoint, a metric, or `run`. */
export type Place = readonly ['windows', string, string] | readonly ['metrics', string] | readonly ['run']

export interface Value {
  limit: number
  /** The file itself says nothing: this holds in every script. */
  byDefault: boolean
}

export interface Change {
  place: Place
  kind: 'loosened' | 'removed' | 'tightened' | 'added'
  key: string
  old: Value | undefined
  new: Value | undefined
}

/** Of limits that are in both files. */
export interface Reason {
  place: Place
  /** Of the limits of the place, those that it is the reason of; absent where of all. */
  keys?: string[]
  old: string
  new: string
}

export interface Comparison {
  changes: Change[]
  /** Reasons that have changed, also where the limits have not. */
  reasons: Reason[]
}

type Limits = Readonly<Record<string, number | undefined>> & { readonly why?: Why }

const NOTHING: Thresholds = { windows: {} }

function at(file: Thresholds, keys: readonly string[]): object | undefined {
  let here: unknown = file
  for (const key of keys)
    here = typeof here === 'object' && here !== null && Object.hasOwn(here, key) ? here[key as keyof typeof here] : undefined
  return here as object | undefined
}
const limitsAt = at as (file: Thresholds, place: Place) => Limits | undefined

const placesOf = ({ windows, metrics, run }: Thresholds): Place[] => [
  ...Object.entries(windows).flatMap(([window, byEndpoint]) =>
    Object.keys(byEndpoint).map((endpoint): Place => ['windows', window, endpoint]),
  ),
  ...(run === undefined ? [] : [['run'] as const]),
  ...Object.keys(metrics ?? {}).map((metric): Place => ['metrics', metric]),
]

function limitIn(file: Thresholds, place: Place, key: string): Value | undefined {
  const written = limitsAt(file, place)?.[key]
  if (typeof written === 'number') return { limit: written, byDefault: false }
  const [part, window] = place
  // What holds by default holds in a window that is there.
  const isThere = part === 'windows' ? at(file, [part, window]) !== undefined : part === 'run' && file !== NOTHING
  const otherwise = isThere ? defaultOf(key) : undefined
  if (otherwise === undefined) return undefined
  // What is said of all endpoints holds for each that says nothing of its own.
  const all = part === 'windows' ? limitsAt(file, [part, window, '*'])?.[key] : undefined
  return { limit: typeof all === 'number' ? all : otherwise, byDefault: true }
}

function kindOf(old: Value | undefined, now: Value | undefined, bound: 'min' | 'max'): Change['kind'] | undefined {
  if (old === undefined) return now === undefined ? undefined : 'added'
  if (now === undefined) return 'removed'
  if (old.limit === now.limit) return undefined
  return now.limit > old.limit === (bound === 'max') ? 'loosened' : 'tightened'
}

const different = <T>(items: readonly T[]): T[] => [...new Map(items.map((item) => [JSON.stringify(item), item])).values()]

/** Reasons of limits that both files have, those that have changed in the same way together. */
function changedReasons(place: Place, before: Limits | undefined, after: Limits | undefined): Reason[] {
  if (before?.why === undefined || after?.why === undefined) return []
  if (typeof before.why === 'string' && typeof after.why === 'string')
    return before.why === after.why ? [] : [{ place, old: before.why, new: after.why }]
  const made: (Reason & { keys: string[] })[] = []
  for (const key of Object.keys(after)) {
    const [old, now] = [reasonOf(before, key), reasonOf(after, key)]
    if (key === 'why' || before[key] === undefined || old === now) continue
    const same = made.find((one) => one.old === old && one.new === now)
    if (same === undefined) made.push({ place, keys: [key], old, new: now })
    else same.keys.push(key)
  }
  return made
}

/** @throws UsageError for a metric or a limit on one that there is not */
export function compare(oldFile: ThresholdsFile | undefined, newFile: ThresholdsFile | undefined): Comparison {
  const [old, now] = [oldFile?.limits ?? NOTHING, newFile?.limits ?? NOTHING]
  const changes: Change[] = []
  const reasons: Reason[] = []
  for (const place of different([...placesOf(now), ...placesOf(old)])) {
    const [before, after] = [limitsAt(old, place), limitsAt(now, place)]
    const file = (after === undefined ? oldFile : newFile)?.path ?? ''
    for (const key of different([...Object.keys(after ?? {}), ...Object.keys(before ?? {})])) {
      if (key === 'why') continue
      const bound = place[0] === 'metrics' ? metricBoundOf(place[1], key, file) : boundOf(key)
      const [was, is] = [limitIn(old, place, key), limitIn(now, place, key)]
      const kind = bound && kindOf(was, is, bound)
      if (kind !== undefined) changes.push({ place, kind, key, old: was, new: is })
    }
    reasons.push(...changedReasons(place, before, after))
  }
  return { changes, reasons }
}

export const isWorse = ({ kind }: Change): boolean => kind === 'loosened' || kind === 'removed'
