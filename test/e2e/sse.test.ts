import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, type TestContext, test } from 'node:test'
import { thorough } from '../thorough.ts'
import { withoutLatency } from './lenient-limits.ts'
import { type Fault, startGateway } from './reference-gateway.ts'
import { assertPassed, assertRed, EXIT, gateOf, jsonFile, type K6Run, runScript, startScript } from './script-run.ts'
import { type StreamBehaviour, streamServer } from './servers/stream-server.ts'
import { until } from './until.ts'

const STREAMS = 20
// Two connections a stream; with 25 requests a second beside them, ten seconds are what a p95 of those takes.
const SHORT = { PROFILE: 'smoke', CONNECTIONS: STREAMS, RATE: 40, DURATION: '8s' }
/** Where nothing is asked beside the streams, nothing takes that long. */
const SHORTER = { ...SHORT, DURATION: '4s' }

const count = ({ summary }: K6Run, figure: string) => summary?.figures[figure]?.values.count ?? 0

async function against(t: TestContext, faults: Fault[], settings: Record<string, string | number> = {}): Promise<K6Run> {
  const { url } = await startGateway(t, faults)
  return runScript(t, 'sse', { ...SHORT, THRESHOLDS: await withoutLatency(t, 'sse'), BASE_URL: url, ...settings })
}

/** Against a gateway of the tests' own that has its stream and nothing else. */
async function againstOwn(t: TestContext, behaviour: StreamBehaviour, stream: object = {}, more: object = {}) {
  const server = await streamServer(behaviour)
  t.after(() => server.close())
  const TARGET = await jsonFile(t, 'target.json', {
    name: 'own',
    base_url: server.url,
    auth: { flow: 'none' },
    endpoints: { events: false, stream: { stream } },
  })
  const { metrics } = JSON.parse(await readThresholds()) as { metrics: object }
  const limits = { windows: { beside: { '*': { error_rate: 0, why: 'Not the subject.' } } }, metrics }
  const THRESHOLDS = await jsonFile(t, 'sse.json', limits)
  return { run: await runScript(t, 'sse', { ...SHORTER, TARGET, THRESHOLDS, ...more }), server }
}

const readThresholds = () => readFile(new URL('../../thresholds/sse.json', import.meta.url), 'utf8')

