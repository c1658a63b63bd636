/** Counts answers that came late and connections that were opened again. Asked of the few answers that may be either. */
import exec from 'k6/execution'
import type { RefinedResponse } from 'k6/http'
import { TIMED_OUT } from '../base/outcome.ts'
import { type Connections, connectionsOf, isRepeated, opensConnection, waitOf } from '../base/waits.ts'
import { counter, rate } from '../metrics/metrics.k6.ts'
import type { InitDataReader } from './init-data.ts'

const late = counter('late')
const lateRate = rate('late_rate')
const newConnections = counter('new_connections')
const newConnectionRate = rate('new_connection_rate')

/** An endpoint's limits in one window. */
interface Limits {
  limits: { ms: number; tags: { limit: string } }[]
  every: boolean
}

/** Of this VU, whichever endpoint it asks. */
let connections: Connections | undefined

export interface WaitCounter {
  /** An answer that took less is not late, if it came and its connection was there; means nothing where only some are counted. */
  from: number
  /** Of answers in time one in so many is counted as well; 0: none is. Whoever sends keeps count, since a call costs as much as a look at the clock. */
  oneIn: number
  /**
   * @param whole milliseconds from before the request to after its answer, by the clock
   * @param drawn whether it is, by its turn, one of those that are counted whatever they took
   */
  count(response: RefinedResponse<'text'>, whole: number, drawn: boolean): void
}

/** The turn at which a sender begins to count, by chance. */
export const firstDrawn = (oneIn: number): number => Math.floor(Math.random() * oneIn)

let instance: typeof exec.instance | undefined

/** Milliseconds since the run began, in nanoseconds; takes a third of a microsecond. Not for init. */
export function clock(): number {
  instance ??= exec.instance
  return instance.currentTestRunDuration
}

export function waitCounter(endpoint: string, initData: InitDataReader<unknown>): WaitCounter {
  const { from, one_in: oneIn = 0, windows } = initData.waits(endpoint) ?? { from: Number.MAX_VALUE, windows: {} }
  const { hosts = 1 } = initData.read('sending')
  const known: Record<string, Limits> = {}
  const limitsIn = (window: string): Limits => {
    let found = known[window]
    if (found === undefined) {
      const { limits = [], every = false } = windows[window] ?? {}
      found = { limits: limits.map(([limit, ms]) => ({ ms, tags: { limit } })), every }
      known[window] = found
    }
    return found
  }
  connections ??= connectionsOf(hosts)
  const { isAnother, gaveUp } = connections
  return {
    from,
    oneIn,
    count({ status, error_code: code, timings }, whole, drawn) {
      const window = exec.scenario.name
      const { limits, every } = limitsIn(window)
      const another = isRepeated(timings, whole) || (opensConnection(timings, whole) && isAnother(window))
      if (code === TIMED_OUT) gaveUp(window)
      // Of those that are not counted, only a connection that was opened is of interest: the first of a VU is nobody's fault.
      if (oneIn > 0 && !drawn) return
      if (every) newConnectionRate.add(another)
      else if (another) newConnections.add(1)
      // Who got no answer still waits.
      const wait = status === 0 ? Number.POSITIVE_INFINITY : waitOf(timings, whole)
      for (const { ms, tags } of limits) {
        if (every) lateRate.add(wait > ms, tags)
        else if (wait > ms) late.add(1, tags)
      }
    },
  }
}
