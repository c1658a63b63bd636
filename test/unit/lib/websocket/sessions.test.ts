import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type SocketShape, websocket } from '../../../../lib/target/socket.ts'
import { readFrame } from '../../../../lib/websocket/frame.ts'
import type { SocketCount } from '../../../../lib/websocket/observer.ts'
import { SocketSessions } from '../../../../lib/websocket/sessions.ts'

const TOPIC = 'loadgate-1'

/** Two sockets, what they have counted and what was said of the gateway. */
function pair(shape: Partial<SocketShape> = {}, topics: readonly string[] = [TOPIC]) {
  const [topic = ''] = topics
  const counts = new Map<SocketCount, number>()
  const trips: number[] = []
  const lags: number[] = []
  const silences: number[] = []
  const whys: string[] = []
  const sessions = new SocketSessions({ ...websocket, ...shape }, topics, 2, {
    count: (what, by = 1) => by > 0 && counts.set(what, (counts.get(what) ?? 0) + by),
    roundTrip: (ms) => trips.push(ms),
    lag: (ms) => lags.push(ms),
    silence: (ms) => silences.push(ms),
    wrong: (why) => whys.push(why),
  })
  const receive = (n: number, frame: object | string, at = 1000) =>
    sessions.received(n, readFrame(typeof frame === 'string' ? frame : JSON.stringify(frame)), at)
  const ready = () => {
    for (const n of [0, 1]) {
      sessions.opened(n)
      receive(n, { type: 'connection' })
      receive(n, { type: 'subscribed', topic, seq: 5 })
    }
    sessions.holdBegins(0)
  }
  const event = (n: number, seq: number, at = 1000, sent_at = 990) => receive(n, { type: 'event', topic, seq, sent_at }, at)
  return { sessions, counted: () => Object.fromEntries(counts), trips, lags, silences, whys, receive, ready, event }
}

const READY = { opened: 2, greeted: 2, subscribed: 2 }

test('sockets that do all they should', () => {
  const { sessions, counted, trips, lags, receive, ready, event } = pair()
  assert.equal(sessions.subscription(0), '{"type":"subscribe","topic":"loadgate-1"}')
  ready()
  assert.equal(sessions.ping(0, 2000), '{"type":"ping","id":1}')
  assert.equal(sessions.waiting, true)
  receive(0, { type: 'pong', id: 1, sent_at: 2001 }, 2003)
  for (const n of [0, 1]) event(n, 6, 3010, 3000)
  sessions.holdEnds(1000)
  assert.equal(sessions.waiting, false)
  sessions.settle()
  assert.deepEqual(counted(), { ...READY, held: 2, pings: 1, pongs: 1, events: 2 })
  assert.deepEqual(trips, [3])
  assert.deepEqual(lags, [10, 10])
})

test('events before the hold are watched for their order, not measured', () => {
  const { sessions, counted, lags, receive, event } = pair()
  sessions.opened(0)
  receive(0, { type: 'subscribed', topic: TOPIC, seq: 0 })
  event(0, 2)
  sessions.holdBegins(0)
  sessions.holdEnds(1000)
  sessions.settle()
  assert.deepEqual(counted(), { opened: 1, subscribed: 1, held: 1, events_lost: 1 })
  assert.deepEqual(lags, [])
})

test('a socket that ends is not held, and its pong and events are missing', () => {
  const { sessions, counted, ready, event } = pair()
  ready()
  sessions.ping(0, 2000)
  event(0, 8)
  sessions.lost(0)
  sessions.lost(0)
  sessions.holdEnds(1000)
  sessions.settle()
  // What was missing between 5 and 8 is lost; the other socket never saw an event, though one was sent.
  assert.deepEqual(counted(), { ...READY, held: 1, closed_early: 1, pings: 1, pongs_missing: 1, events: 1, events_lost: 2 + 3 })
})

