import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FAILURE_CLASSES } from '../../../../lib/base/outcome.ts'
import { readSettings } from '../../../../lib/base/settings.ts'
import { makeGates } from '../../../../lib/gates/gates.ts'
import type { Gate, GateResult } from '../../../../lib/gates/model.ts'
import { thresholdsOf } from '../../../../lib/gates/threshold.ts'
import type { Limits } from '../../../../lib/gates/thresholds.ts'
import { collect, shownSettings } from '../../../../lib/summary/collect.ts'
import type { K6Data } from '../../../../lib/summary/k6-data.ts'
import { observed } from '../../../../lib/summary/observed.ts'
import { bindTarget } from '../../../../lib/target/target.ts'
import { closedWindow, openWindow } from '../windows/windows.ts'

const SPIKE = openWindow()
const WARMUP = openWindow(10, { name: 'warmup', latency: 'settles' })
const limits = (given: Partial<Limits>): Limits => ({ error_rate: 0.01, ...given, why: 'because' })
const GATES = makeGates({ windows: { spike: { '*': limits({ p95_ms: 50, goodput: 0.99, rps: 90 }) } } }, 'f.json', [
  WARMUP,
  SPIKE,
])
const settings = readSettings({ RATE: '100' })
const target = bindTarget(
  { name: 'mine', base_url: 'http://127.0.0.1:1', auth: { flow: 'none' }, endpoints: { action: false } },
  'mine.json',
  settings,
  true,
)
const plan = (gates: readonly Gate[] = GATES, windows = [WARMUP, SPIKE]) => ({
  name: 'burst',
  description: 'A sudden spike',
  settings,
  target,
  missed: ['action', 'events'],
  weakly: [],
  elsewhere: [],
  windows,
  gates,
  thresholdsFile: 'f.json',
})

type Metrics = K6Data['metrics']
const trend = (values: Record<string, number>): Metrics[string] => ({ type: 'trend', values })
const counter = (count: number): Metrics[string] => ({ type: 'counter', values: { count, rate: count / 60 } })

/** k6's data, in which every gate held unless it is named by its metric. */
function data(metrics: Metrics, red: readonly string[] = [], gates: readonly Gate[] = GATES): K6Data {
  const all: Metrics = {}
  for (const { metric, expression } of gates.flatMap(thresholdsOf)) {
    const known = all[metric] ?? metrics[metric] ?? counter(0)
    all[metric] = { ...known, thresholds: { ...known.thresholds, [expression]: { ok: !red.includes(metric) } } }
  }
  return { metrics: { ...metrics, ...all }, state: { testRunDurationMs: 12_345 } }
}
const find = (gates: readonly GateResult[], key: string): GateResult => {
  const gate = gates.find((each) => each.key === key)
  assert.ok(gate, `no gate ${key}`)
  return gate
}

const ALL = 'http_reqs{scenario:spike}'
const RIGHT = 'http_reqs{scenario:spike,expected_response:true}'
const SLOW = 'http_req_duration{scenario:spike}'

test('a gate is green only where k6 says so: one that k6 did not judge has not held', () => {
  const green = collect(plan(), data({ [ALL]: counter(1000) }))
  assert.equal(green.ok, true)
  assert.ok(green.gates.every(({ ok }) => ok))
  const red = collect(plan(), data({}, [SLOW]))
  assert.equal(red.ok, false)
  assert.deepEqual(
    red.gates.filter(({ ok }) => !ok).map(({ key }) => key),
    ['p95_ms'],
  )
  const unjudged = collect(plan(), { metrics: {}, state: { testRunDurationMs: 0 } })
  assert.equal(unjudged.ok, false)
  assert.ok(unjudged.gates.every(({ ok }) => !ok))
})

