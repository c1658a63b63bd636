import assert from 'node:assert/strict'
import { test } from 'node:test'
import { websocket } from '../../../../lib/target/socket.ts'
import { socketRoutes, socketUrl } from '../../../../lib/target/socket-route.ts'
import { plannedCounts } from '../../../../lib/websocket/planned.ts'
import { holdOf } from '../../../../lib/websocket/timetable.ts'
import { targetWith } from './bound-target.ts'

const route = (override: object | undefined = undefined, more: object = {}) => {
  const [first, second] = socketRoutes(targetWith({ ...(override === undefined ? {} : { websocket: override }), ...more }))
  assert.ok(first)
  return { first, second }
}

test('the reference route, with the token in the query', () => {
  const { first, second } = route()
  assert.equal(second, undefined)
  assert.deepEqual(first.topics, websocket.topics)
  assert.equal(socketUrl(first, 'a b', 'x'), 'ws://127.0.0.1:1/api/v1/ws?token=a%20b')
  assert.equal(socketUrl(first, '', 'x'), 'ws://127.0.0.1:1/api/v1/ws')
})

test('another place, another name for the token, or none', () => {
  const { first } = route({ base_url: 'https://127.0.0.1:2/', path: '/rt?v=2', socket: { token: 'access' } })
  assert.equal(socketUrl(first, 't', 'x'), 'wss://127.0.0.1:2/rt?v=2&access=t')
  assert.equal(socketUrl(route({ auth: false }).first, 't', 'x'), 'ws://127.0.0.1:1/api/v1/ws')
  assert.equal(socketUrl(route({ socket: { token: false } }).first, 't', 'x'), 'ws://127.0.0.1:1/api/v1/ws')
})

test('a second route of its own, where each subscriber has an id', () => {
  const { first, second } = route(
    { path: '/realtime/ws', socket: { ping_id: false, subscriptions: false, others: ['ping'] } },
    {
      websocket_events: {
        base_url: 'ws://127.0.0.1:3',
        path: '/api/v1/ws/events?subscriber_id=:id',
        socket: { subscriptions: true },
        values: { topic: 't-{1..3}' },
      },
    },
  )
  assert.equal(first.shape.ping_id, false)
  assert.deepEqual(first.topics, [])
  assert.ok(second)
  assert.equal(socketUrl(second, 'token', 'lg 1'), 'ws://127.0.0.1:3/api/v1/ws/events?subscriber_id=lg%201')
  assert.deepEqual(second.topics, ['t-1', 't-2', 't-3'])
})

test('a target without the route has none', () => {
  assert.deepEqual(socketRoutes(targetWith({ websocket: false })), [])
})

const HOLD = holdOf({ connections: 1000, rate: 200, duration: 20, ping: 5 }, 1)

test('what is planned of the reference route', () => {
  const planned = plannedCounts(HOLD, socketRoutes(targetWith({})))
  assert.equal(planned.ws_opened, 1000)
  assert.equal(planned.ws_subscribed, 1000)
  assert.equal(planned.ws_pings, 4000)
  assert.equal(planned.ws_events, 19_000)
})

test('routes share the sockets, and each plans only what it has', () => {
  const routes = socketRoutes(
    targetWith({
      websocket: { socket: { subscriptions: false } },
      websocket_events: { path: '/e', socket: { subscriptions: true, event_interval_ms: 500 } },
    }),
  )
  const planned = plannedCounts(HOLD, routes)
  assert.equal(planned.ws_held, 1000)
  assert.equal(planned.ws_pings, 2000)
  assert.equal(planned.ws_subscribed, 500)
  assert.equal(planned.ws_events, 19_500)
  assert.equal(planned.ws_greeted, 500)
})

test('with several instances every socket is planned, whichever of them opens it', () => {
  const hold = holdOf({ connections: 1001, rate: 200, duration: 20, ping: 5 }, 3)
  assert.equal(plannedCounts(hold, socketRoutes(targetWith({}))).ws_opened, 1001)
})
