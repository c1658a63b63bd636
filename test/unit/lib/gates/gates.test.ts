import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeGates } from '../../../../lib/gates/gates.ts'
import type { Gate } from '../../../../lib/gates/model.ts'
import { subMetric, thresholdsOf, toThresholds } from '../../../../lib/gates/threshold.ts'
import type { Limits, Thresholds } from '../../../../lib/gates/thresholds.ts'
import { schedule, type Window, type WindowSpec } from '../../../../lib/windows/workload.ts'
import { refuses } from '../refuses.ts'
import { closedWindow, openWindow, SIZING } from '../windows/windows.ts'
import { told } from './told.ts'

const FILE = 'thresholds/mine.json'
const WHY = 'because'
type Given = Partial<Omit<Limits, 'why'>>

const limitsOf = (given: Record<string, Given>): Record<string, Limits> =>
  Object.fromEntries(Object.entries(given).map(([endpoint, limits]) => [endpoint, { ...limits, why: WHY }]))

/** Gates of one window on these limits by endpoint. */
function gates(given: Record<string, Given>, window: Window = openWindow(), more: Partial<Thresholds> = {}): Gate[] {
  return makeGates({ windows: { [window.name]: limitsOf(given) }, ...more }, FILE, [window])
}
const find = (made: readonly Gate[], key: string, endpoint = '*'): Gate | undefined =>
  made.find((gate) => gate.key === key && gate.endpoint === endpoint)
const k6 = (made: readonly Gate[], key: string, endpoint = '*'): [string, string] | undefined => {
  const gate = find(made, key, endpoint)
  const { metric, expression } = (gate && told(gate)) ?? {}
  return metric === undefined || expression === undefined ? undefined : [metric, expression]
}
const ENOUGH = openWindow(2000)

test('each latency limit becomes its percentile on the tags of endpoint and window', () => {
  const limits = { p50_ms: 10, p90_ms: 20, p95_ms: 50, p99_ms: 100.5, p999_ms: 500, error_rate: 0 }
  const made = gates({ '*': limits, health: limits }, ENOUGH)
  for (const [endpoint, metric] of [
    ['*', 'http_req_duration{scenario:spike}'],
    ['health', 'http_req_duration{name:health,scenario:spike}'],
  ] as const)
    for (const [key, expression] of [
      ['p50_ms', 'med<=10'],
      ['p90_ms', 'p(90)<=20'],
      ['p95_ms', 'p(95)<=50'],
      ['p99_ms', 'p(99)<=100.5'],
      ['p999_ms', 'p(99.9)<=500'],
    ] as const) {
      assert.deepEqual(k6(made, key, endpoint), [metric, expression])
      const { kind, unit, bound, why } = find(made, key, endpoint) ?? {}
      assert.deepEqual({ kind, unit, bound, why }, { kind: 'limit', unit: 'ms', bound: 'max', why: WHY })
    }
})

test('failures are counted against what was planned', () => {
  const made = gates({ '*': { error_rate: 0.001, shed_rate: 0.01, shed_min: 3 }, health: { error_rate: 0.01, shed_rate: 0.1 } })
  assert.deepEqual(k6(made, 'error_rate'), ['errors{scenario:spike}', 'count<=1'])
  assert.deepEqual(k6(made, 'error_rate', 'health'), ['errors{name:health,scenario:spike}', 'count<=5'])
  assert.deepEqual(k6(made, 'shed_rate'), ['http_reqs{scenario:spike,status:429}', 'count<=10'])
  assert.deepEqual(k6(made, 'shed_rate', 'health'), ['http_reqs{name:health,scenario:spike,status:429}', 'count<=50'])
  assert.deepEqual(k6(made, 'shed_min'), ['http_reqs{scenario:spike,status:429}', 'count>=3'])
  assert.equal(find(made, 'error_rate')?.of, 1000)
  assert.equal(find(made, 'error_rate', 'health')?.of, 500)
})

test('in the closed model, which plans nothing, the error rate is the rate that k6 measures', () => {
  const made = gates({ '*': { error_rate: 0.01 } }, closedWindow())
  assert.deepEqual(k6(made, 'error_rate'), ['http_req_failed{scenario:users}', 'rate<=0.01'])
})