test('what was measured stands in the unit of the limit', () => {
  const { gates } = collect(
    plan(),
    data({
      [SLOW]: trend({ 'p(95)': 41.5, count: 1000 }),
      [RIGHT]: counter(950),
      [ALL]: counter(1000),
      'errors{scenario:spike}': counter(5),
      'dropped_iterations{scenario:spike}': counter(20),
    }),
  )
  assert.equal(find(gates, 'p95_ms').measured, 41.5)
  assert.equal(find(gates, 'goodput').measured, 0.95)
  assert.equal(find(gates, 'rps').measured, 95)
  assert.equal(find(gates, 'error_rate').measured, 0.005)
  assert.equal(find(gates, 'dropped_share').measured, 0.02)
  assert.equal(find(gates, 'p95_ms').samples, 1000)
  assert.equal(find(gates, 'script_errors').measured, 0)
})

test('errors are a share of what was sent, whatever was planned', () => {
  const errorsOf = (sent: number, errors: number) =>
    find(collect(plan(), data({ [ALL]: counter(sent), 'errors{scenario:spike}': counter(errors) })).gates, 'error_rate').measured
  assert.equal(errorsOf(10, 5), 0.5)
  assert.equal(errorsOf(1001, 1001), 1)
})

test('what must not be shed at all is a count, and reads as one', () => {
  const shed = 'http_reqs{scenario:spike,status:429}'
  const { gates } = collect(plan(), data({ [ALL]: counter(481), [shed]: counter(481) }, [shed]))
  const { measured, unit } = find(gates, 'shed_rate')
  assert.deepEqual({ measured, unit }, { measured: 481, unit: 'count' })
})

test('what was shed is no error, in the gate as in the table', () => {
  const users = closedWindow()
  const closed = makeGates({ windows: { users: { '*': limits({}) } } }, 'f.json', [users])
  const rateOf = (failed: number, errors: number, shed: number) => {
    const red = ['http_req_failed{scenario:users}', ...(shed > 0 ? ['http_reqs{scenario:users,status:429}'] : [])]
    const failures = (failure: string, n: number) => ({ [`failures{name:health,scenario:users,class:${failure}}`]: counter(n) })
    const metrics = {
      'http_reqs{scenario:users}': counter(1000),
      'http_reqs{name:health,scenario:users}': counter(1000),
      'http_reqs{scenario:users,status:429}': counter(shed),
      'http_req_failed{scenario:users}': {
        type: 'rate',
        values: { rate: failed / 1000, passes: failed, fails: 1000 - failed },
      },
      ...(errors > 0 ? failures('server_error', errors) : {}),
      ...(shed > 0 ? failures('shed', shed) : {}),
    }
    const summary = collect(plan(closed, [users]), data(metrics, red, closed))
    const { measured, ok } = find(summary.gates, 'error_rate')
    return { measured, ok, run: summary.ok, errors: summary.windows[0]?.total?.errors }
  }
  assert.deepEqual(rateOf(443, 0, 443), { measured: 0, ok: true, run: false, errors: 0 })
  assert.deepEqual(rateOf(500, 57, 443), { measured: 0.057, ok: false, run: false, errors: 57 })
  // What k6 saw fail and the script has no class for is an error all the same.
  assert.deepEqual(rateOf(500, 0, 443), { measured: 0.057, ok: false, run: false, errors: 0 })
  assert.deepEqual(rateOf(500, 500, 0), { measured: 0.5, ok: false, run: false, errors: 500 })
})

test('a trend without samples reads 0 in k6, which is no measurement', () => {
  const empty = collect(plan(), data({ [SLOW]: trend({ 'p(95)': 0, count: 0 }) }))
  assert.equal(find(empty.gates, 'p95_ms').measured, null)
  const absent = collect(plan(), { metrics: {}, state: { testRunDurationMs: 1 } })
  assert.equal(find(absent.gates, 'p95_ms').measured, null)
  const memory = makeGates(
    { windows: { spike: { '*': limits({}) } }, metrics: { watch_memory: { largest: 1, why: 'x' } } },
    'f.json',
    [SPIKE],
  )
  const bytes = collect(plan(memory), data({ watch_memory: trend({ max: 0, count: 0 }) }, [], memory))
  assert.equal(find(bytes.gates, 'largest').measured, null)
})

