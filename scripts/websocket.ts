/**
 * Opens WebSockets and holds them. Proves that the gateway keeps every one of them for the whole hold, answers its pings,
 * and delivers each event of its subscription once, in order and in time.
 */
import { UsageError } from '../lib/errors.ts'
import { plan } from '../lib/plan.ts'
import { socketRoutes } from '../lib/socket-route.ts'
import { iteration } from '../lib/transport/iteration.ts'
import { holdGroup } from '../lib/transport/websocket.ts'
import { plannedCounts } from '../lib/websocket-planned.ts'
import { holdOf, secondsOf, timetable } from '../lib/websocket-timetable.ts'
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
    const hold = holdOf(size, INSTANCES)
    const seconds = secondsOf(hold, TIMEOUT)
    return [
      {
        name: 'hold',
        duration: seconds,
        exec: 'hold',
        load: {
          model: 'own',
          // A group is an iteration: k6 numbers them over all VUs and instances.
          scenario: {
            executor: 'shared-iterations',
            vus: hold.groups,
            iterations: hold.groups,
            maxDuration: `${Math.ceil(seconds)}s`,
          },
        },
      },
    ]
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
    'ws_events_lost',
    'ws_events_duplicated',
    'ws_events_out_of_order',
    'ws_wrong_frames',
  ],
  planned: (size, { INSTANCES }, target) => plannedCounts(holdOf(size, INSTANCES), socketRoutes(target), INSTANCES),
})

export { handleSummary, options, setup, teardown }

export const hold = bind(({ size, settings, target, traffic }) => {
  const { number: group, start } = iteration()
  const routes = socketRoutes(target)
  const route = routes[group % routes.length]
  if (route === undefined) throw new Error('the target has no WebSocket')
  const { topics } = route
  holdGroup({
    route,
    topic: topics[Math.floor(group / routes.length) % Math.max(1, topics.length)] ?? '',
    times: timetable(holdOf(size, settings.INSTANCES), group),
    name: `loadgate-${group}`,
    start,
    patience: settings.TIMEOUT * 1000,
    authorization: traffic.authorization,
  })
})
