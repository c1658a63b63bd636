import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FAILURE_CLASSES } from '../../../../lib/base/outcome.ts'
import { makeGates } from '../../../../lib/gates/gates.ts'
import type { Gate } from '../../../../lib/gates/model.ts'
import { subMetric } from '../../../../lib/gates/threshold.ts'
import type { MetricLimits } from '../../../../lib/gates/thresholds.ts'
import { METRICS, type MetricDeclaration, type MetricName } from '../../../../lib/metrics/list.ts'
import { refuses } from '../refuses.ts'
import { openWindow } from '../windows/windows.ts'
import { told } from './told.ts'

const FILE = 'thresholds/mine.json'
const DECLARED = Object.entries(METRICS) as [MetricName, MetricDeclaration][]
/** Shares are made for limits of windows. */
const LIMITED = DECLARED.filter(([, { type }]) => type !== 'rate')
const ofType = (type: MetricDeclaration['type']) => DECLARED.filter(([, declaration]) => declaration.type === type)
const gates = (name: string, limits: Partial<MetricLimits>, planned?: number): Gate[] =>
  makeGates(
    { windows: { spike: { '*': { error_rate: 0, why: 'because' } } }, metrics: { [name]: { ...limits, why: 'because' } } },
    FILE,
    [openWindow(100)],
    planned === undefined ? {} : { [name]: planned },
  ).filter(({ window, endpoint }) => window === 'run' && endpoint === name)
/** The metric of k6 that a declared one stands on. */
const standsOn = (name: MetricName): string => (METRICS[name] as MetricDeclaration).metric ?? name
const shown = (...args: Parameters<typeof gates>) => gates(...args).map((gate) => [gate.key, ...Object.values(told(gate))])

test('a counter has totals', () => {
  assert.deepEqual(shown('failures', { min: 3, max: 7 }), [
    ['min', 'failures', 'count>=3'],
    ['max', 'failures', 'count<=7'],
  ])
})

test('a share is of what the script planned', () => {
  const [least, most] = gates('failures', { min_share: 0.99, max_share: 0.5 }, 1000)
  assert.deepEqual(
    [(least && told(least))?.expression, least?.of, least?.unit, least?.limit],
    ['count>=990', 1000, 'share', 0.99],
  )
  assert.deepEqual([(most && told(most))?.expression, most?.bound], ['count<=500', 'max'])
  refuses(
    () => gates('failures', { min_share: 0.99 }),
    `${FILE}: metrics.failures.min_share: the script plans no number of failures; use min instead`,
  )
})

test('a total of at least nothing is no limit: it holds whatever was counted', () => {
  refuses(
    () => gates('failures', { min: 0 }),
    `${FILE}: metrics.failures.min: expected more than 0, found 0: every total is at least that, so nothing could break it`,
  )
  refuses(() => gates('failures', { min_share: 0 }, 1000), /metrics\.failures\.min_share: expected more than 0, found 0/)
  assert.equal(gates('failures', { max: 0 }).length, 1)
})

test('a metric may stand on one of k6’s own, and say something about the load or the evidence instead of the gateway', () => {
  for (const [name, { type, kind = 'limit' }] of LIMITED) {
    const limit = type === 'trend' ? { p95: 1 } : { max: 1 }
    const [gate] = gates(name, limit)
    assert.deepEqual([gate?.kind, gate && subMetric(gate)], [kind, standsOn(name)], name)
  }
  assert.ok(DECLARED.some(([, { kind }]) => kind !== undefined) && DECLARED.some(([, { metric }]) => metric !== undefined))
})

test('a share of what windows send cannot be limited over the whole run', () => {
  const rates = ofType('rate')
  assert.ok(rates.length > 0)
  for (const [name] of rates) refuses(() => gates(name, { max: 1 }), `metrics.${name}`, 'windows', 'p95_ms')
})

test('evidence that the run does not plan is refused before any load', () => {
  const limits = { watch_memory: { largest: 1, why: 'because' }, degradation: { max: 1, why: 'because' } }
  const planning = (planned: Record<string, number>) =>
    makeGates(
      { windows: { spike: { '*': { error_rate: 0, why: 'because' } } }, metrics: limits },
      FILE,
      [openWindow(100)],
      planned,
    )
  assert.ok(planning({}))
  assert.ok(planning({ degradation_samples: 200 }))
  refuses(
    () => planning({ degradation_samples: 199 }),
    `${FILE}: metrics.degradation: needs at least 200 samples`,
    'plans 199 of degradation_samples',
  )
})