test('a gauge is measured although it counts no samples', () => {
  const gauge = makeGates(
    { windows: { spike: { '*': limits({}) } }, metrics: { probe_last_p95: { max: 50, why: 'x' } } },
    'f.json',
    [SPIKE],
  )
  const { gates } = collect(
    plan(gauge),
    data({ probe_last_p95: { type: 'gauge', values: { value: 12.5, min: 12.5, max: 12.5 } } }, [], gauge),
  )
  assert.equal(find(gates, 'max').measured, 12.5)
})

test('a rate over nothing is no measurement', () => {
  const users = closedWindow()
  const closed = makeGates({ windows: { users: { '*': limits({}) } } }, 'f.json', [users])
  const rate = (passes: number, fails: number) => ({
    'http_req_failed{scenario:users}': {
      type: 'rate',
      values: { rate: passes + fails === 0 ? 0 : passes / (passes + fails), passes, fails },
    },
  })
  assert.equal(find(collect(plan(closed, [users]), data(rate(1, 99), [], closed)).gates, 'error_rate').measured, 0.01)
  assert.equal(find(collect(plan(closed, [users]), data(rate(0, 0), [], closed)).gates, 'error_rate').measured, null)
})

const ofHealth = (metric: string, more = '') => `${metric}{name:health,scenario:spike${more}}`
const failed = (failure: string, count: number): Metrics => ({ [ofHealth('failures', `,class:${failure}`)]: counter(count) })
const health = (metrics: Metrics) => {
  const found = collect(plan(), data(metrics)).endpoints.find(({ endpoint }) => endpoint === 'health')
  assert.ok(found)
  return found
}

test('a request that failed was sent, whether k6 takes a sample of it or not', () => {
  const { sent, ok } = health(failed('failed_check', 3))
  assert.deepEqual([sent, ok], [3, 0])
})

test('of an endpoint: what was sent, right, shed and failed, and its latency', () => {
  const { latency, ...counts } = health({
    [ofHealth('http_reqs')]: counter(500),
    [ofHealth('http_reqs', ',expected_response:true')]: counter(480),
    ...failed('shed', 12),
    ...failed('server_error', 8),
    ...failed('failed_check', 5),
    [ofHealth('http_req_duration')]: trend({ med: 1, 'p(95)': 2, 'p(99)': 3, max: 4, count: 500 }),
  })
  assert.deepEqual(counts, {
    window: 'spike',
    endpoint: 'health',
    sent: 500,
    ok: 475,
    shed: 12,
    failures: { shed: 12, server_error: 8, failed_check: 5 },
  })
  assert.deepEqual(latency, { p50: 1, p95: 2, p99: 3, max: 4 })
})

test('a 429 without Retry-After is a failed check that k6 never took for right: it is taken off once', () => {
  const { ok } = health({
    [ofHealth('http_reqs')]: counter(100),
    [ofHealth('http_reqs', ',expected_response:true')]: counter(50),
    ...failed('failed_check', 50),
  })
  assert.equal(ok, 50)
})

test('a JSON-RPC error is not right, and what k6 did not take for right never is', () => {
  assert.equal(
    health({
      [ofHealth('http_reqs')]: counter(100),
      [ofHealth('http_reqs', ',expected_response:true')]: counter(100),
      ...failed('rpc_error', 30),
    }).ok,
    70,
  )
  assert.equal(
    health({ [ofHealth('http_reqs')]: counter(100), [ofHealth('http_reqs', ',expected_response:true')]: counter(90) }).ok,
    90,
  )
})

const WRONG = 'failures{name:health,scenario:spike,class:failed_check}'
const halfWrong = (red: readonly string[]) =>
  collect(
    plan(),
    data(
      {
        [ALL]: counter(1000),
        [RIGHT]: counter(1000),
        ...Object.fromEntries(
          ['health', 'resource'].flatMap((name) => [
            [`http_reqs{name:${name},scenario:spike}`, counter(500)],
            [`http_reqs{name:${name},scenario:spike,expected_response:true}`, counter(500)],
          ]),
        ),
        ...failed('failed_check', 400),
      },
      red,
    ),
  )

