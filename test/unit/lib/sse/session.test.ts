import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Connection, type StreamCount, StreamSession } from '../../../../lib/sse/session.ts'
import { type StreamShape, stream } from '../../../../lib/target/stream.ts'

const INTERVAL = 100

function session(shape: Partial<StreamShape> = {}) {
  const counts = new Map<StreamCount, number>()
  const gaps: number[] = []
  const told: string[] = []
  const one = new StreamSession(
    { ...stream, ...shape },
    {
      count: (what, by = 1) => by > 0 && counts.set(what, (counts.get(what) ?? 0) + by),
      headers: () => {},
      gap: (ms) => gaps.push(ms),
      tell: (_, why) => told.push(why),
    },
  )
  return { one, counted: () => Object.fromEntries(counts), gaps, told }
}

const NOW = Date.now()
const event = (id: number, at = id * INTERVAL) => `id: ${id}\nevent: tick\ndata: {"seq":${id},"sent_at":${NOW + at}}\n\n`
const connection = (body: string, more: Partial<Connection> = {}): Connection => ({
  end: 'cut',
  body,
  waiting: 1,
  receiving: 300,
  elapsed: 10_000,
  ...more,
})
const events = (...ids: number[]) => ids.map((id) => event(id)).join('')

test('a stream that is cut and resumed', () => {
  const { one, counted, gaps, told } = session()
  assert.equal(one.lastEventId, undefined)
  // The fourth event was on its way when the stream was cut.
  one.received(connection(`${events(1, 2, 3)}id: 4\ndata: {"se`))
  assert.equal(one.lastEventId, '3')
  one.received(connection(events(4, 5, 6)))
  one.finish()
  assert.deepEqual(counted(), { opened: 2, held: 2, resumed: 1, events: 6 })
  assert.deepEqual(gaps, [100, 100])
  assert.deepEqual(told, [])
})

test('events lost, twice and late, also across a cut', () => {
  const { one, counted, told } = session()
  one.received(connection(events(2, 3, 3, 6)))
  one.received(connection(events(7, 5, 9)))
  one.finish()
  assert.deepEqual(counted(), {
    opened: 2,
    held: 2,
    resumed: 1,
    events: 7,
    events_lost: 3,
    events_duplicated: 1,
    events_out_of_order: 1,
  })
  assert.deepEqual(told, [])
})

test('a stream that begins anew where it should resume', () => {
  const { one, counted, told } = session()
  one.received(connection(events(1, 2, 3)))
  one.received(connection(events(1, 2, 3, 4)))
  one.finish()
  assert.deepEqual(counted(), { opened: 2, held: 2, events: 7, events_duplicated: 3 })
  assert.deepEqual(told, ['resumed with event 1 a stream that had got as far as 3'])
})

test('a stream that resumes too late has lost events', () => {
  const { one, counted } = session()
  one.received(connection(events(1)))
  one.received(connection(events(4)))
  one.finish()
  assert.equal(counted().events_lost, 2)
  assert.equal(counted().resumed, undefined)
})

test('ends that the script did not ask for', () => {
  const { one, counted, told } = session()
  one.received(connection(events(1), { end: 'ended' }))
  one.received(connection(events(2), { end: 'broken' }))
  assert.deepEqual(counted(), { opened: 2, closed_early: 2, resumed: 1, events: 2 })
  assert.deepEqual(told, ['ended a stream that was to be held, after 300 ms', 'broke a stream that was to be held, after 300 ms'])
})

test('silence is measured between events, until the cut, and where nothing came at all', () => {
  const gapOf = (body: string, receiving: number) => {
    const { one, gaps } = session()
    one.received(connection(body, { receiving }))
    return gaps
  }
  assert.deepEqual(gapOf(event(1, 0) + event(2, 100) + event(3, 900) + event(4, 1000), 1050), [800])
  assert.deepEqual(gapOf(event(1, 0) + event(2, 100), 5000), [4900])
  assert.deepEqual(gapOf('', 5000), [5000])
  const { one, gaps } = session()
  one.received(connection(events(1, 2, 3), { waiting: 1800 }))
  assert.deepEqual(gaps, [1800], 'who waits for the headers has no event either')
})

test('events that are sent all at once, dated as if they had come one after another', () => {
  const { one, counted, told } = session()
  const all = Array.from({ length: 40 }, (_, i) => i + 1)
  one.received(connection(events(...all), { receiving: 3200, elapsed: 3201 }))
  assert.equal(counted().wrong_events, 1)
  assert.deepEqual(told, ['dated events 699 ms later than they can have been sent'])
  // After a cut, what has come meanwhile is older than the connection.
  const { one: resumed, told: fine } = session()
  resumed.received(connection(events(1, 2, 3), { elapsed: 301 }))
  resumed.received(connection(events(4, 5, 6, 7, 8, 9, 10), { receiving: 100, elapsed: 1001 }))
  assert.deepEqual(fine, [])
})

test('ten events where one is due', () => {
  const { one, counted, told } = session()
  one.received(connection(Array.from({ length: 30 }, (_, i) => event(i + 1, i * 10)).join('')))
  assert.equal(counted().wrong_events, 1)
  assert.deepEqual(told, ['sent 30 events in 290 ms, although one was due each 100 ms'])
})