test('a median may have to be reached', () => {
  for (const [name, { unit }] of ofType('trend')) {
    const gate = gates(name, { p50_min: 3 }).find(({ key }) => key === 'p50_min')
    assert.deepEqual([(gate && told(gate))?.expression, gate?.bound, gate?.unit], ['med>=3', 'min', unit])
  }
  refuses(() => gates('failures', { p50_min: 1 }), 'metrics.failures.p50_min: failures is a counter')
})

test('a trend has percentiles and a largest value, a gauge has its value, each in its own unit', () => {
  for (const [name, { unit }] of ofType('trend')) {
    assert.deepEqual(
      gates(name, { p50: 1, p95: 2, p99: 3, largest: 4 })
        .filter(({ kind }) => kind !== 'evidence')
        .map((gate) => [...Object.values(told(gate)), gate.unit]),
      [
        [standsOn(name), 'med<=1', unit],
        [standsOn(name), 'p(95)<=2', unit],
        [standsOn(name), 'p(99)<=3', unit],
        [standsOn(name), 'max<=4', unit],
      ],
    )
  }
  for (const [name, { unit }] of ofType('gauge'))
    assert.deepEqual(
      gates(name, { min: 1, max: 2.5 })
        .filter(({ kind }) => kind !== 'evidence')
        .map((gate) => [...Object.values(told(gate)), gate.unit]),
      [
        [standsOn(name), 'value>=1', unit],
        [standsOn(name), 'value<=2.5', unit],
      ],
    )
})

test('a trend or gauge passes every limit when it has no sample, so each names the counter of its samples', () => {
  for (const [name, { type, evidence }] of LIMITED) {
    if (type === 'counter') continue
    const counter = evidence?.replace(/\{.*/, '')
    const counted = DECLARED.find(([other]) => other === counter)
    assert.equal(counted?.[1].type, 'counter', `${name} has no counter as evidence`)
    const limits = type === 'trend' ? [{ p95: 1 }, { largest: 1 }, { p99: 1, p50: 1 }] : [{ max: 1 }, { min: 1 }]
    for (const limit of limits) {
      const made = gates(name, limit)
      const proof = made.find(({ kind }) => kind === 'evidence')
      assert.equal(proof && subMetric(proof), evidence)
      assert.match((proof && told(proof))?.expression ?? '', /^count>=[1-9]\d*$/)
    }
  }
})

test('a percentile needs at least ten samples beyond it', () => {
  for (const [name, { needs = 1, exact = false }] of ofType('trend'))
    if (!exact)
      for (const [limit, least] of [
        [{ p50: 1 }, 20],
        [{ p95: 1 }, 200],
        [{ p99: 1 }, 1000],
        [{ largest: 1 }, 1],
      ] as const)
        assert.equal(gates(name, limit).find(({ kind }) => kind === 'evidence')?.limit, Math.max(least, needs))
})

test('a trend whose samples are figures of their own needs only as many as it says', () => {
  for (const [name, { needs = 1, exact }] of ofType('trend'))
    if (exact) assert.equal(gates(name, { p95: 1 }).find(({ kind }) => kind === 'evidence')?.limit, needs)
})

test('a limit of another kind is refused', () => {
  refuses(() => gates('failures', { p95: 1 }), `${FILE}: metrics.failures.p95: failures is a counter, which has no such limit`)
  for (const [name] of ofType('trend'))
    refuses(() => gates(name, { max: 1 }), `${FILE}: metrics.${name}.max: ${name} is a trend, which has no such limit`)
  for (const [name] of ofType('gauge')) refuses(() => gates(name, { p95: 1 }), `metrics.${name}.p95: ${name} is a gauge`)
})

test('an unknown metric is refused with the nearest and all that are known', () => {
  refuses(
    () => gates('failure', { max: 1 }),
    `${FILE}: metrics.failure: unknown metric; did you mean "failures"?; known: failures, errors`,
  )
  for (const inherited of ['toString', 'valueOf'])
    refuses(() => gates(inherited, { p95: 1 }), `metrics.${inherited}: unknown metric`)
})

test('every metric says what it is, and the classes of outcomes fit a tag', () => {
  for (const [name, { doc }] of DECLARED) {
    assert.match(name, /^[a-z][a-z0-9_]*$/)
    assert.match(doc, /^[A-Z\d].*\.$/, name)
  }
  for (const failure of FAILURE_CLASSES) assert.match(failure, /^[a-z_]+$/)
})