test('an event is overdue from the handshake on, whatever its date says', () => {
  const { sessions, silences, receive, event } = pair()
  for (const n of [0, 1]) {
    sessions.opening(n, 1000)
    sessions.opened(n)
    receive(n, { type: 'subscribed', topic: TOPIC, seq: 0 }, 2500)
  }
  sessions.holdBegins(0)
  for (const at of [3000, 4000, 5000]) event(0, at / 1000 - 2, at, at)
  // The other gets all of them at once.
  for (const seq of [1, 2, 3]) event(1, seq, 5000, 4999)
  sessions.holdEnds(5500)
  assert.deepEqual(silences, [1000, 3000])
  const stopped = pair()
  stopped.ready()
  for (const n of [0, 1]) stopped.event(n, 6, 1000, 999)
  stopped.sessions.holdEnds(4000)
  assert.deepEqual(stopped.silences, [2000, 2000])
})

test('sockets subscribe to the topics in turn, and get the events of their own', () => {
  const { sessions, counted, whys, receive } = pair({}, ['a', 'b'])
  assert.deepEqual(
    [0, 1, 2].map((n) => JSON.parse(sessions.subscription(n) ?? '').topic),
    ['a', 'b', 'a'],
  )
  for (const n of [0, 1]) {
    sessions.opened(n)
    receive(n, { type: 'subscribed', topic: n === 0 ? 'a' : 'b', seq: n === 0 ? 0 : 70 })
  }
  sessions.holdBegins(0)
  receive(0, { type: 'event', topic: 'a', seq: 1, sent_at: 1000 })
  receive(1, { type: 'event', topic: 'b', seq: 71, sent_at: 1000 })
  sessions.holdEnds(1000)
  assert.equal(sessions.waiting, false, 'each topic has numbers of its own')
  receive(0, { type: 'event', topic: 'b', seq: 72, sent_at: 1000 })
  sessions.settle()
  assert.deepEqual(whys, ['sent an event of topic "b" to a subscriber of "a"'])
  assert.equal(counted().events_lost, undefined)
})

test('a socket that is not ready when the hold begins is not held', () => {
  const { sessions, counted, receive } = pair()
  for (const n of [0, 1]) sessions.opened(n)
  receive(0, { type: 'subscribed', topic: TOPIC, seq: 0 })
  sessions.holdBegins(0)
  receive(1, { type: 'subscribed', topic: TOPIC, seq: 0 })
  sessions.holdEnds(1000)
  assert.equal(counted().held, 1)
})

test('one without subscriptions is ready when it is open', () => {
  const { sessions, counted, receive, whys } = pair({}, [])
  assert.equal(sessions.subscription(0), undefined)
  sessions.opened(0)
  sessions.holdBegins(0)
  sessions.holdEnds(1000)
  assert.equal(counted().held, 1)
  receive(0, { type: 'event', topic: '', seq: 1 })
  assert.deepEqual(whys, ['sent a frame of type "event"'])
})

test('events lost, twice, late; and the last ones that only others got', () => {
  const { sessions, counted, ready, event } = pair()
  ready()
  for (const [i, seq] of [6, 8, 8, 7, 10].entries()) event(0, seq, 1000 * i)
  for (const seq of [6, 7, 8, 9, 10, 11]) event(1, seq, 1000 * seq)
  sessions.holdEnds(1000)
  assert.equal(sessions.waiting, true, 'socket 0 may still get event 11')
  // Sent after the hold: nobody is held to it.
  event(1, 12)
  sessions.settle()
  const { events_lost, events_duplicated, events_out_of_order, events } = counted()
  assert.deepEqual(
    { events_lost, events_duplicated, events_out_of_order, events },
    {
      events_lost: 2,
      events_duplicated: 1,
      events_out_of_order: 1,
      events: 11,
    },
  )
})

test('what one socket gets too much does not make up for what another lacks', () => {
  const { counted, ready, event } = pair()
  ready()
  // Two a second, where one is due.
  for (let i = 0; i <= 8; i++) event(0, 6 + i, 500 * i)
  assert.equal(counted().events, 5)
  // The first one late, the others as they should be.
  const late = pair()
  late.ready()
  for (const [i, at] of [400, 1000, 2010, 2990, 4600, 5000].entries()) late.event(0, 6 + i, at)
  assert.equal(late.counted().events, 6)
  // A gateway that stood still at first makes up for it.
  const still = pair()
  still.ready()
  for (const [i, at] of [2100, 2100, 2100, 3000].entries()) still.event(0, 6 + i, at)
  assert.equal(still.counted().events, 4)
})