describe('sse', { concurrency: 3 }, () => {
  test('the reference gateway passes: every stream held, cut, resumed, and complete', async (t) => {
    const run = await against(t, [])
    assertPassed(run)
    assert.equal(count(run, 'sse_opened'), 2 * STREAMS)
    assert.equal(count(run, 'sse_held'), 2 * STREAMS)
    assert.equal(count(run, 'sse_resumed'), STREAMS)
    assert.ok(count(run, 'sse_events') > STREAMS * 20, `${count(run, 'sse_events')} events`)
    assert.equal(run.summary?.totals.script_errors, 0)
    // A cut is no failure of anybody's: only what ran beside counts as requests that were answered.
    assert.equal(gateOf(run, 'beside * error_rate').measured, 0)
  })

  test('events that are lost, come twice or in the wrong order', async (t) => {
    const red = {
      sse_lost_event: 'sse_events_lost',
      sse_duplicate_event: 'sse_events_duplicated',
      sse_reordered_events: 'sse_events_out_of_order',
    }
    for (const [name, metric] of Object.entries(red)) {
      const run = await against(t, [{ name, share: 0.05 }])
      assertRed(run, `run ${metric} max`)
      for (const other of Object.values(red))
        if (other !== metric) assert.ok(gateOf(run, `run ${other} max`).ok, `${name} is no ${other}`)
    }
  })

  thorough('streams that fall silent', async (t) => {
    const run = await against(t, [{ name: 'sse_stalls', share: 0.2, after_events: 10 }], { THRESHOLDS: 'thresholds/sse.json' })
    assertRed(run, 'run sse_gap_ms largest')
    assert.equal(count(run, 'sse_held'), 2 * STREAMS, 'they were open all the same')
  })

  thorough('streams that the gateway ends', async (t) => {
    const run = await against(t, [{ name: 'sse_closes_early', share: 0.2, after_events: 10 }])
    assertRed(run, 'run sse_closed_early max', 'run sse_held min_share')
  })

  thorough('streams that do not resume', async (t) => {
    const run = await against(t, [{ name: 'sse_ignores_last_event_id' }])
    assertRed(run, 'run sse_resumed min_share', 'run sse_events_duplicated max')
    assert.match(run.output, /resumed with event 1 a stream that had got as far as \d+/)
  })

  thorough('streams that are answered with something else, each by its class', async (t) => {
    const cases = [
      [{ kind: 'status', status: 401 }, 'client_error'],
      [{ kind: 'status', status: 404 }, 'client_error'],
      [{ kind: 'status', status: 500 }, 'server_error'],
      [{ kind: 'not_a_stream' }, 'failed_check'],
      [{ kind: 'no_headers' }, 'timeout'],
    ] as const
    for (const [behaviour, failure] of cases) {
      const { run, server } = await againstOwn(t, behaviour)
      assertRed(run, 'run sse_refused max', 'run sse_opened min_share', 'run sse_held min_share', 'run sse_headers_ms samples')
      assert.equal(count(run, `sse_refused{class:${failure}}`), 2 * STREAMS)
      assert.equal(server.resumed.length, 2 * STREAMS, 'nobody hammers a gateway that refuses')
    }
  })

  thorough('streams that never send, and streams that break', async (t) => {
    const silent = await againstOwn(t, { kind: 'silent' })
    assertRed(silent.run, 'run sse_events min_share', 'run sse_gap_ms largest', 'run sse_resumed min_share')
    const broken = await againstOwn(t, { kind: 'breaks', afterEvents: 5 })
    assertRed(broken.run, 'run sse_closed_early max', 'run sse_held min_share')
    // Five whole events came, and the sixth was asked for again.
    assert.deepEqual(new Set(broken.server.resumed), new Set([undefined, '5']))
  })

  thorough('another gateway is described by its target file alone', async (t) => {
    const shape = { ids: false, sent_at: false, resume: false, event: false, query: '' }
    const { run } = await againstOwn(t, { kind: 'plain' }, { ...shape, first: 'connected' }, { THRESHOLDS: '', DURATION: '8s' })
    assertPassed(run)
    for (const part of ['stream ids', 'stream resumption', 'stream gaps']) assert.ok(run.summary?.not_tested.includes(part), part)
    const wrong = await againstOwn(t, { kind: 'plain' }, { ...shape, first: 'hello' }, { THRESHOLDS: '', DURATION: '8s' })
    assertRed(wrong.run, 'run sse_wrong_events max')
  })

  thorough('an interrupted run leaves no stream open', async (t) => {
    const server = await streamServer({ kind: 'right' })
    t.after(() => server.close())
    const settings = { ...SHORT, DURATION: '10m', AUTH: 'none', BASE_URL: server.url }
    const { child, done } = await startScript(t, 'sse', settings)
    await until(() => server.open() === STREAMS)
    child.kill('SIGINT')
    assert.notEqual((await done).code, EXIT.pass)
    await until(() => server.open() === 0)
  })

  thorough('a target without a stream, and limits that would prove nothing', async (t) => {
    const target = { name: 'bare', base_url: 'http://127.0.0.1:1', auth: { flow: 'none' }, endpoints: { stream: false } }
    const bare = await runScript(t, 'sse', { ...SHORT, TARGET: await jsonFile(t, 'bare.json', target) })
    assert.equal(bare.code, EXIT.stopped)
    assert.match(bare.output, /target bare has no event stream/)
    const lenient = { windows: {}, metrics: { sse_opened: { min: 1, why: 'One will do.' } } }
    const mine = await runScript(t, 'sse', { ...SHORT, THRESHOLDS: await jsonFile(t, 'mine.json', lenient) })
    assert.equal(mine.code, EXIT.stopped)
    assert.match(mine.output, /mine\.json: metrics\.sse_refused: missing/)
  })
})