test('a JSON-RPC error, which k6 takes for a success, is let pass only where a limit says so', () => {
  for (const window of [openWindow(), closedWindow()]) {
    const rpc = { ...window, rpc: ['health'] }
    const selected = `failures{name:health,scenario:${window.name},class:rpc_error}`
    assert.deepEqual(k6(gates({ '*': { error_rate: 0.01 } }, rpc), 'rpc_errors', 'health'), [selected, 'count<=0'])
    assert.deepEqual(k6(gates({ '*': { error_rate: 0.01, rpc_errors: 3 } }, rpc), 'rpc_errors', 'health'), [selected, 'count<=3'])
    assert.equal(find(gates({ '*': { error_rate: 0.01 } }, window), 'rpc_errors', 'health'), undefined, 'it speaks no JSON-RPC')
  }
  const made = gates({ '*': { error_rate: 0.1, goodput: 0.5, rpc_errors: 3 } }, { ...openWindow(), rpc: ['health'] })
  assert.deepEqual(k6(made, 'rpc_errors'), ['failures{scenario:spike,class:rpc_error}', 'count<=3'])
  assert.equal(k6(made, 'goodput')?.[1], 'count>=503', 'those that are let pass are not delivered')
  refuses(() => gates({ '*': { error_rate: 0 }, health: { rpc_errors: 1 } }), 'windows.spike.health.rpc_errors', 'JSON-RPC')
})

test('of iterations with several requests, one fewer may start at the edge', () => {
  const window = openWindow(100, {}, {})
  const sequence = { ...window, order: ['health', 'resource', 'health', 'health'], perIteration: 4 }
  const limits = { error_rate: 0, goodput: 1 }
  const made = gates({ '*': limits, health: limits, resource: limits }, sequence)
  assert.equal(k6(made, 'goodput')?.[1], 'count>=996')
  assert.equal(k6(made, 'goodput', 'health')?.[1], 'count>=497')
  assert.equal(k6(made, 'goodput', 'resource')?.[1], 'count>=499')
})

test('throughput is a count of valid answers on the window, not a rate over the whole run', () => {
  const made = gates({ '*': { error_rate: 0, goodput: 0.99, rps: 90 }, health: { goodput: 1 } })
  // One iteration fewer than planned may start at the window's edge.
  assert.deepEqual(k6(made, 'goodput'), ['http_reqs{scenario:spike,expected_response:true}', 'count>=990'])
  assert.deepEqual(k6(made, 'goodput', 'health'), ['http_reqs{name:health,scenario:spike,expected_response:true}', 'count>=499'])
  assert.deepEqual(k6(made, 'rps'), ['http_reqs{scenario:spike,expected_response:true}', 'count>=900'])
  assert.equal(find(made, 'goodput')?.of, 1000)
  assert.equal(find(made, 'rps')?.of, 10)
  assert.equal(find(made, 'rps')?.bound, 'min')
})

test('nothing delivered is never enough', () => {
  assert.deepEqual(k6(gates({ '*': { error_rate: 1, goodput: 0 } }), 'goodput')?.[1], 'count>=1')
  assert.deepEqual(
    k6(gates({ '*': { error_rate: 1, goodput: 0.5 } }, openWindow(0.1, { mix: { health: 1 } })), 'goodput')?.[1],
    'count>=1',
  )
})

test('failed checks that are allowed do not count as goodput', () => {
  const made = gates({ '*': { error_rate: 0.1, goodput: 0.5, rps: 10 }, health: { goodput: 0.5, failed_checks: 7 } })
  assert.deepEqual(k6(made, 'goodput', 'health')?.[1], 'count>=257')
  assert.deepEqual(k6(made, 'goodput')?.[1], 'count>=507', 'of the whole window they are wrong too')
  assert.deepEqual(k6(made, 'rps')?.[1], 'count>=107')
  const all = gates({ '*': { error_rate: 0.1, failed_checks: 4 }, health: { goodput: 0.5 } })
  assert.deepEqual(k6(all, 'goodput', 'health')?.[1], 'count>=254', 'all of them may be this endpoint’s')
})

