import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { thorough } from '../thorough.ts'
import { withoutLatency } from './lenient-limits.ts'
import { type Fault, startGateway } from './reference-gateway.ts'
import { assertPassed, assertRed, EXIT, gateOf, jsonFile, type K6Run, runScript, startScript } from './script-run.ts'
import { type SocketServerOptions, socketServer } from './servers/socket-server.ts'
import { until } from './until.ts'

const SOCKETS = 100
const SECONDS = 3
// Two events a socket are planned for it, the samples that a p95 needs; they come four times as often, and pings once a second.
const SHORT = { PROFILE: 'smoke', CONNECTIONS: SOCKETS, RATE: 200, DURATION: `${SECONDS}s`, TIMEOUT: '3s' }
const EVENTS = ['--event-interval', '250']

const count = ({ summary }: K6Run, figure: string) => summary?.figures[figure]?.values.count ?? 0

async function against(t: TestContext, faults: Fault[], settings: Record<string, string | number> = {}): Promise<K6Run> {
  const { url } = await startGateway(t, faults, ...EVENTS)
  return runScript(t, 'websocket', { ...SHORT, THRESHOLDS: await withoutLatency(t, 'websocket'), BASE_URL: url, ...settings })
}

/** Against a gateway of the tests' own, whose token nobody asks for. */
async function againstOwn(t: TestContext, options: SocketServerOptions, socket: object = {}, more: object = {}) {
  const server = await socketServer({ eventIntervalMs: 250, ...options })
  t.after(() => server.close())
  const TARGET = await jsonFile(t, 'target.json', {
    name: 'own',
    base_url: server.url,
    auth: { flow: 'none' },
    endpoints: { websocket: { ...(options.path === undefined ? {} : { path: options.path }), socket } },
  })
  const run = await runScript(t, 'websocket', { ...SHORT, THRESHOLDS: await withoutLatency(t, 'websocket'), TARGET, ...more })
  return { run, server }
}

