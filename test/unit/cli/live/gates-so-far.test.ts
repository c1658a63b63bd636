import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { gatesSoFar } from '../../../../cli/live/gates-so-far.ts'
import type { Total } from '../../../../cli/record/cumulative.ts'
import { labelOf } from '../../../../lib/gates/catalogue.ts'
import type { Gate } from '../../../../lib/gates/model.ts'
import { gateName } from '../../../../lib/summary/wording.ts'
import { stat, threshold } from '../../lib/gates/told.ts'
import { observe } from '../record/native-buckets.ts'
import { runPlan } from '../run-plan.ts'

const duration = (seconds: number[], labels: Record<string, string>): Total => ({
  name: 'http_req_duration',
  labels,
  kind: 'histogram',
  seconds: true,
  value: 0,
  histogram: observe(seconds),
})
const counter = (name: string, value: number, labels: Record<string, string>): Total => ({
  name,
  labels,
  kind: 'counter',
  seconds: false,
  value,
})

/** A gate in the catalogue's own words. */
const gate = (key: string, metric: string, expression: string): Gate => {
  const [, endpoint = '*'] = /name:(\w+)/.exec(metric) ?? []
  const bound = expression.includes('>=') ? 'min' : 'max'
  const [, window = 'run'] = /scenario:(\w+)/.exec(metric) ?? []
  return {
    window,
    endpoint,
    key,
    label: labelOf(key),
    kind: 'limit',
    ...threshold(metric, expression),
    limit: 0,
    unit: 'count',
    bound,
    why: '',
  }
}

function state(gate: Gate, totals: Total[], elapsed: number, over = false) {
  const plan = runPlan({ windows: [{ name: 'spike', start: 10, duration: 10 }], gates: [gate] })
  return gatesSoFar(plan, totals, elapsed, over).map(({ gate, state, measured }) => [gateName(gate), state, measured])
}

describe('gates while the run goes on', () => {
  const errors = gate('error_rate', 'errors{scenario:spike}', 'count<=1')
  it('are open before their window begins, whatever was counted elsewhere', () => {
    assert.deepEqual(state(errors, [counter('errors', 9, { scenario: 'base' })], 5), [['spike / all error rate', 'open', 0]])
  })
  it('hold while a count stays within its limit, and are red as soon as it does not', () => {
    assert.deepEqual(state(errors, [counter('errors', 1, { scenario: 'spike', name: 'a' })], 12)[0]?.[1], 'holds')
    const both = [counter('errors', 1, { scenario: 'spike', name: 'a' }), counter('errors', 1, { scenario: 'spike', name: 'b' })]
    assert.deepEqual(state(errors, both, 12)[0], ['spike / all error rate', 'red', 2])
  })
  it('stand in the order of their windows, those of the whole run last', () => {
    const windows = ['spike', 'base'].map((name, i) => ({ name, start: i, duration: 1 }))
    const gates = [
      gate('script_errors', 'script_errors', 'count<=0'),
      gate('error_rate', 'errors{scenario:base}', 'count<=1'),
      errors,
    ]
    const names = gatesSoFar(runPlan({ windows, gates }), [], 0).map(({ gate }) => gateName(gate))
    assert.deepEqual(names, ['spike / all error rate', 'base / all error rate', 'run script errors'])
  })
  it('that must reach a count are open until they do, and red when their window has ended without', () => {
    const goodput = gate('goodput', 'http_reqs{name:a,scenario:spike,expected_response:true}', 'count>=10')
    const sent = (count: number) => [counter('http_reqs', count, { scenario: 'spike', name: 'a', expected_response: 'true' })]
    assert.equal(state(goodput, sent(3), 15)[0]?.[1], 'open')
    assert.equal(state(goodput, sent(10), 15)[0]?.[1], 'holds')
    assert.equal(state(goodput, sent(3), 21)[0]?.[1], 'open', 'a push may still be on its way')
    assert.deepEqual(state(goodput, sent(3), 23)[0], ['spike / a goodput', 'red', 3])
    assert.equal(state(goodput, sent(3), 15, true)[0]?.[1], 'red')
  })
  it('on a percentile follow all endpoints together, in milliseconds', () => {
    const p95 = gate('p95_ms', 'http_req_duration{scenario:spike}', 'p(95)<=100')
    const fast = duration(new Array(90).fill(0.01), { scenario: 'spike', name: 'a' })
    const slow = duration(new Array(20).fill(0.5), { scenario: 'spike', name: 'b' })
    assert.equal(state(p95, [], 15)[0]?.[1], 'open')
    assert.equal(state(p95, [fast], 15)[0]?.[1], 'holds')
    const [name, red, measured] = state(p95, [fast, slow], 15)[0] ?? []
    assert.deepEqual([name, red], ['spike / all p95', 'red'])
    assert.ok(Math.abs(Number(measured) / 500 - 1) < 0.1)
  })
  it('on the share of failed requests are made of the requests', () => {
    const rate = gate('error_rate', 'http_req_failed{scenario:spike}', 'rate<=0.1')
    const requests = [
      counter('http_reqs', 8, { scenario: 'spike', expected_response: 'true' }),
      counter('http_reqs', 2, { scenario: 'spike', expected_response: 'false' }),
    ]
    assert.deepEqual(state(rate, requests, 15)[0], ['spike / all error rate', 'red', 0.2])
  })
})

describe('a limit on latency', () => {
  const late = { ...threshold('late{scenario:spike,limit:*.p95_ms}', 'count<=5'), limit: '*.p95_ms', ms: 100, share: 0.05 }
  const p95: Gate = { ...gate('p95_ms', 'http_req_duration{scenario:spike}', 'p(95)<=100'), limit: 100, unit: 'ms', late }
  const answers = (seconds: number, waited: number): Total[] => [
    duration(new Array(100).fill(seconds), { scenario: 'spike', name: 'a' }),
    counter('http_reqs', 100, { scenario: 'spike', name: 'a' }),
    counter('late', waited, { scenario: 'spike', limit: '*.p95_ms' }),
  ]
  const now = (one: Gate, totals: Total[]) =>
    gatesSoFar(runPlan({ windows: [{ name: 'spike', start: 10, duration: 10 }], gates: [one] }), totals, 15).map(
      ({ state, late }) => [state, late],
    )
  it('is red as soon as one of its two thresholds is, and says so where it is not k6’s own', () => {
    assert.deepEqual(now(p95, answers(0.01, 5)), [['holds', undefined]])
    assert.deepEqual(now(p95, answers(0.01, 60)), [['red', 0.6]])
    assert.deepEqual(now(p95, answers(0.5, 100)), [['red', undefined]])
  })
  it('on the slowest answer is told from those who waited', () => {
    const slowest: Gate = { ...p95, key: 'max_ms', ...stat('max<=100'), late: { ...late, ...stat('count<=0'), share: 0 } }
    assert.deepEqual(now(slowest, answers(0.01, 0)), [['holds', undefined]])
    assert.deepEqual(now(slowest, answers(0.01, 1)), [['red', 0.01]])
  })
})

describe('a gate whose figure k6 does not push', () => {
  it('is left out while the run goes on', () => {
    const gates = ['max<=5', 'rate<=0.1'].map((expression) => gate('largest', 'm{scenario:spike}', expression))
    assert.deepEqual(gatesSoFar(runPlan({ windows: [{ name: 'spike', start: 10, duration: 10 }], gates }), [], 15), [])
  })
})
