import assert from 'node:assert/strict'
import { test } from 'node:test'
import { beginsAt, cutsOf, plannedOf, roundMs, roundsOf, streamsIn, streamsOf } from '../../../../lib/sse/timetable.ts'
import { streamRoute, streamUrl } from '../../../../lib/target/stream-route.ts'
import { targetWith } from './bound-target.ts'

const route = (override?: object) => {
  const found = streamRoute(targetWith(override === undefined ? {} : { stream: override }))
  assert.ok(found)
  return found
}

test('the reference stream has its token in a header', () => {
  assert.equal(streamUrl(route(), 'secret'), 'http://127.0.0.1:1/api/v1/events/stream?interval=100')
})

test('another place, its own query, the token in it', () => {
  const other = route({
    base_url: 'http://127.0.0.1:2',
    path: '/realtime/events?topics=load',
    stream: { token: 'token', query: '', ids: false, interval_ms: 30_000 },
  })
  assert.equal(streamUrl(other, 'a b'), 'http://127.0.0.1:2/realtime/events?topics=load&token=a%20b')
  assert.equal(other.shape.ids, false)
  assert.equal(
    streamUrl(route({ auth: false, stream: { token: 'token', query: 'x=1' } }), 't'),
    'http://127.0.0.1:1/api/v1/events/stream?x=1',
  )
})

test('a target without it has none', () => {
  assert.equal(streamRoute(targetWith({ stream: false })), undefined)
})

test('the ci profile: fifty streams, each cut three times', () => {
  const streams = streamsOf({ connections: 50, rate: 50, duration: 24, cut: 6 }, 1)
  assert.equal(streams.groups, 1)
  assert.equal(streamsIn(streams, 0), 50)
  assert.equal(roundsOf(streams), 4)
  assert.equal(roundMs(streams), 6000)
  assert.equal(beginsAt(streams, 0, 49), 980)
  const planned = plannedOf(streams, route())
  assert.equal(planned.sse_opened, 200)
  assert.equal(planned.sse_resumed, 150)
  assert.equal(planned.sse_events, 12_000)
})

test('a gateway that greets each connection with an event plans those, however rare the others are', () => {
  const streams = streamsOf({ connections: 10, rate: 20, duration: 8, cut: 4 }, 1)
  const planned = (interval_ms: number) => plannedOf(streams, route({ stream: { first: 'connected', interval_ms } })).sse_events
  assert.equal(planned(30_000), 20)
  assert.equal(planned(1000), 100)
})

test('a stream is cut once at least, or nothing would be known of resuming it', () => {
  const streams = streamsOf({ connections: 10, rate: 50, duration: 5, cut: 60 }, 1)
  assert.equal(roundsOf(streams), 2)
  assert.equal(roundMs(streams), 2500)
})

test('nobody can know when a stream will be cut', () => {
  const streams = streamsOf({ connections: 1, rate: 1, duration: 24, cut: 6 }, 1)
  assert.deepEqual(
    cutsOf(streams, { first: false }, () => 0),
    [4500, 10_500, 16_500, 24_000],
  )
  assert.deepEqual(
    cutsOf(streams, { first: false }, () => 1),
    [7500, 13_500, 19_500, 24_000],
  )
  assert.deepEqual(
    cutsOf(streams, { first: 'connected' }, () => 0),
    [6000, 12_000, 18_000, 24_000],
  )
})