// Most of a run is waiting: three at a time leave the machine to whoever else is at work.
describe('websocket', { concurrency: 3 }, () => {
  test('the reference gateway passes: every socket opened, held, pinged, subscribed and closed', async (t) => {
    const { url } = await startGateway(t, [], ...EVENTS)
    const run = await runScript(t, 'websocket', { ...SHORT, THRESHOLDS: await withoutLatency(t, 'websocket'), BASE_URL: url })
    assertPassed(run)
    for (const what of ['opened', 'subscribed', 'held', 'closed']) assert.equal(count(run, `ws_${what}`), SOCKETS, what)
    assert.equal(count(run, 'ws_pongs'), count(run, 'ws_pings'))
    assert.ok(count(run, 'ws_events') >= 2 * SOCKETS, `${count(run, 'ws_events')} events`)
    assert.ok((run.summary?.figures.ws_ping_ms?.values.med ?? 0) > 0)
    const metrics = await (await fetch(`${url}/metrics`)).text()
    assert.match(metrics, /gateway_active_connections\{kind="ws"\} 0\n/)
  })

  thorough('over TLS as well', async (t) => {
    const { url } = await startGateway(t, [], ...EVENTS, '--tls')
    const THRESHOLDS = await withoutLatency(t, 'websocket')
    assertPassed(await runScript(t, 'websocket', { ...SHORT, THRESHOLDS, BASE_URL: url, INSECURE_TLS: 'true' }))
  })

  test('sockets that are refused', async (t) => {
    const run = await against(t, [{ name: 'ws_refuses', share: 0.1 }])
    assertRed(run, 'run ws_refused max', 'run ws_opened min_share', 'run ws_held min_share')
    assert.equal(count(run, 'ws_refused'), SOCKETS / 10)
    assert.equal(count(run, 'ws_refused{class:answered}'), SOCKETS / 10)
    assert.equal(count(run, 'ws_sessions{status:503}'), SOCKETS / 10)
  })

  thorough('sockets that are cut during the hold', async (t) => {
    const run = await against(t, [{ name: 'ws_drops', share: 0.05, after_open_s: 3 }])
    assertRed(run, 'run ws_closed_early max', 'run ws_held min_share')
    assert.equal(count(run, 'ws_held'), SOCKETS * 0.95)
    assert.equal(count(run, 'ws_opened'), SOCKETS)
  })

  thorough('pongs that come late, and none', async (t) => {
    const THRESHOLDS = 'thresholds/websocket.json'
    assertRed(await against(t, [{ name: 'ws_delays_pongs', ms: 600 }], { THRESHOLDS }), 'run ws_ping_ms p95')
    const silent = await against(t, [{ name: 'ws_no_pongs' }])
    assertRed(silent, 'run ws_pongs_missing max', 'run ws_ping_ms samples')
    assert.equal(gateOf(silent, 'run ws_ping_ms p95').measured, null)
  })

  test('events that are lost, come twice or in the wrong order', async (t) => {
    const red = {
      ws_lost_event: 'ws_events_lost',
      ws_duplicate_event: 'ws_events_duplicated',
      ws_reordered_events: 'ws_events_out_of_order',
    }
    await Promise.all(
      Object.entries(red).map(async ([name, metric]) => {
        const run = await against(t, [{ name, share: 0.05 }])
        assertRed(run, `run ${metric} max`)
        for (const other of Object.values(red))
          if (other !== metric) assert.ok(gateOf(run, `run ${other} max`).ok, `${name} is no ${other}`)
      }),
    )
  })

  thorough('a last event that one subscriber did not get is lost too', async (t) => {
    const { run } = await againstOwn(t, { event: 'last_lost' })
    assertRed(run, 'run ws_events_lost max')
  })

  thorough('a gateway that confirms subscriptions and never sends an event', async (t) => {
    const { run } = await againstOwn(t, { event: 'silent' })
    assertRed(run, 'run ws_events min_share', 'run ws_event_lag_ms samples')
  })

  thorough('frames that the contract does not have', async (t) => {
    const { run } = await againstOwn(t, { stray: '{"type":"surprise"}' })
    assertRed(run, 'run ws_wrong_frames max')
    assert.match(run.output, /sent a frame of type/)
  })

  thorough('a clock that differs makes the lag worth nothing', async (t) => {
    const { run } = await againstOwn(t, { clockAhead: -60_000 })
    assertRed(run, 'run ws_clock_skewed max')
    assert.equal(gateOf(run, 'run ws_clock_skewed max').kind, 'evidence')
  })

  thorough('another gateway is described by its target file alone', async (t) => {
    const { run, server } = await againstOwn(
      t,
      { path: '/realtime/ws', first: 'hello', ping: 'are_you_there', pong: 'yes', pongId: false, stray: '{"type":"heartbeat"}' },
      { first: 'hello', ping: 'are_you_there', pong: 'yes', ping_id: false, subscriptions: false, others: ['heartbeat'] },
      // A file of the user's must not gate what the target lacks; the built-in one leaves it out.
      { THRESHOLDS: '' },
    )
    assertPassed(run)
    assert.equal(server.most(), SOCKETS)
    assert.equal(server.closedByClient(), SOCKETS)
    assert.ok(run.summary?.not_tested.includes('websocket subscriptions'))
  })

  thorough('a token in the URL never shows, however the handshake ends', async (t) => {
    const server = await socketServer({ token: 'the-right-token-of-this-test' })
    t.after(() => server.close())
    const TOKEN = 'a-wrong-token-that-must-not-show'
    const settings = { ...SHORT, BASE_URL: server.url, AUTH: 'bearer', TOKEN }
    const run = await runScript(t, 'websocket', settings, '--log-format', 'json', '-v')
    assertRed(run, 'run ws_opened min_share', 'run ws_refused max')
    assert.equal(count(run, 'ws_sessions{status:401}'), SOCKETS)
    assert.doesNotMatch(run.output + JSON.stringify(run.summary), new RegExp(TOKEN))
  })

  thorough('handshakes that are never answered are refused, not waited for', async (t) => {
    const { run } = await againstOwn(t, { refuse: { each: 10, status: 0 } })
    assertRed(run, 'run ws_refused max', 'run ws_held min_share')
    assert.equal(count(run, 'ws_refused{class:timeout}'), SOCKETS / 10)
  })

  thorough('an interrupted run leaves no socket open', async (t) => {
    const server = await socketServer()
    t.after(() => server.close())
    const { child, done } = await startScript(t, 'websocket', { ...SHORT, DURATION: '10m', AUTH: 'none', BASE_URL: server.url })
    await until(() => server.open() === SOCKETS)
    child.kill('SIGINT')
    const run = await done
    assert.notEqual(run.code, EXIT.pass)
    await until(() => server.open() === 0)
  })

  thorough('several instances each open their share', async (t) => {
    const { url } = await startGateway(t, [], ...EVENTS)
    const THRESHOLDS = await withoutLatency(t, 'websocket')
    const settings = { ...SHORT, CONNECTIONS: 400, INSTANCES: 2, BASE_URL: url, THRESHOLDS }
    const halves = ['0:1/2', '1/2:1'].map((segment) =>
      runScript(t, 'websocket', settings, '--execution-segment', segment, '--execution-segment-sequence', '0,1/2,1'),
    )
    for (const run of await Promise.all(halves)) {
      assertPassed(run)
      assert.equal(count(run, 'ws_held'), 200)
    }
  })

  thorough('a run that could prove nothing stops before it begins', async (t) => {
    const refused = async (settings: Record<string, string | number>, why: RegExp) => {
      const run = await runScript(t, 'websocket', { ...SHORT, ...settings })
      assert.equal(run.code, EXIT.stopped)
      assert.match(run.output, why)
    }
    const target = { name: 'bare', base_url: 'http://127.0.0.1:1', auth: { flow: 'none' }, endpoints: { websocket: false } }
    await refused({ TARGET: await jsonFile(t, 'bare.json', target) }, /target bare has no WebSocket/)
    await refused(
      { EXPECT_PROTO: 'HTTP/2.0', BASE_URL: 'https://127.0.0.1:1' },
      /setting EXPECT_PROTO: a WebSocket handshake of k6 is HTTP\/1\.1 always/,
    )
    const lenient = { windows: {}, metrics: { ws_opened: { min: 1, why: 'One will do.' }, ws_held: { why: 'No limit.' } } }
    await refused({ THRESHOLDS: await jsonFile(t, 'mine.json', lenient) }, /mine\.json: metrics\.ws_refused: missing/)
    await refused(
      { CONNECTIONS: 10 },
      /metrics\.ws_connecting: needs at least 20 samples, but this size of run plans 10 of ws_opened/,
    )
  })
})
