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

const event = (id: number, at = id * INTERVAL) => `id: ${id}\nevent: tick\ndata: {"seq":${id},"sent_at":${at}}\n\n`
const connection = (body: string, more: Partial<Connection> = {}): Connection => ({
  end: 'cut',
  body,
  waiting: 1,
  receiving: 300,
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
})

test('events that are not what the contract has', () => {
  const { one, counted, told } = session()
  const tick = (lines: string) => `event: tick\n${lines}\n\n`
  one.received(
    connection(tick('id: x\ndata: {"seq":"x","sent_at":1}') + tick('id: 1\ndata: no JSON') + tick('id: 2\ndata: {"seq":2}')),
  )
  assert.equal(counted().wrong_events, 4)
  assert.deepEqual(told, [
    'sent event "1" with other data than its own: "no JSON"',
    'sent an event with id "x"',
    'sent an event without sent_at: "no JSON"',
    'sent an event without sent_at: "{\\"seq\\":2}"',
  ])
})

test('every event has its name, and data of its own', () => {
  const { one, counted, told } = session()
  one.received(
    connection(
      `${event(1)}id: 2\nevent: error\ndata: {"seq":2,"sent_at":200}\n\nid: 3\nevent: tick\ndata: {"seq":2,"sent_at":300}\n\n`,
    ),
  )
  assert.equal(counted().wrong_events, 2)
  assert.deepEqual(told, [
    'sent an event called "error", not "tick"',
    'sent event "3" with other data than its own: "{\\"seq\\":2,\\"sent_at\\":300}"',
  ])
})

test('a gateway without ids, times or resumption is judged on what it has', () => {
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
        one.received(connection(events(...ids) + event(next).slice(0, half % (event(next).length - 1))))
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