test('pongs without a time are right where the target file says that nothing has one', () => {
  for (const shape of [{ sent_at: false }, { subscriptions: false }]) {
    const { sessions, receive, whys } = pair(shape)
    sessions.opened(0)
    sessions.ping(0, 1000)
    receive(0, { type: 'pong', id: 1 })
    assert.deepEqual(whys, [])
  }
})

test('a pong that comes too late was missing, and is not taken for the next one', () => {
  for (const ping_id of [true, false]) {
    const { sessions, counted, trips, receive, ready, whys } = pair({ ping_id })
    ready()
    sessions.ping(0, 2000)
    sessions.ping(0, 3000)
    // Two sockets, so that each of their pings has an id of its own.
    receive(0, { type: 'pong', sent_at: 3002, ...(ping_id ? { id: 3 } : {}) }, 3004)
    receive(0, { type: 'pong', sent_at: 3002, ...(ping_id ? { id: 1 } : {}) }, 3005)
    const { pings, pongs, pongs_missing } = counted()
    assert.deepEqual({ pings, pongs, pongs_missing }, { pings: 2, pongs: 1, pongs_missing: 1 })
    assert.deepEqual(trips, [4])
    assert.deepEqual(whys, [])
  }
})

test('frames that no contract has are wrong, each with its reason', () => {
  const { sessions, counted, whys, receive } = pair()
  sessions.opened(0)
  receive(0, { type: 'event', topic: TOPIC, seq: 1 })
  receive(0, 'no frame')
  receive(0, { type: 'connection' })
  receive(0, { type: 'error', code: 'x' })
  receive(0, { type: 'subscribed', topic: 'other', seq: 1 })
  receive(0, { type: 'subscribed', topic: TOPIC, seq: '1' })
  receive(0, { type: 'subscribed', topic: TOPIC, seq: 1 })
  receive(0, { type: 'subscribed', topic: TOPIC, seq: 1 })
  receive(0, { type: 'event', topic: 'other', seq: 2 })
  receive(0, { type: 'event', topic: TOPIC })
  receive(0, { type: 'pong', id: 1 })
  sessions.ping(0, 5)
  receive(0, { type: 'pong', id: 2 })
  receive(0, { type: 'pong', id: 1, sent_at: 1000 })
  receive(0, { type: 'pong', id: 1, sent_at: 1000 })
  sessions.ping(0, 1000)
  receive(0, { type: 'pong', id: 3 })
  sessions.ping(0, 1000)
  receive(0, { type: 'pong', id: 5, sent_at: '1000' })
  receive(0, `{"type":"event","topic":"${TOPIC}","seq":2,"sent_at":990,"seq":3}`)
  receive(0, { type: 'event', topic: TOPIC, seq: 2, sent_at: 990, error: null })
  receive(0, { type: 'event', topic: TOPIC, seq: 3, sent_at: 990, error: { code: 'upstream_down' } })
  assert.deepEqual(whys, [
    'sent an event before it confirmed the subscription',
    'sent what is no JSON object with a type, or says a member twice',
    'sent a connection frame that was not the first',
    'sent a frame of type "error"',
    'confirmed a subscription to "other", not "loadgate-1"',
    'confirmed a subscription with seq "1"',
    'confirmed a subscription twice',
    'sent an event of topic "other" to a subscriber of "loadgate-1"',
    'sent an event with seq nothing',
    'sent a pong with id 1, which no ping had',
    'sent a pong with id 2, which no ping had',
    'sent a pong that no ping had asked for',
    'sent a pong with sent_at nothing',
    'sent a pong with sent_at "1000"',
    'sent what is no JSON object with a type, or says a member twice',
    'sent a frame of type "event" with an error in it',
  ])
  assert.equal(counted().wrong_frames, whys.length)
})