test('limits are those of all instances together; each k6 may start one iteration fewer at the edge of a window', () => {
  const made = gates(
    { '*': { error_rate: 0, shed_rate: 0.1, rps: 90, shed_min: 10, goodput: 1 } },
    openWindow(100, {}, { instances: 4 }),
  )
  assert.equal(k6(made, 'rps')?.[1], 'count>=900')
  assert.equal(k6(made, 'shed_min')?.[1], 'count>=10')
  assert.equal(k6(made, 'goodput')?.[1], 'count>=996')
  assert.equal(k6(gates({ '*': { error_rate: 0, rps: 90 } }, closedWindow({}, { instances: 4 })), 'rps')?.[1], 'count>=900')
})

test('a percentile is paired with the samples it rests on: at least ten beyond it', () => {
  for (const [key, samples] of [
    ['p50_ms', 20],
    ['p90_ms', 100],
    ['p95_ms', 200],
    ['p99_ms', 1000],
    ['p999_ms', 10_000],
  ] as const) {
    const made = gates({ '*': { error_rate: 0, [key]: 50 }, health: { [key]: 50 } }, ENOUGH)
    for (const [endpoint, metric] of [
      ['*', 'http_reqs{scenario:spike}'],
      ['health', 'http_reqs{name:health,scenario:spike}'],
    ] as const) {
      const gate = find(made, 'samples', endpoint)
      assert.deepEqual([...(gate ? Object.values(told(gate)) : []), gate?.kind], [metric, `count>=${samples}`, 'evidence'])
    }
  }
})

test('the strictest percentile says how many samples', () => {
  assert.equal(k6(gates({ '*': { error_rate: 0, p50_ms: 1, p99_ms: 1, p90_ms: 1 } }), 'samples')?.[1], 'count>=1000')
})

test('every latency limit has its evidence on the same tags, and so has every endpoint of the window', () => {
  const made = gates({ '*': { error_rate: 0, p95_ms: 1 }, resource: { p90_ms: 1 } })
  for (const gate of made.filter(({ unit }) => unit === 'ms'))
    assert.ok(
      made.some((one) => one.kind === 'evidence' && subMetric(one) === subMetric(gate).replace('http_req_duration', 'http_reqs')),
      subMetric(gate),
    )
  assert.equal(k6(made, 'samples', 'health')?.[1], 'count>=1', 'an endpoint that was never asked has passed nothing')
})

test('a percentile on fewer samples than planned is refused before any load', () => {
  refuses(
    () => gates({ '*': { error_rate: 0, p99_ms: 100 } }, openWindow(50)),
    `${FILE}: windows.spike.*: needs at least 1000 samples`,
    'p99',
    'plans 500 requests',
    'raise RATE or DURATION',
  )
  refuses(
    () => gates({ '*': { error_rate: 0 }, health: { p99_ms: 100 } }, openWindow(199)),
    `${FILE}: windows.spike.health: `,
    'plans 995 requests',
  )
  assert.ok(gates({ '*': { error_rate: 0 }, health: { p99_ms: 100 } }, openWindow(200)))
  assert.ok(gates({ '*': { error_rate: 0, p99_ms: 100 } }, openWindow(100, {}, { instances: 2000 })), 'they are those of all')
})

test('the closed model plans no requests: nothing that is a share of them can be asked of it', () => {
  refuses(
    () => gates({ '*': { error_rate: 0, goodput: 0.99 } }, closedWindow()),
    `${FILE}: windows.users.*.goodput: `,
    'rps instead',
  )
  refuses(() => gates({ '*': { error_rate: 0, shed_rate: 0.1 } }, closedWindow()), `${FILE}: windows.users.*.shed_rate: `)
  assert.equal(k6(gates({ '*': { error_rate: 0, rps: 20 } }, closedWindow()), 'rps')?.[1], 'count>=200')
  assert.equal(k6(gates({ '*': { error_rate: 0, p95_ms: 20 } }, closedWindow()), 'samples')?.[1], 'count>=200')
})

test('failed checks are always gated, none unless a limit says otherwise', () => {
  const made = gates({ '*': { error_rate: 0 }, health: { failed_checks: 2 } })
  assert.deepEqual(k6(made, 'failed_checks', 'health'), ['failures{name:health,scenario:spike,class:failed_check}', 'count<=2'])
  assert.deepEqual(k6(made, 'failed_checks', 'resource'), [
    'failures{name:resource,scenario:spike,class:failed_check}',
    'count<=0',
  ])
})