test('failed checks that k6 took for valid answers are no goodput', () => {
  const { gates, ok } = halfWrong([WRONG])
  assert.equal(ok, false)
  assert.equal(find(gates, 'goodput').measured, 0.6)
  assert.equal(find(gates, 'rps').measured, 60)
  assert.ok(!find(gates, 'goodput').ok && !find(gates, 'rps').ok)
})

test('failed checks that the limits let pass change nothing: k6 was told of them', () => {
  assert.equal(find(halfWrong([]).gates, 'goodput').measured, 1)
  assert.equal(halfWrong([]).ok, true)
})

test('the error rate of users counts failed checks that k6 took for valid answers', () => {
  const users = closedWindow()
  const closed = makeGates({ windows: { users: { '*': limits({}) } } }, 'f.json', [users])
  const wrong = 'failures{name:health,scenario:users,class:failed_check}'
  const metrics: Metrics = {
    'http_req_failed{scenario:users}': { type: 'rate', values: { rate: 0, passes: 0, fails: 100 } },
    'http_reqs{name:health,scenario:users}': counter(100),
    'http_reqs{name:health,scenario:users,expected_response:true}': counter(100),
    [wrong]: counter(25),
  }
  const red = find(collect(plan(closed, [users]), data(metrics, [wrong], closed)).gates, 'error_rate')
  assert.deepEqual([red.measured, red.ok], [0.25, false])
})

test('an endpoint that was never asked shows nothing', () => {
  assert.deepEqual(health({}), { window: 'spike', endpoint: 'health', sent: 0, ok: 0, shed: 0, failures: {}, latency: null })
})

test('every class of failure is observed, and so is every figure that the summary reads', () => {
  const seen = observed([WARMUP, SPIKE])
  for (const failure of FAILURE_CLASSES) assert.deepEqual(seen[ofHealth('failures', `,class:${failure}`)], [])
  for (const metric of [
    ALL,
    SLOW,
    ofHealth('http_reqs'),
    ofHealth('http_req_duration'),
    ofHealth('http_reqs', ',expected_response:true'),
  ])
    assert.deepEqual(seen[metric], [], metric)
  const settling = Object.keys(seen).filter((metric) => metric.includes('warmup'))
  assert.ok(settling.includes('failures{name:health,scenario:warmup,class:timeout}'))
  assert.ok(!settling.some((metric) => /duration|expected/.test(metric)), 'where latency settles only failures are looked at')
})

test('where latency settles an endpoint is in the summary when something failed there', () => {
  const failed = 'failures{name:health,scenario:warmup,class:server_error}'
  const { endpoints } = collect(plan(), data({ [failed]: counter(3), 'http_reqs{name:health,scenario:warmup}': counter(50) }))
  assert.deepEqual(
    endpoints.filter(({ window }) => window === 'warmup'),
    [{ window: 'warmup', endpoint: 'health', sent: 50, ok: 47, shed: 0, failures: { server_error: 3 }, latency: null }],
  )
})

