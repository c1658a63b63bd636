/** Limits of the thresholds file -> gates on k6's own HTTP metrics. */
import { UsageError } from '../errors.ts'
import type { Gate } from '../summary/model.ts'
import type { Limits } from '../thresholds.ts'
import { beyond, lateOf, lateShare } from './late.ts'
import { atMost, gate, type Place, plannedOf } from './place.ts'
import { selector } from './selector.ts'

export const PERCENTILES = [
  ['p50_ms', 50],
  ['p90_ms', 90],
  ['p95_ms', 95],
  ['p99_ms', 99],
  ['p999_ms', 99.9],
] as const

export function latency(place: Place, limits: Limits): Gate[] {
  return PERCENTILES.flatMap(([key, percentile]) => {
    const limit = limits[key]
    const stat = percentile === 50 ? 'med' : `p(${percentile})`
    return limit === undefined ? [] : [within(place, key, stat, limit, beyond(percentile))]
  })
}

/** A statistic of k6's own, and the share of the answers that users waited for longer than its limit. */
const within = (place: Place, key: string, stat: string, limit: number, share: number): Gate =>
  gate(place, {
    key,
    kind: 'limit',
    metric: selector('http_req_duration', place.window.name, place.endpoint),
    expression: `${stat}<=${limit}`,
    limit,
    unit: 'ms',
    bound: 'max',
    late: lateOf(place, key, limit, share),
  })

/** Limits on the slowest answers. They say what was seen, so they need no samples: those that percentiles need are a hundred times as many. */
export function tail(place: Place, { max_ms, late_ms, late_share }: Limits): Gate[] {
  if ((late_ms === undefined) !== (late_share === undefined)) {
    const [given, missing] = late_ms === undefined ? ['late_share', 'late_ms'] : ['late_ms', 'late_share']
    throw new UsageError(
      `${place.where}.${given}: expected ${missing} beside it: the share of the answers (late_share) that may come later than so many milliseconds (late_ms)`,
    )
  }
  return [
    ...(max_ms === undefined ? [] : [within(place, 'max_ms', 'max', max_ms, 0)]),
    ...(late_ms === undefined || late_share === undefined ? [] : [gate(place, lateShare(place, late_ms, late_share))]),
  ]
}

/** Requests that one iteration sends there, at most. */
function requestsOfIteration({ window: { order, perIteration }, endpoint }: Place): number {
  if (endpoint === '*' || order.length === 0) return perIteration
  return Math.ceil((perIteration * order.filter((name) => name === endpoint).length) / order.length)
}

/** @param allowedFalse answers that k6 takes for right ones, that are wrong and let pass */
export function throughput(place: Place, limits: Limits, allowedFalse: number): Gate[] {
  const { window, endpoint } = place
  // What the target's own limiter will not let through cannot be delivered.
  const planned = endpoint === '*' ? (window.admitted ?? plannedOf(place)) : plannedOf(place)
  const metric = selector('http_reqs', window.name, endpoint, { expected_response: 'true' })
  const made: Gate[] = []
  if (limits.delivered !== undefined) {
    if (planned === undefined)
      throw new UsageError(
        `${place.where}.delivered: the closed model plans no number of requests; state the throughput as rps instead`,
      )
    // k6 may start one iteration fewer at a window's edge; wrong answers that are allowed must not count as delivered.
    const edge = window.model === 'open' ? requestsOfIteration(place) : 0
    const needed = Math.max(1, Math.ceil((planned - edge) * limits.delivered) + allowedFalse)
    made.push(
      gate(place, {
        key: 'delivered',
        kind: 'limit',
        metric,
        expression: `count>=${needed}`,
        limit: limits.delivered,
        of: planned,
        unit: 'share',
        bound: 'min',
      }),
    )
  }
  if (limits.rps !== undefined) {
    const needed = Math.ceil((limits.rps * window.duration) / window.instances) + allowedFalse
    made.push(
      gate(place, {
        key: 'rps',
        kind: 'limit',
        metric,
        expression: `count>=${needed}`,
        limit: limits.rps,
        of: window.duration,
        unit: 'rps',
        bound: 'min',
      }),
    )
  }
  return made
}

function excess(place: Place, shed: string, limit: number): Gate {
  const { admitted } = place.window
  const planned = plannedOf(place)
  if (admitted === undefined || planned === undefined || place.endpoint !== '*')
    throw new UsageError(
      `${place.where}.shed_excess: only a window that is planned above the limiter of the target file can have it, for all endpoints together`,
    )
  return gate(place, {
    key: 'shed_excess',
    kind: 'limit',
    metric: shed,
    expression: `count>=${Math.ceil((planned - admitted) * limit)}`,
    limit,
    of: planned - admitted,
    unit: 'share',
    bound: 'min',
  })
}

/** @param all limits on all endpoints of the window */
export function failureShares(place: Place, limits: Limits, all: Limits | undefined): Gate[] {
  const { window, endpoint } = place
  const planned = plannedOf(place)
  const share = (key: string, metric: string, limit: number): Gate => {
    if (planned === undefined)
      throw new UsageError(`${place.where}.${key}: only the open model, which plans its requests, can budget shed load`)
    return gate(place, {
      key,
      kind: 'limit',
      metric,
      expression: `count<=${Math.floor(planned * limit)}`,
      limit,
      of: planned,
      unit: 'share',
      bound: 'max',
    })
  }
  const made: Gate[] = []
  const errors = selector('errors', window.name, endpoint)
  if (limits.error_rate !== undefined)
    made.push(
      planned === undefined && limits.error_rate === 0
        ? // None is none of whatever was sent, and what k6 takes for a failure may be load shed within its budget.
          gate(place, { key: 'error_rate', kind: 'limit', metric: errors, ...atMost(0), unit: 'share' })
        : planned === undefined
          ? gate(place, {
              key: 'error_rate',
              kind: 'limit',
              metric: selector('http_req_failed', window.name, endpoint),
              expression: `rate<=${limits.error_rate}`,
              limit: limits.error_rate,
              unit: 'share',
              bound: 'max',
            })
          : share('error_rate', errors, limits.error_rate),
    )
  const shed = selector('http_reqs', window.name, endpoint, { status: '429' })
  // A budget of all is a permission: as a gate, nothing could turn it red.
  if (limits.shed_rate !== undefined && limits.shed_rate < 1) made.push(share('shed_rate', shed, limits.shed_rate))
  if (limits.shed_excess !== undefined) made.push(excess(place, shed, limits.shed_excess))
  if (limits.shed_min !== undefined) {
    if ((limits.shed_rate ?? all?.shed_rate) === undefined)
      throw new UsageError(`${place.where}.shed_min: needs a shed_rate beside it: without one, nothing may be shed`)
    made.push(
      gate(place, {
        key: 'shed_min',
        kind: 'limit',
        metric: shed,
        expression: `count>=${Math.ceil(limits.shed_min / window.instances)}`,
        limit: limits.shed_min,
        unit: 'count',
        bound: 'min',
      }),
    )
  }
  return made
}