test('what one stream gets too much does not make up for what another lacks', () => {
  const { one, counted, told } = session()
  const from = (first: number, count: number) =>
    Array.from({ length: count }, (_, i) => event(first + i, 60 * (first + i))).join('')
  one.received(connection(from(1, 30), { receiving: 1800, elapsed: 1800 }))
  assert.equal(counted().events, 19)
  one.received(connection(from(31, 30), { receiving: 1800, elapsed: 3600 }))
  // Each connection has its first at once.
  assert.equal(counted().events, 38)
  assert.deepEqual(told, [])
  const greeted = session({ first: 'tick', ids: false, resume: false })
  for (const elapsed of [250, 500]) greeted.one.received(connection(events(1, 2, 3), { elapsed }))
  assert.equal(greeted.counted().events, 6)
})

test('data that says a member twice says nothing', () => {
  const { one, told } = session()
  one.received(connection(`id: 1\nevent: tick\ndata: {"seq":1,"sent_at":1,"sent_at":${NOW}}\n\n`))
  assert.match(told.join(), /with other data than its own/)
})

test('events that are not what the contract has', () => {
  const { one, counted, told } = session()
  const tick = (lines: string) => `event: tick\n${lines}\n\n`
  const error = `{"seq":4,"sent_at":${NOW},"error":{"code":"down"}}`
  one.received(
    connection(
      tick(`id: x\ndata: {"seq":1,"sent_at":${NOW}}`) +
        tick('id: 1\ndata: no JSON') +
        tick('id: 2\ndata: {"seq":2,"sent_at":100}') +
        tick(`id: 3\ndata: {"seq":"3","sent_at":${NOW}}`) +
        tick(`id: 4\ndata: ${error}`),
    ),
  )
  assert.equal(counted().wrong_events, 7)
  assert.deepEqual(told, [
    `sent event "x" with other data than its own: ${JSON.stringify(`{"seq":1,"sent_at":${NOW}}`)}`,
    'sent event "1" with other data than its own: "no JSON"',
    `sent event "3" with other data than its own: ${JSON.stringify(`{"seq":"3","sent_at":${NOW}}`)}`,
    `sent event "4" with an error in it: ${JSON.stringify(error)}`,
    'sent an event with id "x"',
    'sent an event without a sent_at of today: "no JSON"',
    'sent an event without a sent_at of today: "{\\"seq\\":2,\\"sent_at\\":100}"',
  ])
})

test('every event has its name, and data of its own', () => {
  const { one, counted, told } = session()
  one.received(
    connection(
      `${event(1)}id: 2\nevent: error\ndata: {"seq":2,"sent_at":${NOW}}\n\nid: 3\nevent: tick\ndata: {"seq":2,"sent_at":${NOW}}\n\n`,
    ),
  )
  assert.equal(counted().wrong_events, 2)
  assert.deepEqual(told, [
    'sent an event called "error", not "tick"',
    `sent event "3" with other data than its own: ${JSON.stringify(`{"seq":2,"sent_at":${NOW}}`)}`,
  ])
})

test('a gateway without ids, times or resumption is checked on what it has', () => {
  const { one, counted, gaps, told } = session({ ids: false, sent_at: false, resume: false, first: 'connected', event: false })
  one.received(connection('event: connected\ndata: {}\n\nevent: keepalive\ndata: {}\n\n'))
  assert.equal(one.lastEventId, undefined)
  one.received(connection('event: keepalive\ndata: {}\n\n'))
  one.finish()
  assert.deepEqual(counted(), { opened: 2, held: 2, events: 3, wrong_events: 1 })
  assert.deepEqual(gaps, [])
  assert.deepEqual(told, ['began a stream with an event called "keepalive", not "connected"'])
})

test('without resumption each connection begins anew, and where its ids begin may be left open', () => {
  const { one, counted } = session({ resume: false, first_id: false })
  one.received(connection(events(7, 8, 10)))
  one.received(connection(events(3, 4)))
  one.finish()
  assert.deepEqual(counted(), { opened: 2, held: 2, events: 5, events_lost: 1 })
})

test('however a stream of events is cut into connections, nothing is lost and nothing comes twice', () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 10 })
  fc.assert(
    fc.property(cuts, fc.nat({ max: 40 }), (lengths, half) => {
      const { one, counted, told } = session()
      let next = 1
      for (const length of lengths) {
        assert.equal(one.lastEventId, next === 1 ? undefined : String(next - 1))
        const ids = Array.from({ length }, () => next++)
        one.received(
          connection(events(...ids) + event(next).slice(0, half % (event(next).length - 1)), { elapsed: next * INTERVAL }),
        )
      }
      one.finish()
      assert.deepEqual(counted(), {
        opened: lengths.length,
        held: lengths.length,
        events: next - 1,
        ...(lengths.length > 1 ? { resumed: lengths.length - 1 } : {}),
      })
      assert.deepEqual(told, [])
    }),
  )
})
