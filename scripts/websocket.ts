/**
 * Opens WebSockets and holds them. Proves that the gateway keeps every one of them for the whole hold, answers its pings,
 * and delivers each event of its subscription once, in order and in time.
 */
import { UsageError } from '../lib/base/errors.ts'
import { plan } from '../lib/run/plan.k6.ts'
import { socketRoutes } from '../lib/target/socket-route.ts'
import { plannedCounts } from '../lib/websocket/planned.ts'
import { holdOf, socketWindow } from '../lib/websocket/timetable.ts'
import { holdSockets } from '../lib/websocket/websocket.k6.ts'
import production from '../thresholds/production/websocket.json'
import standard from '../thresholds/websocket.json'

const {
  exec: bind,
  options,
  setup,
  teardown,
  handleSummary,
} = plan({
  name: 'websocket',
  description: 'WebSockets opened, held, pinged and subscribed',
  thresholds: { standard, production },
  profiles: {
    smoke: { connections: 50, rate: 50, duration: 6, ping: 1 },
    ci: { connections: 1000, rate: 200, duration: 20, ping: 5 },
    production: { connections: 10_000, rate: 500, duration: 300, ping: 10 },
  },
  windows(size, { INSTANCES, TIMEOUT, EXPECT_PROTO }, target) {
    if (socketRoutes(target).length === 0)
      throw new UsageError(`target ${target.name} has no WebSocket: there is nothing that script websocket could test`)
    if (EXPECT_PROTO === 'HTTP/2.0') throw new UsageError('setting EXPECT_PROTO: a WebSocket handshake of k6 is HTTP/1.1 always')
    return [socketWindow(holdOf(size, INSTANCES), TIMEOUT, 'hold', 'hold')]
  },
  required: [
    'ws_opened',
    'ws_refused',
    'ws_subscribed',
    'ws_held',
    'ws_closed_early',
    'ws_pings',
    'ws_pongs_missing',
    'ws_events',
    'ws_silence_ms',
    'ws_events_lost',
    'ws_events_duplicated',
    'ws_events_out_of_order',
    'ws_wrong_frames',
  ],
  planned: (size, { INSTANCES }, target) => plannedCounts(holdOf(size, INSTANCES), socketRoutes(target)),
})

export { handleSummary, options, setup, teardown }

export const hold = bind((context) => holdSockets(holdOf(context.size, context.settings.INSTANCES), context))