test('the run is described: windows, totals, what was not tested', () => {
  const summary = collect(
    plan(),
    data({
      http_reqs: counter(1100),
      dropped_iterations: counter(3),
      iterations: counter(1090),
      script_errors: counter(0),
      vus_max: { type: 'gauge', values: { value: 5, min: 5, max: 25 } },
      http_req_sending: trend({ 'p(99)': 0.25, count: 1100 }),
    }),
  )
  assert.deepEqual(
    summary.windows.map(({ name, gated, start, duration }) => ({ name, gated, start, duration })),
    [
      { name: 'warmup', gated: false, start: 0, duration: 10 },
      { name: 'spike', gated: true, start: 0, duration: 10 },
    ],
  )
  assert.deepEqual(summary.totals, { sent: 1100, dropped: 3, script_errors: 0, iterations: 1090, vus_max: 25 })
  assert.equal(summary.sending_p99_ms, 0.25)
  assert.equal(summary.duration_s, 12.345)
  assert.deepEqual(summary.not_tested, ['action', 'events'])
  assert.deepEqual(summary.target, { name: 'mine', base_url: 'http://127.0.0.1:1' })
  assert.deepEqual(
    summary.endpoints.map(({ window, endpoint }) => [window, endpoint]),
    [
      ['spike', 'health'],
      ['spike', 'resource'],
    ],
  )
  assert.match(summary.finished_at, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
})

test('of each window: what was sent in all, and at which rate; of one that ends when it is done, none', () => {
  const once = { ...openWindow(1, { name: 'once', load: { model: 'once', iterations: 2 } }) }
  const made = makeGates({ windows: { spike: { '*': limits({}) }, once: { '*': limits({}) } } }, 'f.json', [SPIKE, once])
  const { windows } = collect(
    plan(made, [SPIKE, once]),
    data(
      {
        [ofHealth('http_reqs')]: counter(500),
        'http_reqs{name:resource,scenario:spike}': counter(400),
        ...failed('shed', 20),
        ...failed('timeout', 5),
        'failures{name:resource,scenario:spike,class:server_error}': counter(7),
        'http_reqs{name:health,scenario:once}': counter(2),
        [SLOW]: trend({ med: 1, 'p(95)': 2, 'p(99)': 3, max: 4, count: 900 }),
      },
      [],
      made,
    ),
  )
  assert.deepEqual(windows[0]?.total, { sent: 900, errors: 12, shed: 20, rps: 90, latency: { p50: 1, p95: 2, p99: 3, max: 4 } })
  assert.deepEqual(windows[0]?.planned, { health: 500, resource: 500 })
  assert.equal(windows[1]?.total, undefined)
  assert.equal(collect(plan(), data({})).windows[1]?.total, undefined, 'a window in which nothing was sent')
})

test('custom metrics that have a value are figures, and so is what they are made of', () => {
  const { figures } = collect(
    plan(),
    data({
      watch_memory: trend({ max: 5, count: 2 }),
      ws_refused: counter(3),
      'ws_refused{class:refused}': counter(2),
      'ws_refused{class:reset}': counter(0),
    }),
  )
  assert.deepEqual(figures.watch_memory, { unit: 'bytes', values: { max: 5, count: 2 } })
  assert.equal(figures.ws_refused?.values.count, 3)
  assert.equal(figures['ws_refused{class:refused}']?.values.count, 2)
  assert.equal(figures['ws_refused{class:reset}'], undefined, 'what did not occur')
  assert.equal(figures.watch_cpu, undefined, 'what was not measured')
})

test('errors of JSON-RPC are counted by code, those of no known code as other', () => {
  const code = (value: string, count: number): Metrics => ({
    [ofHealth('failures', `,class:rpc_error,code:${value}`)]: counter(count),
  })
  const { rpc_codes } = health({ ...failed('rpc_error', 10), ...code('-32601', 4), ...code('-32001', 3) })
  assert.deepEqual(rpc_codes, { '-32601': 4, '-32001': 3, other: 3 })
  assert.deepEqual(health({ ...failed('rpc_error', 4), ...code('-32601', 4) }).rpc_codes, { '-32601': 4 })
  assert.equal(health({ ...failed('timeout', 4) }).rpc_codes, undefined)
})

test('a gate on a metric of the whole run rests on that metric’s own samples', () => {
  const made = makeGates(
    {
      windows: { spike: { '*': limits({}) } },
      metrics: { watch_memory: { largest: 9, why: 'x' }, degradation: { max: 1, why: 'x' } },
    },
    'f.json',
    [SPIKE],
  )
  const { gates } = collect(
    plan(made),
    data({ watch_memory: trend({ max: 5, count: 12 }), degradation: { type: 'gauge', values: { value: 0.5 } } }, [], made),
  )
  assert.equal(find(gates, 'largest').samples, 12)
  assert.equal(find(gates, 'max').samples, null, 'a gauge counts none')
})

const LATE = 'late{scenario:spike,limit:*.p95_ms}'

test('a limit on latency holds where k6’s own figure and the time that users waited both do', () => {
  const measured = { [ALL]: counter(1000), [SLOW]: trend({ 'p(95)': 2.4, count: 1000 }), [LATE]: counter(600) }
  const green = find(collect(plan(), data(measured)).gates, 'p95_ms')
  assert.deepEqual([green.ok, green.late?.ok], [true, true])
  const red = collect(plan(), data(measured, [LATE]))
  assert.deepEqual([red.ok, red.gates.filter(({ ok }) => !ok).map(({ key }) => key)], [false, ['p95_ms']])
  const { late, measured: own } = find(red.gates, 'p95_ms')
  assert.deepEqual([own, late?.measured, late?.share, late?.ok], [2.4, 0.6, 0.05, false])
  const unjudged = data(measured)
  delete unjudged.metrics[LATE]?.thresholds
  assert.equal(find(collect(plan(), unjudged).gates, 'p95_ms').ok, false, 'k6 did not judge what users waited')
  assert.equal(find(collect(plan(), data({})).gates, 'p95_ms').late?.measured, null, 'nothing was sent')
})

test('in the closed model the late answers are a share already', () => {
  const users = closedWindow()
  const made = makeGates({ windows: { users: { '*': limits({ late_ms: 1000, late_share: 0.005 }) } } }, 'f.json', [users])
  const rate = { type: 'rate', values: { rate: 0.02, passes: 20, fails: 980 } }
  const measured = { 'http_reqs{scenario:users}': counter(1000), 'late_rate{scenario:users,limit:*.late_share}': rate }
  const gate = find(collect(plan(made, [users]), data(measured, [], made)).gates, 'late_share')
  assert.deepEqual([gate.measured, gate.late?.measured], [0.02, 0.02])
})

test('new connections and late answers are shares of what was sent', () => {
  const made = makeGates({ windows: { spike: { '*': limits({ late_ms: 1000, late_share: 0.005 }) } } }, 'f.json', [SPIKE])
  const measured = {
    [ALL]: counter(400),
    'late{scenario:spike,limit:*.late_share}': counter(4),
    'new_connections{scenario:spike}': counter(100),
  }
  const { gates } = collect(plan(made), data(measured, [], made))
  assert.deepEqual([find(gates, 'late_share').measured, find(gates, 'new_connections').measured], [0.01, 0.25])
})

test('a red run into a limiter is advised about it, a green one is not', () => {
  const shed = { [ofHealth('http_reqs')]: counter(100), ...failed('shed', 30) }
  const [advice] = collect(plan(), data(shed, [RIGHT])).advice ?? []
  assert.match(advice ?? '', /^30 of 100 requests were shed by the rate limiter \(429\)/)
  assert.equal(collect(plan(), data(shed)).advice, undefined)
  assert.equal(collect(plan(), data({}, [RIGHT])).advice, undefined)
})

test('no secret stands in a summary', () => {
  const secrets = { TOKEN: 'hunter2-a', API_KEY: 'hunter2-b', AUTH_PASSWORD: 'hunter2-c', CLIENT_SECRET: 'hunter2-d' }
  const shown = shownSettings(readSettings({ ...secrets, RATE: '5', AUTH_USERNAME: 'ann' }))
  assert.equal(shown.RATE, 5)
  assert.equal(shown.AUTH_USERNAME, 'ann')
  assert.deepEqual(
    Object.keys(shown).filter((name) => name in secrets),
    [],
  )
  const authorized = bindTarget(
    { name: 'm', base_url: 'http://127.0.0.1', auth: { flow: 'password', username: 'a', password: 'hunter2-e' }, endpoints: {} },
    'f',
    settings,
    true,
  )
  const summary = collect({ ...plan(), settings: readSettings(secrets), target: authorized }, {
    ...data({}),
    setup_data: { grant: 'hunter2-f' },
  } as K6Data)
  assert.ok(!JSON.stringify(summary).includes('hunter2'))
})