test('an event that comes before it was sent, or does not say when that was, tells nothing of its lag', () => {
  const { counted, receive, ready, event, whys } = pair()
  ready()
  event(0, 6, 1000, 1005)
  event(0, 7, 1000, 1006)
  receive(0, { type: 'event', topic: TOPIC, seq: 8 })
  event(0, 9, 1000, 1e308)
  assert.equal(counted().clock_skewed, 1)
  assert.deepEqual(whys, ['sent an event with sent_at nothing', 'sent an event with sent_at 1e+308'])
  const undated = pair({ sent_at: false })
  undated.ready()
  undated.receive(0, { type: 'event', topic: TOPIC, seq: 6 })
  assert.deepEqual(undated.whys, [])
})

test('a pong that was meant for another socket is none', () => {
  const { sessions, counted, receive, ready, whys } = pair()
  ready()
  assert.deepEqual(
    [0, 1, 0, 1].map((n) => sessions.ping(n, 2000)),
    [1, 2, 3, 4].map((id) => JSON.stringify({ type: 'ping', id })),
  )
  receive(0, { type: 'pong', id: 4 })
  receive(1, { type: 'pong', id: 3 })
  assert.deepEqual(whys, ['sent a pong with id 4, which no ping had', 'sent a pong with id 3, which no ping had'])
  assert.equal(counted().pongs, undefined)
})

test('a frame that the target file knows is none of our business', () => {
  const { sessions, receive, whys } = pair({ others: ['ping'], first: false })
  sessions.opened(0)
  receive(0, { type: 'ping' })
  assert.deepEqual(whys, [])
})

test('a clock outside of the round trip is another clock', () => {
  for (const [sent_at, skewed] of [
    [1994, 1],
    [1995, 0],
    [2045, 0],
    [2046, 1],
  ] as const) {
    const { sessions, counted, receive, ready } = pair()
    ready()
    sessions.ping(0, 2000)
    receive(0, { type: 'pong', id: 1, sent_at }, 2040)
    assert.equal(counted().clock_skewed ?? 0, skewed, String(sent_at))
  }
})

test('whatever a gateway sends and in whatever order, the counts add up', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('receive' as const), n: fc.nat({ max: 1 }), text: fc.oneof(fc.string(), fc.json()) }),
    fc.record({ do: fc.constant('event' as const), n: fc.nat({ max: 1 }), seq: fc.integer({ min: 0, max: 20 }) }),
    fc.record({ do: fc.constant('pong' as const), n: fc.nat({ max: 1 }), id: fc.integer({ min: 0, max: 5 }) }),
    fc.record({ do: fc.constant('ping' as const), n: fc.nat({ max: 1 }) }),
    fc.record({ do: fc.constant('lose' as const), n: fc.nat({ max: 1 }) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { sessions, counted, receive, ready, event, whys } = pair()
      ready()
      for (const [i, step] of steps.entries()) {
        if (step.do === 'receive') receive(step.n, step.text, i)
        else if (step.do === 'event') event(step.n, step.seq)
        else if (step.do === 'pong') receive(step.n, { type: 'pong', id: step.id }, i)
        else if (step.do === 'ping') sessions.ping(step.n, i + 1)
        else sessions.lost(step.n)
      }
      sessions.holdEnds(1000)
      sessions.settle()
      const count = (what: SocketCount) => counted()[what] ?? 0
      assert.equal(count('held') + count('closed_early'), 2)
      assert.equal(count('pongs') + count('pongs_missing'), count('pings'))
      assert.equal(count('wrong_frames'), whys.length)
      assert.equal(sessions.waiting, false)
    }),
  )
})

test('a gateway that calls the type of a frame by another name is spoken to in its words', () => {
  const { sessions } = pair({ type_member: 'message_type', ping_id: false })
  assert.equal(sessions.subscription(0), '{"message_type":"subscribe","topic":"loadgate-1"}')
  sessions.opened(0)
  assert.equal(sessions.ping(0, 1000), '{"message_type":"ping"}')
})
