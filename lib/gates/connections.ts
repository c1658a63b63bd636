/** Connections that a VU had to open again: a gateway that closes them makes every user wait for new ones, and hides behind Go's retries. */

import { parseDuration } from '../base/duration.ts'
import { UsageError } from '../base/errors.ts'
import type { Window } from '../windows/workload.ts'
import { LIMIT, plannedOf, type WindowKind } from './kind.ts'
import { tagsOf } from './threshold.ts'

/** Servers that are asked by every browser close a hundredth and less: after a thousand requests, or when they renew themselves. */
const NEW_CONNECTIONS = 0.01
/** Go may close a connection by itself, now and then, on a machine that makes it wait: by chance as many in a short window. */
const BY_CHANCE = 2
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

export const CONNECTIONS = {
  new_connections: {
    label: 'new connections',
    unit: 'share',
    bound: 'max',
    ofSent: true,
    default: NEW_CONNECTIONS,
    always: 'A connection that is kept serves the next request; a user waits for each new one.',
    permits: (limit) => limit >= 1,
    schema: LIMIT.share(
      'Share of the requests, all endpoints together, that may need a new connection after the first of each user. Default 0.01, two at least.',
    ),
    misfit: (_, endpoint) => (endpoint === '*' ? undefined : 'connections are those of all endpoints; expected it at "*"'),
    inEvery(window, limits, where) {
      if (!window.gated) return []
      const given = limits['*']?.new_connections
      if (!reuses(window)) {
        if (given === undefined) return []
        throw new UsageError(
          `${where}.*.new_connections: window ${window.name} reuses no connections: its VUs pause for longer than ${KEPT} s, or send several requests at once; take the limit out`,
        )
      }
      const limit = given ?? NEW_CONNECTIONS
      if (limit >= 1) return []
      const tags = tagsOf(window.name, '*')
      const of = plannedOf({ window, endpoint: '*' })
      if (of === undefined) return [{ endpoint: '*', metric: 'new_connection_rate', tags, stat: 'rate', threshold: limit, limit }]
      const threshold = Math.floor(of * limit)
      const made = { endpoint: '*', metric: 'new_connections', tags, stat: 'count', of } as const
      // What a file says stands.
      if (given !== undefined) return [{ ...made, threshold, limit }]
      // Of a handful of requests, one is no share.
      if (threshold === 0) return []
      return [threshold < BY_CHANCE ? { ...made, threshold: BY_CHANCE, limit: BY_CHANCE / of } : { ...made, threshold, limit }]
    },
    sentence: ({ where, value, limit }) =>
      `${value} of the requests of ${where} had to open a connection, or were sent a second time on a new one; the limit is ${limit}.`,
    advice:
      'Let the gateway keep connections open (keep-alive), or budget for it with new_connections in the thresholds file where it closes them on purpose.',
  },
} as const satisfies Record<string, WindowKind>