test('failed checks allowed to all endpoints together are counted together', () => {
  const made = gates({ '*': { error_rate: 0, failed_checks: 5 }, health: { failed_checks: 2 } })
  assert.deepEqual(k6(made, 'failed_checks'), ['failures{scenario:spike,class:failed_check}', 'count<=5'])
  assert.equal(k6(made, 'failed_checks', 'health')?.[1], 'count<=2')
  assert.equal(k6(made, 'failed_checks', 'resource')?.[1], 'count<=5')
})

test('no request may be shed where no budget says so, at any endpoint', () => {
  assert.deepEqual(k6(gates({ '*': { error_rate: 0 } }), 'shed_rate'), ['http_reqs{scenario:spike,status:429}', 'count<=0'])
  const made = gates({ '*': { error_rate: 0 }, health: { shed_rate: 0.1 } })
  assert.equal(k6(made, 'shed_rate', 'health')?.[1], 'count<=50')
  assert.deepEqual(k6(made, 'shed_rate', 'resource'), ['http_reqs{name:resource,scenario:spike,status:429}', 'count<=0'])
  const all = gates({ '*': { error_rate: 0, shed_rate: 0.1 } })
  assert.deepEqual(
    all.filter(({ key }) => key === 'shed_rate').map((gate) => told(gate).expression),
    ['count<=100'],
  )
})

test('who may be shed must be served after the time that was announced, but above a limiter, where others are in the way', () => {
  const shed = { '*': { error_rate: 0, shed_rate: 0.1 } }
  assert.deepEqual(k6(gates(shed), 'shed_again'), ['shed_again{scenario:spike}', 'med<=0.5'])
  assert.equal(find(gates({ '*': { error_rate: 0 } }), 'shed_again'), undefined, 'there nobody is to be shed')
  assert.equal(find(gates(shed, openWindow(100, { limiter: { rps: 30, exempt: [] } })), 'shed_again'), undefined)
})

test('load that must have been shed and may not be is refused', () => {
  refuses(() => gates({ '*': { error_rate: 0, shed_min: 1 } }), `${FILE}: windows.spike.*.shed_min: `, 'shed_rate')
  refuses(() => gates({ '*': { error_rate: 0 }, health: { shed_min: 1 } }), `${FILE}: windows.spike.health.shed_min: `)
  assert.ok(gates({ '*': { error_rate: 0, shed_rate: 1 }, health: { shed_min: 1 } }))
})

test('dropped iterations are gated in the open model, by the window’s tag', () => {
  const made = gates({ '*': { error_rate: 0 } })
  assert.deepEqual(k6(made, 'dropped_share'), ['dropped_iterations{scenario:spike}', 'count<=10'])
  assert.equal(find(made, 'dropped_share')?.kind, 'load')
  assert.equal(
    k6(gates({ '*': { error_rate: 0 } }, openWindow(), { run: { dropped_share: 0.05 } }), 'dropped_share')?.[1],
    'count<=50',
  )
  assert.equal(find(gates({ '*': { error_rate: 0 } }, closedWindow()), 'dropped_share'), undefined)
})

test('an iteration that threw fails every run', () => {
  const gate = gates({ '*': { error_rate: 0 } }).at(-1)
  assert.deepEqual(
    [gate?.window, gate?.kind, gate && told(gate)],
    ['run', 'script', { metric: 'script_errors', expression: 'count<=0' }],
  )
})

const settling = (more: Partial<WindowSpec> = {}) => openWindow(100, { name: 'settle', latency: 'settles', ...more })
const withSettling = (limits: Record<string, Given> | undefined, window = settling()): Gate[] =>
  makeGates({ windows: { spike: limitsOf({ '*': { error_rate: 0 } }), ...(limits && { settle: limitsOf(limits) }) } }, FILE, [
    openWindow(),
    window,
  ]).filter((gate) => gate.window === 'settle')
const lines = (made: readonly Gate[]): string[] => made.map((gate) => [gate.kind, ...Object.values(told(gate))].join(' '))

