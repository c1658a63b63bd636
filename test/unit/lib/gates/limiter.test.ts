import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeGates } from '../../../../lib/gates/gates.ts'
import { subMetric } from '../../../../lib/gates/threshold.ts'
import type { Limits } from '../../../../lib/gates/thresholds.ts'
import type { Window } from '../../../../lib/windows/workload.ts'
import { refuses } from '../refuses.ts'
import { openWindow } from '../windows/windows.ts'
import { told } from './told.ts'

const LIMITED = { limiter: { rps: 300, exempt: [] } }

const gates = (limits: Omit<Limits, 'why'>, window: Window) =>
  makeGates({ windows: { [window.limits]: { '*': { error_rate: 0, ...limits, why: 'because' } } } }, 'mine.json', [window])

const expression = (limits: Omit<Limits, 'why'>, window: Window, key: string) =>
  gates(limits, window)
    .filter((gate) => gate.key === key)
    .map((gate) => told(gate).expression)[0]

test('above a limiter, what it lets through is what must be delivered, and the excess what must be shed', () => {
  const window = openWindow(1000, LIMITED)
  assert.equal(window.admitted, 3000)
  assert.equal(expression({ goodput: 1, shed_rate: 1 }, window, 'goodput'), 'count>=2999')
  assert.equal(expression({ shed_excess: 0.5, shed_rate: 1 }, window, 'shed_excess'), 'count>=3500')
})

test('above a limiter, as many of what it lets through may be late as without one: what is shed is shed quickly', () => {
  const window = openWindow(1000, LIMITED)
  const made = gates({ p95_ms: 300, late_ms: 1000, late_share: 0.01, shed_rate: 1 }, window)
  const late = (key: string) => made.find((gate) => gate.key === key)?.late?.threshold
  assert.deepEqual([late('p95_ms'), late('late_share')], [150, 30])
})

test('what the limiter does not count may not be shed, where others may', () => {
  const limiter = { rps: 300, exempt: ['health', 'metrics'] }
  const shed = (made: ReturnType<typeof gates>) =>
    made.filter(({ key }) => key === 'shed_rate').map((gate) => `${subMetric(gate)} ${told(gate).expression}`)
  const none = 'http_reqs{name:health,scenario:spike,status:429} count<=0'
  assert.deepEqual(shed(gates({ shed_rate: 1 }, openWindow(1000, { limiter }))), [none])
  assert.deepEqual(shed(gates({ shed_rate: 0.5 }, openWindow(200, { limiter }))), [
    'http_reqs{scenario:spike,status:429} count<=1000',
    none,
  ])
  const own = { '*': { error_rate: 0, shed_rate: 1, why: 'because' }, health: { shed_rate: 0.5, why: 'because' } }
  assert.deepEqual(shed(makeGates({ windows: { spike: own } }, 'mine.json', [openWindow(1000, { limiter })])), [
    'http_reqs{name:health,scenario:spike,status:429} count<=2500',
  ])
  assert.deepEqual(shed(gates({}, openWindow(200, { limiter }))), ['http_reqs{scenario:spike,status:429} count<=0'])
})

test('a budget of all is no gate, since nothing could break it', () => {
  const window = openWindow(1000, LIMITED)
  assert.equal(expression({ shed_rate: 1 }, window, 'shed_rate'), undefined)
  assert.equal(expression({ shed_rate: 0.99 }, window, 'shed_rate'), 'count<=9900')
})

test('below it everything must be delivered, and there is no excess', () => {
  const window = openWindow(200, LIMITED)
  assert.equal(expression({ goodput: 1 }, window, 'goodput'), 'count>=1999')
  refuses(() => gates({ shed_excess: 0.5 }, window), 'mine.json: windows.spike.*.shed_excess')
  const byEndpoint = { '*': { error_rate: 0, why: 'because' }, health: { shed_excess: 0.5, why: 'because' } }
  const limited = openWindow(1000, LIMITED)
  refuses(() => makeGates({ windows: { spike: byEndpoint } }, 'mine.json', [limited]), 'windows.spike.health.shed_excess')
})

test('windows under the same limits are gated each by itself', () => {
  const [first, second] = ['spike-1', 'spike-2'].map((name) => openWindow(100, { name, limits: 'spike' }))
  assert.ok(first && second)
  const file = { windows: { spike: { '*': { p95_ms: 300, error_rate: 0, why: 'because' } } } }
  const made = makeGates(file, 'mine.json', [first, second]).filter(({ key }) => key === 'p95_ms')
  assert.deepEqual(made.map(subMetric), ['http_req_duration{scenario:spike-1}', 'http_req_duration{scenario:spike-2}'])
  refuses(() => makeGates({ windows: { 'spike-1': {} } }, 'mine.json', [first]), 'no window of that name', 'spike')
})
