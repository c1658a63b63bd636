/**
 * What the gateway's own metrics say while the load runs: whether its memory or its connections grow, what it computes,
 * whether it was started anew. Pure: watch.k6.ts asks, this keeps count.
 */
import { readSelector, type SeriesSelector, sumOf } from '../base/prometheus-text.ts'
import { type Point, slope } from '../base/trend.ts'
import { WATCHED, type WatchedMetrics, type WatchedName } from '../metrics/watched.ts'
import type { WindowSpec } from '../windows/workload.ts'

/** Name of the window of the monitor. Not `monitor`: a script may well have users of that name. */
export const WATCH = 'watch'

/**
 * One VU that looks at the gateway's metrics from the first second of the load to the last.
 * @param interval seconds between two looks
 * @param duration seconds that all the other windows last together
 */
export const watchWindow = (interval: number, duration: number): WindowSpec => ({
  name: WATCH,
  duration,
  endpoints: ['metrics'],
  exec: WATCH,
  load: { model: 'paced', rate: 1 / interval },
})

/** What one look has shown; what the page does not say is absent. */
export interface Look {
  /** `false`: the very page of the look before, which under load no live gateway shows twice. */
  fresh: boolean
  /** Bytes. */
  memory?: number
  /** Bytes per minute, by least squares over all looks since growth counts; 0 where they have grown by less than a heap breathes. */
  memorySlope?: number
  /** Share of one core since the look before. */
  cpu?: number
  connections?: number
  /** Connections per minute, as `memorySlope`. */
  connectionSlope?: number
  /** Share of the cache's lookups since the look before that it could answer; absent where there were none. */
  cacheHits?: number
  /** Whether the process was started anew since the look before; absent where the page cannot say. */
  restarted?: boolean
}

/** A slope through fewer points than this is mostly noise. */
export const SLOPE_POINTS = 10
/** Two pages of one process may reckon its start a little differently. */
const SAME_START_S = 1
/** A gateway that has stalled answers several looks at once, maybe out of turn: no time has passed between those to speak of. */
const LEAST_SPAN_S = 0.1
/** A counter that begins anew begins near zero; one that is only a little lower comes of a look out of turn. */
const FALLEN = 0.5

/** Growth that counts, from the line's first point to its last: heaps and connection pools breathe, and the shorter the look the more it shows. */
const MEMORY_FLOOR = 32 * 1_048_576
const CONNECTION_FLOOR = 10

function perMinute(points: readonly Point[], floor: number): number | undefined {
  const [first, last] = [points[0], points.at(-1)]
  const found = points.length < SLOPE_POINTS ? undefined : slope(points)
  if (found === undefined || first === undefined || last === undefined) return undefined
  const grown = found * (last.at - first.at)
  return grown > 0 && grown <= floor ? 0 : found * 60
}

/**
 * Watches one gateway process.
 * @param settle seconds from the start of the load until growth counts: caches and heaps fill first
 */
export function monitor(metrics: WatchedMetrics, settle: number): (page: string, at: number) => Look {
  const selectors = new Map<WatchedName, SeriesSelector>()
  for (const name of Object.keys(WATCHED) as WatchedName[]) {
    const selector = readSelector(metrics[name] || WATCHED[name])
    if (metrics[name] !== false && selector !== undefined) selectors.set(name, selector)
  }
  const memory: Point[] = []
  const connections: Point[] = []
  let before: { page: string; start: number | undefined } | undefined
  let used: { at: number; cpu: number } | undefined
  let looked: { hits: number; misses: number } | undefined

  return (page, at) => {
    const read = (name: WatchedName): number | undefined => {
      const selector = selectors.get(name)
      const value = selector && sumOf(page, selector)
      return value === undefined || !Number.isFinite(value) ? undefined : value
    }
    const settled = at >= settle
    if (page === before?.page) return { fresh: false }
    const look: Look = { fresh: true }
    const [cpu, start, bytes, open] = [read('cpu'), read('start'), read('memory'), read('connections')]
    const [hits, misses] = [read('hits'), read('misses')]

    if (start !== undefined) look.restarted = before?.start !== undefined && Math.abs(start - before.start) > SAME_START_S
    // A counter that falls back begins anew: the next best sign.
    else if (cpu !== undefined) look.restarted = used !== undefined && cpu < used.cpu * FALLEN
    if (look.restarted) {
      used = undefined
      looked = undefined
      memory.length = 0
      connections.length = 0
    }
    if (cpu !== undefined && (used === undefined || at - used.at >= LEAST_SPAN_S)) {
      if (used !== undefined) look.cpu = Math.max(0, (cpu - used.cpu) / (at - used.at))
      used = { at, cpu }
    }
    if (bytes !== undefined) {
      look.memory = bytes
      if (settled) memory.push({ at, value: bytes })
      const growth = perMinute(memory, MEMORY_FLOOR)
      if (growth !== undefined) look.memorySlope = growth
    }
    if (open !== undefined) {
      look.connections = open
      if (settled) connections.push({ at, value: open })
      const growth = perMinute(connections, CONNECTION_FLOOR)
      if (growth !== undefined) look.connectionSlope = growth
    }
    if (hits !== undefined && misses !== undefined) {
      const lookups = looked === undefined ? 0 : hits + misses - looked.hits - looked.misses
      // Looks out of turn count backwards: those say nothing.
      if (looked !== undefined && lookups > 0) look.cacheHits = (hits - looked.hits) / lookups
      looked = { hits, misses }
    }
    before = { page, start }
    return look
  }
}
