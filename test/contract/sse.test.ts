import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { CATALOGUE } from '../../gateway/faults/catalogue.ts'
import { type StreamRoute, streamRoute } from '../../lib/target/stream-route.ts'
import { openGateway, type Running } from './gateway.ts'
import { type HeldStream, holdStream } from './streams.ts'

/** Of which timers that are late by some milliseconds are a small part. */
const INTERVAL_MS = 25
const EVENTS = 10

function routeOf({ target }: Running): StreamRoute {
  const route = streamRoute(target) ?? assert.fail('the target has no stream')
  return route
}
const reference = await openGateway('reference')
const agentcore = await openGateway('agentcore', { keepaliveMs: INTERVAL_MS })
after(() => Promise.all([reference.close(), agentcore.close()]))

/** The stream of the contract, quicker than a load test asks for it. */
const usual = routeOf(reference)
const quick: StreamRoute = {
  ...usual,
  url: usual.url.replace(/interval=\d+/, `interval=${INTERVAL_MS}`),
  shape: { ...usual.shape, interval_ms: INTERVAL_MS },
}

test('a stream is held, cut and resumed correctly', async () => {
  const { counts, gaps, told } = await holdStream(quick, reference.token)
  const { events = 0, ...others } = counts
  assert.deepEqual(others, { opened: 3, held: 3, resumed: 2 })
  assert.ok(events >= 3 * EVENTS, `${events} events`)
  assert.equal(gaps.length, 3)
  assert.deepEqual(told, [])
})

test('agentcore: a stream without ids is held correctly', async () => {
  const route = routeOf(agentcore)
  const often = { ...route, shape: { ...route.shape, interval_ms: INTERVAL_MS } }
  const { counts, told } = await holdStream(often, agentcore.token, { events: 3 })
  const { events = 0, ...others } = counts
  assert.deepEqual(others, { opened: 3, held: 3 })
  assert.ok(events >= 9, `${events} events`)
  assert.deepEqual(told, [])
})

test('a token that is not good opens no stream', async () => {
  assert.deepEqual((await holdStream(quick, 'wrong', { connections: 1 })).told, ['status 401'])
})

/** Each fault, and what shows it. */
const SHOWN: Readonly<Record<string, (held: HeldStream) => void>> = {
  sse_lost_event: ({ counts }) => assert.ok((counts.events_lost ?? 0) >= EVENTS, JSON.stringify(counts)),
  sse_duplicate_event: ({ counts }) => assert.ok((counts.events_duplicated ?? 0) >= EVENTS / 2, JSON.stringify(counts)),
  sse_reordered_events: ({ counts }) => assert.ok((counts.events_out_of_order ?? 0) >= EVENTS / 2, JSON.stringify(counts)),
  sse_stalls: ({ gaps }) =>
    assert.ok(
      gaps.every((ms) => ms >= 20 * INTERVAL_MS),
      `${gaps}`,
    ),
  sse_wrong_event: ({ counts }) => assert.ok((counts.wrong_events ?? 0) >= EVENTS / 2, JSON.stringify(counts)),
  sse_closes_early: ({ counts }) => assert.deepEqual([counts.closed_early, counts.held], [3, undefined]),
  sse_ignores_last_event_id: ({ counts, told }) => {
    assert.equal(counts.resumed, undefined)
    assert.ok((counts.events_duplicated ?? 0) > 0)
    assert.match(told[0] ?? '', /resumed with event 1 a stream/)
  },
}
const ORDERS: Readonly<Record<string, object>> = {
  sse_lost_event: { share: 0.5 },
  sse_duplicate_event: { share: 0.5 },
  sse_reordered_events: { share: 0.5 },
  sse_wrong_event: { share: 0.5 },
  sse_stalls: { after_events: 3 },
  sse_closes_early: { after_events: 3 },
}

for (const { name, doc, group } of CATALOGUE.values())
  if (group === 'sse')
    test(`${name} is seen: ${doc}`, async () => {
      const shows = SHOWN[name] ?? assert.fail(`nothing says how ${name} shows`)
      const off = reference.arm({ name, endpoint: 'events', ...ORDERS[name] })
      // Long beside the three events before it, also where the machine holds those up.
      const held = await holdStream(quick, reference.token, name === 'sse_stalls' ? { silenceMs: 700 } : {})
      assert.ok(off() > 0, 'the fault did not act')
      shows(held)
    })