test('where latency settles nothing may fail, and something must have been sent', () => {
  assert.deepEqual(lines(withSettling(undefined)), [
    'limit errors{scenario:settle} count<=0',
    'evidence http_reqs{scenario:settle} count>=1',
    'limit failures{scenario:settle,class:failed_check} count<=0',
    'limit http_reqs{scenario:settle,status:429} count<=0',
  ])
  assert.ok(
    lines(withSettling(undefined, { ...settling(), rpc: ['health'] })).includes(
      'limit failures{scenario:settle,class:rpc_error} count<=0',
    ),
  )
})

test('where latency settles only a budget of the file lets failures pass, and says why', () => {
  const made = withSettling({ '*': { error_rate: 0.01, shed_rate: 0.1 }, health: { failed_checks: 2 } })
  assert.deepEqual(lines(made), [
    'limit errors{scenario:settle} count<=10',
    'limit http_reqs{scenario:settle,status:429} count<=100',
    'evidence http_reqs{scenario:settle} count>=1',
    'limit failures{scenario:settle,class:failed_check} count<=2',
    'limit failures{name:health,scenario:settle,class:failed_check} count<=2',
  ])
  assert.equal(find(made, 'error_rate')?.why, WHY)
  const shedOnly = withSettling({ '*': { shed_rate: 0.1 } })
  assert.equal(k6(shedOnly, 'error_rate')?.[1], 'count<=0', 'a budget for shed load is none for errors')
})

test('a limit on latency or throughput is refused where latency settles', () => {
  for (const key of ['p95_ms', 'goodput', 'rps', 'shed_min', 'shed_excess'])
    refuses(() => withSettling({ '*': { error_rate: 0, [key]: 1 } }), `${FILE}: windows.settle.*.${key}: `, 'settle')
  refuses(() => withSettling({ helth: { error_rate: 0 } }), 'windows.settle.helth: this window sends nothing', '"health"')
})

test('what is sent beside the windows may not fail either', () => {
  const made = (beside: Parameters<typeof makeGates>[4], windows = [openWindow()]) =>
    lines(makeGates({ windows: { spike: limitsOf({ '*': { error_rate: 0 } }) } }, FILE, windows, {}, beside)).filter((line) =>
      /group|auth|cut/.test(line),
    )
  assert.deepEqual(made([]), [])
  assert.deepEqual(made(['setup', 'teardown', 'comeback', 'auth']), [
    'limit failures{group:::setup} count<=0',
    'limit failures{group:::teardown} count<=0',
    'limit errors{group:::teardown::comeback} count<=0',
    'limit failures{scenario:auth} count<=0',
  ])
  const handed = schedule(
    [
      { name: 'warmup', duration: 1, mix: { health: 1 }, latency: 'settles', load: { model: 'open', rate: 10 } },
      { name: 'spike', duration: 10, mix: { health: 1 }, load: { model: 'open', rate: 10 } },
    ],
    SIZING,
  )
  assert.deepEqual(made([], handed), ['evidence iterations_cut_off value<=0'], 'a warm-up cuts off what is late')
})

test('an unknown window, endpoint or metric is refused with the nearest right name', () => {
  const right = limitsOf({ '*': { error_rate: 0 } })
  refuses(
    () => makeGates({ windows: { spike: right, spyke: right } }, FILE, [openWindow()]),
    `${FILE}: windows.spyke: the script has no window of that name; did you mean "spike"?; it has spike`,
  )
  refuses(
    () => gates({ '*': { error_rate: 0 }, helth: { p95_ms: 1 } }),
    `${FILE}: windows.spike.helth: this window sends nothing to an endpoint of that name; did you mean "health"?; it sends to health, resource`,
  )
  refuses(
    () => gates({ '*': { error_rate: 0 }, action: { p95_ms: 1 } }),
    `${FILE}: windows.spike.action: this window sends nothing`,
  )
  refuses(
    () => gates({ '*': { error_rate: 0 } }, openWindow(), { metrics: { script_error: { max: 0, why: WHY } } }),
    `${FILE}: metrics.script_error: unknown metric; did you mean "script_errors"?`,
  )
})

