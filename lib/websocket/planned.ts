/** What a run plans of each WebSocket metric: what shares in the thresholds file are shares of. Pure. */
import { sizeOfGroup } from '../base/sharding.ts'
import type { MetricName } from '../metrics/list.ts'
import type { SocketRoute } from '../target/socket-route.ts'
import { type Hold, roundsOf } from './timetable.ts'

type Planned = Partial<Record<MetricName, number>>

function ofRoute({ shape, topics }: SocketRoute, sockets: number, hold: Hold): Planned {
  const pings = shape.ping === false ? 0 : sockets * roundsOf(hold)
  const subscribed = topics.length > 0 ? sockets : 0
  // The tick at the edge of the hold may come a moment after it.
  const ticks = Math.max(1, Math.floor((hold.duration * 1000) / shape.event_interval_ms) - 1)
  const events = subscribed * ticks
  return {
    ws_opened: sockets,
    ws_refused: sockets,
    ws_greeted: shape.first === false ? 0 : sockets,
    ws_subscribed: subscribed,
    ws_held: sockets,
    ws_closed_early: sockets,
    ws_closed: sockets,
    ws_pings: pings,
    ws_pongs: pings,
    ws_pongs_missing: pings,
    ws_events: events,
    ws_events_lost: events,
    ws_events_duplicated: events,
    ws_events_out_of_order: events,
  }
}

/** Groups go to the routes in turn. */
export function plannedCounts(hold: Hold, routes: readonly SocketRoute[]): Planned {
  const total: Planned = {}
  routes.forEach((route, index) => {
    const groups = Array.from({ length: hold.groups }, (_, group) => group).filter((group) => group % routes.length === index)
    const sockets = groups.reduce((sum, group) => sum + sizeOfGroup(hold.connections, hold.groups, group), 0)
    for (const [name, count] of Object.entries(ofRoute(route, sockets, hold)) as [MetricName, number][])
      total[name] = (total[name] ?? 0) + count
  })
  return total
}
