/** What is known of a kind of gate: a row of the catalogue. All that reads, judges, shows and explains gates asks it. */
import { description, finite, type GenericSchema, gtValue, integer, maxValue, minValue, number, pipe } from 'valibot'
import type { Window } from '../windows/workload.ts'
import type { Gate, GateResult, GateUnit } from './model.ts'

/** Where a gate stands: window, endpoint, and the key of the thresholds file that asks for it. */
export interface Place {
  window: Window
  /** `*` is every endpoint of the window. */
  endpoint: string
  /** File and key, for errors. */
  where: string
}

/** Planned requests; undefined in the closed model, which plans none. */
export function plannedOf({ window, endpoint }: Omit<Place, 'where'>): number | undefined {
  if (window.planned === undefined) return undefined
  return endpoint === '*' ? Object.values(window.planned).reduce((a, b) => a + b, 0) : (window.planned[endpoint] ?? 0)
}

/** Of them, those that can be served: what the target's own limiter will not let through is shed, and shed quickly. */
export const admittedOf = (place: Omit<Place, 'where'>): number | undefined =>
  (place.endpoint === '*' ? place.window.admitted : undefined) ?? plannedOf(place)

/** What a sentence on a red gate is made of. */
export interface Told {
  gate: GateResult
  /** `health in window spike` */
  where: string
  /** What was measured, with its unit. */
  value: string
  /** The limit with its unit. */
  limit: string
  /** Of a limit on latency: what is late, `300 ms`. */
  late: string
  /** `at most 300 ms` */
  must: string
  /** `the limit is 300 ms`, or `there must be none`. */
  limited: string
  /** What failed there by class: ` (timeout 3)`; empty where nothing did. */
  classes: string
  /** What was measured, counted: `3 answers`. */
  counted(noun: string): string
}

/** Limits that a thresholds file has for an endpoint of a window, by key. */
export type Numbers = Readonly<Record<string, number | undefined>>
export type ByEndpoint = Readonly<Record<string, Numbers>>

/** What a gate is beside what its row says of all of its kind. */
export type Made = Pick<Gate, 'metric' | 'tags' | 'stat' | 'threshold' | 'limit'> &
  Partial<Pick<Gate, 'of' | 'late' | 'needs' | 'unit'>> & {
    /** Where no file has asked for it. */
    why?: string
  }

export interface Asked {
  place: Place
  limit: number
  /** All limits on the endpoint, and those on every endpoint of the window. */
  limits: Numbers
  byEndpoint: ByEndpoint
}

/** What of the run a gate looks at, where those who judge must know. */
export type Subject = 'valid answers' | 'failures' | 'false successes'

export interface GateKind {
  /** What it is called in tables, lists, charts and the live view. */
  label: string
  unit: GateUnit
  bound: Gate['bound']
  /** What a red one says of the run. Default `limit`. */
  kind?: Gate['kind']
  /** A red one as a sentence. */
  sentence(told: Told): string
  /** What to do about a red one. Default: where its script is described. */
  advice?: string
  subject?: Subject
  /** It is a share of what was sent, although k6 is told a count of what was planned. */
  ofSent?: true
  /** Of a limit on latency: in percent. */
  percentile?: number
  /** The chart in which it is a line. */
  drawn?: 'latency' | 'throughput' | 'trend' | 'gauge'
  /** The reason of what holds although no file asks for it. */
  always?: string
  /** What holds where the file says nothing. */
  default?: number
  /** What a thresholds file takes; absent where none can ask for it. */
  schema?: GenericSchema<unknown, number>
}

/** A kind that stands at an endpoint of a window, or at all of them. */
export interface WindowKind extends GateKind {
  /** Key that must stand beside it, with what it takes. */
  beside?: { key: string; schema: GenericSchema<unknown, number>; why: string }
  /** Keys that older files have for it. */
  formerly?: readonly string[]
  /** A window whose latency settles can have it, too. */
  settling?: true
  /** It stands under `run` of the file, for every window. */
  ofRun?: true
  /** A limit that is a permission: as a gate, nothing could turn it red. */
  permits?(limit: number): boolean
  /** Why it cannot stand at an endpoint of a window. */
  misfit?(window: Window, endpoint: string): string | undefined
  /** The gate that a limit of the file asks for. */
  gate?(asked: Asked): Made
  /** Gates that hold in a window whatever the file says of them, by endpoint. */
  inEvery?(window: Window, byEndpoint: ByEndpoint, where: string): (Made & { endpoint: string })[]
}

const milliseconds = 'expected a number of milliseconds'
const share = 'expected a share from 0 to 1'

/** What limits are: each with the sentence that an editor shows. */
export const LIMIT = {
  ms: (what: string) =>
    pipe(number(milliseconds), finite(milliseconds), minValue(0, 'expected at least 0 ms'), description(what)),
  share: (what: string) => pipe(number(share), minValue(0, share), maxValue(1, share), description(what)),
  count: (what: string) =>
    pipe(
      number('expected a whole number'),
      integer('expected a whole number'),
      minValue(0, 'expected at least 0'),
      description(what),
    ),
  amount: (what: string) =>
    pipe(number('expected a number'), finite('expected a number'), minValue(0, 'expected at least 0'), description(what)),
  /** A rate of 0 would hold with nothing sent. */
  rate: (what: string) =>
    pipe(
      number('expected a number above 0'),
      finite('expected a number above 0'),
      gtValue(0, 'expected a number above 0'),
      description(what),
    ),
}

export const SLOW = 'Run again with a lower --rate to see where the gateway holds its limit.'