test('a gated window without limits, or with errors that would pass unseen, is refused', () => {
  refuses(() => makeGates({ windows: {} }, FILE, [openWindow()]), `${FILE}: windows.spike: missing`)
  refuses(() => gates({ '*': { p95_ms: 50 } }), `${FILE}: windows.spike: no error_rate, neither for "*" nor for "health"`)
  refuses(() => gates({ health: { error_rate: 0 } }), 'neither for "*" nor for "resource"')
  refuses(() => gates({ '*': { p95_ms: 50 }, health: { error_rate: 0 } }), 'neither for "*" nor for "resource"')
  assert.ok(gates({ health: { error_rate: 0 }, resource: { error_rate: 0 } }))
})

test('a run in which nothing would be gated is refused', () => {
  const warmup = openWindow(100, { name: 'warmup', latency: 'settles' })
  refuses(() => makeGates({ windows: {} }, FILE, [warmup]), `${FILE}: `, 'nothing')
  refuses(() => makeGates({ windows: {} }, FILE, []), `${FILE}: `, 'nothing')
})

test('k6’s thresholds hold every gate, each expression once', () => {
  const made = gates({ '*': { error_rate: 0, p95_ms: 50, p99_ms: 90, goodput: 0.9, rps: 50 } })
  const thresholds = toThresholds(made)
  for (const { metric, expression } of made.flatMap(thresholdsOf)) assert.ok(thresholds[metric]?.includes(expression))
  for (const expressions of Object.values(thresholds)) assert.equal(new Set(expressions).size, expressions.length)
  assert.deepEqual(thresholds['http_req_duration{scenario:spike}'], ['p(95)<=50', 'p(99)<=90'])
  for (const expression of Object.values(thresholds).flat())
    assert.match(expression, /^(med|p\([\d.]+\)|count|rate|value|max)(<=|>=)[\d.]+(e-\d+)?$/)
})

test('a gate’s tags hold neither comma nor emptiness, which k6 cannot select', () => {
  for (const gate of gates({ '*': { error_rate: 0, p95_ms: 1 }, health: { p95_ms: 1, shed_rate: 0.1 } }))
    assert.match(subMetric(gate), /^[a-z_]+(\{\w+:[\w*]+(,\w+:[\w*]+)*\})?$/)
})

test('what is a fraction of a request is rounded against the gateway', () => {
  const window = openWindow(33.3, { mix: { health: 1 } })
  const made = gates({ '*': { error_rate: 0.01, shed_rate: 0.01, rps: 3.33, goodput: 0.5 } }, window, {
    run: { dropped_share: 0.01 },
  })
  assert.deepEqual(k6(made, 'error_rate')?.[1], 'count<=3')
  assert.deepEqual(k6(made, 'shed_rate')?.[1], 'count<=3')
  assert.deepEqual(k6(made, 'dropped_share')?.[1], 'count<=3')
  assert.deepEqual(k6(made, 'rps')?.[1], 'count>=34')
  // The half of 332, one iteration fewer than planned.
  assert.deepEqual(k6(made, 'goodput')?.[1], 'count>=166')
  assert.deepEqual(k6(gates({ '*': { error_rate: 0, goodput: 0.999 } }, window), 'goodput')?.[1], 'count>=332')
})

test('of load over a limiter, only what that lets through must be delivered, and of the rest a share must be shed', () => {
  const window = openWindow(100, { limiter: { rps: 30, exempt: [] } })
  const made = gates({ '*': { error_rate: 0, shed_rate: 1, goodput: 1, shed_excess: 0.333 }, health: { goodput: 1 } }, window)
  assert.equal(window.admitted, 300)
  assert.equal(k6(made, 'goodput')?.[1], 'count>=299')
  assert.equal(find(made, 'goodput')?.of, 300)
  assert.equal(k6(made, 'goodput', 'health')?.[1], 'count>=499', 'nobody knows which endpoints it lets through')
  assert.deepEqual(k6(made, 'shed_excess'), ['http_reqs{scenario:spike,status:429}', 'count>=234'])
  assert.equal(find(made, 'shed_excess')?.of, 700)
})

test('a share of what is over a limiter means nothing without one, nor at one endpoint', () => {
  const limited = openWindow(100, { limiter: { rps: 30, exempt: [] } })
  const limits = { error_rate: 0, shed_rate: 1 }
  refuses(() => gates({ '*': { ...limits, shed_excess: 0.8 } }), `${FILE}: windows.spike.*.shed_excess: `)
  refuses(() => gates({ '*': limits, health: { shed_excess: 0.8 } }, limited), `${FILE}: windows.spike.health.shed_excess: `)
  refuses(() => gates({ '*': { error_rate: 0, shed_excess: 0.8 } }, closedWindow()), `${FILE}: windows.users.*.shed_excess: `)
})

