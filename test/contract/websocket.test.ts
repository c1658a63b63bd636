import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { CATALOGUE } from '../../gateway/faults/catalogue.ts'
import { SOCKETS } from '../../lib/target/contract.ts'
import { type SocketRoute, socketRoutes } from '../../lib/target/socket-route.ts'
import { EVENT_INTERVAL_MS, openGateway, type Running } from './gateway.ts'
import { hold, type Patience } from './sockets.ts'

const gateways: Record<string, Running> = { reference: await openGateway('reference'), agentcore: await openGateway('agentcore') }
after(() => Promise.all(Object.values(gateways).map((gateway) => gateway.close())))
const at = (profile: string): Running => gateways[profile] ?? assert.fail(`no gateway ${profile}`)
const routesOf = (profile: string): SocketRoute[] =>
  socketRoutes(at(profile).target).map((route) => ({ ...route, shape: { ...route.shape, event_interval_ms: EVENT_INTERVAL_MS } }))
const [reference] = routesOf('reference')
assert.ok(reference)

const EVENTS = 20
/** A pong for each ping, and events enough to see a half of them missing. */
const answered = ({ pings = 0, pongs = 0, events = 0 }, { topics }: SocketRoute) =>
  pings === pongs && (topics.length === 0 || events >= 3 * EVENTS)

test('every kind of WebSocket is held against a gateway that has it', () => {
  const held = Object.keys(gateways).flatMap((profile) => routesOf(profile).map(({ name }) => name))
  assert.deepEqual([...new Set(held)].sort(), Object.keys(SOCKETS).sort())
})

for (const profile of Object.keys(gateways))
  for (const route of routesOf(profile))
    test(`${profile}: ${route.name} is opened, held, answered and served correctly`, async () => {
      const { counts, refused, wrong, roundTrips } = await hold(route, at(profile).token, (sofar) => answered(sofar, route))
      const { events = 0, ...others } = counts
      const pinged = route.shape.ping === false ? {} : { pings: 3, pongs: 3 }
      const subscribed = route.topics.length > 0 ? { subscribed: 3, events_lost: 0 } : {}
      assert.deepEqual(
        { ...others },
        { opened: 3, ...(route.shape.first === false ? {} : { greeted: 3 }), held: 3, ...pinged, ...subscribed },
      )
      assert.ok(route.topics.length === 0 || events >= 3 * EVENTS, `${events} events`)
      assert.deepEqual([refused, wrong], [[], []])
      assert.equal(roundTrips.length, counts.pings ?? 0)
    })

/** What never comes with a fault on is not waited for. */
const NEVER_COMES: Readonly<Record<string, Patience & { enough: typeof answered }>> = {
  ws_no_pongs: { pongsMs: 300, enough: ({ events = 0 }) => events >= EVENTS },
  ws_ignores_subscriptions: { readyMs: 500, enough: ({ pings = 0, pongs = 0 }) => pings === pongs },
}

async function faulty(order: { name: string; [key: string]: unknown }) {
  const route = reference ?? assert.fail('no WebSocket')
  const off = at('reference').arm({ endpoint: 'websocket', ...order })
  const { enough = answered, ...patience } = NEVER_COMES[order.name] ?? {}
  const held = await hold(route, at('reference').token, (counts) => enough(counts, route), patience)
  assert.ok(off() > 0, 'the fault did not act')
  return held
}

/** Each fault, and the count that shows it. */
const SHOWN: Readonly<Record<string, (held: Awaited<ReturnType<typeof hold>>) => void>> = {
  ws_lost_event: ({ counts }) => assert.ok((counts.events_lost ?? 0) >= EVENTS / 2, JSON.stringify(counts)),
  ws_duplicate_event: ({ counts }) => assert.ok((counts.events_duplicated ?? 0) >= EVENTS / 2, JSON.stringify(counts)),
  ws_reordered_events: ({ counts }) => assert.ok((counts.events_out_of_order ?? 0) >= EVENTS / 2, JSON.stringify(counts)),
  ws_refuses: ({ counts, refused }) => {
    assert.deepEqual(refused, [503, 503, 503])
    assert.equal(counts.opened, undefined)
  },
  ws_drops: ({ counts }) => {
    assert.equal(counts.closed_early, 3)
    assert.equal(counts.held, 0)
  },
  ws_delays_pongs: ({ roundTrips }) => assert.ok(roundTrips.length === 3 && roundTrips.every((ms) => ms >= 195), `${roundTrips}`),
  ws_no_pongs: ({ counts }) => {
    assert.equal(counts.pongs, undefined)
    assert.equal(counts.pongs_missing, 3)
  },
  ws_wrong_frame: ({ counts, wrong }) => {
    assert.ok((counts.wrong_frames ?? 0) >= EVENTS / 2, JSON.stringify(counts))
    assert.match(wrong[0] ?? '', /sent a frame of type "surprise"/)
  },
  ws_no_greeting: ({ counts }) => assert.deepEqual([counts.opened, counts.greeted], [3, undefined]),
  ws_ignores_subscriptions: ({ counts }) => assert.deepEqual([counts.subscribed, counts.held], [undefined, 0]),
  ws_ignores_close: ({ closeCodes }) => assert.deepEqual(closeCodes, [1006, 1006, 1006]),
  // Four events behind, one each 20 ms, but one comes at once where that before it was held up.
  ws_late_events: ({ lags }) => assert.ok(lags.length > 0 && Math.min(...lags) >= 3 * 20 - 5, `${lags}`),
  // Each pong and each event carries a time.
  ws_clock_ahead: ({ counts: { clock_skewed, events = 0, pongs } }) => {
    assert.equal(pongs, 3)
    assert.ok((clock_skewed ?? 0) >= events + 3, `${clock_skewed} of ${events} events and 3 pongs`)
  },
}
const ORDERS: Readonly<Record<string, object>> = {
  ws_lost_event: { share: 0.5 },
  ws_duplicate_event: { share: 0.5 },
  ws_reordered_events: { share: 0.5 },
  ws_refuses: { share: 1 },
  ws_drops: { after_open_s: 0.1 },
  ws_delays_pongs: { ms: 200 },
  ws_wrong_frame: { share: 0.5 },
}

for (const { name, doc, group } of CATALOGUE.values())
  if (group === 'websocket')
    test(`${name} is seen: ${doc}`, async () => {
      const shows = SHOWN[name] ?? assert.fail(`nothing says how ${name} shows`)
      shows(await faulty({ name, ...ORDERS[name] }))
    })

test('a token that is not good opens no socket', async () => {
  for (const token of ['', 'wrong']) assert.deepEqual((await hold(reference, token, () => true)).refused, [401, 401, 401])
})
