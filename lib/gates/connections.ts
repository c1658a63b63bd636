/** Connections that a VU had to open again: a gateway that closes them makes every user wait for new ones, and hides behind Go's retries. */

import { parseDuration } from '../duration.ts'
import { UsageError } from '../errors.ts'
import type { Gate } from '../summary/model.ts'
import type { Limits } from '../thresholds.ts'
import type { Window } from '../workload.ts'
import { gate, type Place, plannedOf } from './place.ts'
import { selector } from './selector.ts'

/** Servers that are asked by every browser close a hundredth and less: after a thousand requests, or when they renew themselves. */
const NEW_CONNECTIONS = 0.01
/** Seconds that every server keeps an idle connection; Node closes after five. */
const KEPT = 4

/** Seconds that a VU of the window does nothing between two requests; undefined where it does not send one after another. */
function idleOf({ scenario, order, think, period }: Window): number | undefined {
  if (order.length === 0 || period !== undefined) return undefined
  switch (scenario.executor) {
    // VUs take turns.
    case 'constant-arrival-rate':
      return ((scenario.preAllocatedVUs ?? 0) * parseDuration(scenario.timeUnit ?? '1s')) / scenario.rate
    case 'constant-vus':
      return think
    case 'per-vu-iterations':
      return 0
    default:
      return undefined
  }
}

/** Whether a VU of the window sends its requests one after another, quickly enough that a server keeps the connection for it. */
export const reuses = (window: Window): boolean => (idleOf(window) ?? Number.POSITIVE_INFINITY) <= KEPT

/** @param all limits on all endpoints of the window */
export function connections(place: Place, all: Limits | undefined): Gate[] {
  const { window, where } = place
  const given = all?.new_connections
  if (!reuses(window)) {
    if (given === undefined) return []
    throw new UsageError(
      `${where}.new_connections: window ${window.name} reuses no connections: its VUs pause for longer than ${KEPT} s, or send several requests at once; take the limit out`,
    )
  }
  const share = given ?? NEW_CONNECTIONS
  // A budget of all is a permission: as a gate, nothing could turn it red.
  if (share >= 1) return []
  const planned = plannedOf(place)
  const allowed = Math.floor((planned ?? 0) * share)
  // Of a handful of requests, one is no share.
  if (given === undefined && planned !== undefined && allowed === 0) return []
  return [
    gate(place, {
      key: 'new_connections',
      kind: 'limit',
      metric: selector(planned === undefined ? 'new_connection_rate' : 'new_connections', window.name, '*'),
      expression: planned === undefined ? `rate<=${share}` : `count<=${allowed}`,
      limit: share,
      ...(planned === undefined ? {} : { of: planned }),
      unit: 'share',
      bound: 'max',
      ...(given === undefined
        ? { why: 'A connection that is kept serves the next request; a user waits for each new one.' }
        : {}),
    }),
  ]
}