test('a window that sends to no endpoint has no gates of its own', () => {
  const [held] = schedule(
    [{ name: 'held', duration: 10, exec: 'hold', load: { model: 'own', executor: 'per-vu-iterations', vus: 1, iterations: 1 } }],
    SIZING,
  )
  assert.ok(held)
  const made = makeGates({ windows: { spike: limitsOf({ '*': { error_rate: 0 } }) } }, FILE, [openWindow(), held])
  assert.ok(made.every(({ window }) => window !== 'held'))
})

test('what is paced drops no iterations: it has one', () => {
  const [probe] = schedule(
    [{ name: 'probe', duration: 10, exec: 'probe', endpoints: ['health'], load: { model: 'paced', rate: 20 } }],
    SIZING,
  )
  const made = gates({ '*': { error_rate: 0.01, p95_ms: 50 } }, probe)
  assert.equal(find(made, 'dropped_share'), undefined)
  assert.equal(k6(made, 'error_rate')?.[1], 'count<=2')
})

test('a budget for JSON-RPC errors means nothing where nobody speaks JSON-RPC', () => {
  const budget = { '*': { error_rate: 0, rpc_errors: 3 } }
  refuses(() => gates(budget), `${FILE}: windows.spike.*.rpc_errors: `)
  const made = gates(budget, { ...openWindow(), rpc: ['resource'] })
  assert.deepEqual(
    made.filter(({ key }) => key === 'rpc_errors').map(({ endpoint }) => endpoint),
    ['*', 'resource'],
  )
})

test('an endpoint that has evidence for a percentile needs none for having been asked', () => {
  const samples = gates({ '*': { error_rate: 0 }, health: { p95_ms: 1 } }).filter(({ key }) => key === 'samples')
  assert.deepEqual(samples.map((gate) => [gate.endpoint, told(gate).expression]).sort(), [
    ['health', 'count>=200'],
    ['resource', 'count>=1'],
  ])
})

test('windows that share limits are each held to them', () => {
  const spikes = [openWindow(), openWindow(100, { name: 'spike_2', limits: 'spike' })]
  const made = makeGates({ windows: { spike: limitsOf({ '*': { error_rate: 0, p95_ms: 5 } }) } }, FILE, spikes)
  assert.deepEqual(made.filter(({ key }) => key === 'p95_ms').map(subMetric), [
    'http_req_duration{scenario:spike}',
    'http_req_duration{scenario:spike_2}',
  ])
})

test('a gate has the reason of its own limit, and where no file asks for it, that of its kind', () => {
  const why = { error_rate: 'Errors.', '*': 'All else.' }
  const limits = { '*': { error_rate: 0, p95_ms: 5, failed_checks: 2, shed_rate: 0.1, why } }
  const made = makeGates({ windows: { spike: limits } }, FILE, [ENOUGH])
  const reason = (key: string, endpoint?: string) => find(made, key, endpoint)?.why
  assert.equal(reason('error_rate'), 'Errors.')
  assert.equal(reason('p95_ms'), 'All else.')
  assert.equal(reason('failed_checks', 'health'), 'All else.', 'the budget of all endpoints is each one’s')
  assert.match(String(reason('dropped_share')), /never sent/)
  assert.match(String(reason('shed_again')), /is served/)
  const none = makeGates({ windows: { spike: { '*': { error_rate: 0, why } } } }, FILE, [ENOUGH])
  assert.match(String(find(none, 'failed_checks', 'health')?.why), /never right/)
})

test('a gate says how many samples it needs, and its evidence asks for the most', () => {
  const made = gates({ '*': { error_rate: 0, p95_ms: 5, p99_ms: 9, max_ms: 20 } }, ENOUGH)
  assert.deepEqual(
    ['p95_ms', 'p99_ms', 'max_ms', 'error_rate'].map((key) => find(made, key)?.needs),
    [200, 1000, undefined, undefined],
  )
  assert.equal(find(made, 'samples')?.limit, 1000)
})
