/** What a VU needs of a window to send its mix, as little as can be: every VU reads it, many of them in the same moment. */
import { parseDuration } from '../base/duration.ts'
import type { Window } from '../windows/workload.ts'

export interface Schedule {
  perIteration: number
  /** Seconds that a user pauses after each request. */
  think: number
  /** Milliseconds between two planned starts of this instance; absent where starts are not planned evenly. */
  period?: number
  /** Endpoints of the mix, each once. */
  endpoints: readonly string[]
  /** A character for each turn of a cycle: which endpoint it sends to. */
  order: string
}

/** A cycle turn by turn, so that a turn costs a VU three look-ups. */
export interface Turns {
  /** Index of the endpoint. */
  endpoint: number[]
  /** Turns of the same endpoint in a whole cycle. */
  weight: number[]
  /** How many earlier ones are of the same endpoint. */
  before: number[]
}

/** The character of endpoint 0. */
const FIRST = 48

/** Pure; walked by number and without closures, since every VU does it. */
export function turnsOf({ order }: Pick<Schedule, 'order'>): Turns {
  const endpoint: number[] = []
  const before: number[] = []
  const seen: number[] = []
  for (let turn = 0; turn < order.length; turn++) {
    const which = order.charCodeAt(turn) - FIRST
    const earlier = seen[which] ?? 0
    endpoint.push(which)
    before.push(earlier)
    seen[which] = earlier + 1
  }
  return { endpoint, weight: endpoint.map((which) => seen[which] as number), before }
}

/** A window whose schedule is that of all the others; undefined where they differ. */
export function sameEverywhere(schedules: Readonly<Record<string, Schedule>>): string | undefined {
  const [first, ...others] = Object.keys(schedules)
  const text = (name: string) => JSON.stringify(schedules[name])
  return first !== undefined && others.every((name) => text(name) === text(first)) ? first : undefined
}

function periodOf({ scenario, instances }: Pick<Window, 'scenario' | 'instances'>): number | undefined {
  if (scenario.executor !== 'constant-arrival-rate') return undefined
  const { rate, timeUnit = '1s' } = scenario
  return (parseDuration(timeUnit) * 1000 * instances) / rate
}

export function scheduleOf(window: Pick<Window, 'order' | 'perIteration' | 'think' | 'scenario' | 'instances'>): Schedule {
  const { order, perIteration, think } = window
  const endpoints = [...new Set(order)]
  const turns = order.map((name) => String.fromCharCode(FIRST + endpoints.indexOf(name))).join('')
  const period = periodOf(window)
  return { perIteration, think, ...(period === undefined ? {} : { period }), endpoints, order: turns }
}

/** (√5 - 1) / 2, worked out: `Math` costs a VU more than the number. */
const GOLDEN = 0.6180339887498949

/**
 * Seconds that a user waits before its first request. Users who came all at once, and think alike, would come all at once ever after:
 * what is measured then is a queue of their own making. The multiples of the golden ratio spread any number of them evenly.
 */
export const arrivalOf = (user: number, think: number): number => ((user * GOLDEN) % 1) * think
