import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { gatesSoFar } from '../../../../cli/live/gates-so-far.ts'
import { readThreshold, thresholdName } from '../../../../cli/live/threshold.ts'
import type { Total } from '../../../../cli/recorder/cumulative.ts'
import type { RunPlan } from '../../../../cli/recorder/plan.ts'
import { observe } from '../recorder/native-buckets.ts'

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

function state(thresholds: Record<string, string[]>, totals: Total[], elapsed: number, over = false) {
  const plan: RunPlan = { windows: [{ name: 'spike', start: 10, duration: 10 }], thresholds }
  return gatesSoFar(plan, totals, elapsed, over).map((gate) => [gate.name, gate.state, gate.measured])
}

describe('gates while the run goes on', () => {
  const errors = { 'errors{scenario:spike}': ['count<=1'] }
  it('are open before their window begins, whatever was counted elsewhere', () => {
    assert.deepEqual(state(errors, [counter('errors', 9, { scenario: 'base' })], 5), [['spike / all errors', 'open', 0]])
  })
  it('hold while a count stays within its limit, and are red as soon as it does not', () => {
    assert.deepEqual(state(errors, [counter('errors', 1, { scenario: 'spike', name: 'a' })], 12)[0]?.[1], 'holds')
    const both = [counter('errors', 1, { scenario: 'spike', name: 'a' }), counter('errors', 1, { scenario: 'spike', name: 'b' })]
    assert.deepEqual(state(errors, both, 12)[0], ['spike / all errors', 'red', 2])
  })
  it('stand in the order of their windows, those of the whole run last', () => {
    const windows = ['spike', 'base'].map((name, i) => ({ name, start: i, duration: 1 }))
    const thresholds = { script_errors: ['count<=0'], 'errors{scenario:base}': ['count<=1'], ...errors }
    const names = gatesSoFar({ windows, thresholds }, [], 0).map(({ name }) => name)
    assert.deepEqual(names, ['spike / all errors', 'base / all errors', 'run script errors'])
  })
  it('that must reach a count are open until they do, and red when their window has ended without', () => {
    const delivered = { 'http_reqs{name:a,scenario:spike,expected_response:true}': ['count>=10'] }
    const sent = (count: number) => [counter('http_reqs', count, { scenario: 'spike', name: 'a', expected_response: 'true' })]
    assert.equal(state(delivered, sent(3), 15)[0]?.[1], 'open')
    assert.equal(state(delivered, sent(10), 15)[0]?.[1], 'holds')
    assert.equal(state(delivered, sent(3), 21)[0]?.[1], 'open', 'a push may still be on its way')
    assert.deepEqual(state(delivered, sent(3), 23)[0], ['spike / a right answers', 'red', 3])
    assert.equal(state(delivered, sent(3), 15, true)[0]?.[1], 'red')
  })
  it('on a percentile follow all endpoints together, in milliseconds', () => {
    const p95 = { 'http_req_duration{scenario:spike}': ['p(95)<=100'] }
    const fast = duration(new Array(90).fill(0.01), { scenario: 'spike', name: 'a' })
    const slow = duration(new Array(20).fill(0.5), { scenario: 'spike', name: 'b' })
    assert.equal(state(p95, [], 15)[0]?.[1], 'open')
    assert.equal(state(p95, [fast], 15)[0]?.[1], 'holds')
    const [name, red, measured] = state(p95, [fast, slow], 15)[0] ?? []
    assert.deepEqual([name, red], ['spike / all p95', 'red'])
    assert.ok(Math.abs(Number(measured) / 500 - 1) < 0.1)
  })
  it('on the share of failed requests are made of the requests', () => {
    const rate = { 'http_req_failed{scenario:spike}': ['rate<=0.1'] }
    const requests = [
      counter('http_reqs', 8, { scenario: 'spike', expected_response: 'true' }),
      counter('http_reqs', 2, { scenario: 'spike', expected_response: 'false' }),
    ]
    assert.deepEqual(state(rate, requests, 15)[0], ['spike / all error rate', 'red', 0.2])
  })
})

describe('readThreshold', () => {
  it('reads what the gates are made of', () => {
    assert.deepEqual(readThreshold('http_req_duration{name:a,scenario:b}', 'p(99.9)<=50'), {
      metric: 'http_req_duration',
      tags: { name: 'a', scenario: 'b' },
      stat: 99.9 / 100,
      bound: 'max',
      limit: 50,
    })
    assert.equal(readThreshold('m', 'count>=1e3')?.limit, 1000)
    assert.equal(readThreshold('m', 'med<5')?.stat, 0.5)
  })
  it('passes over what cannot be told before the end', () => {
    for (const expression of ['max<5', 'avg<5', '', 'p(95)', 'rate']) assert.equal(readThreshold('m', expression), undefined)
  })
  it('has a name for each', () => {
    const name = (metric: string, expression: string) => thresholdName(readThreshold(metric, expression) ?? assert.fail())
    assert.equal(name('http_req_duration{scenario:spike}', 'p(99.9)<=5'), 'spike / all p99.9')
    assert.equal(name('failures{name:a,scenario:spike,class:wrong_answer}', 'count<=0'), 'spike / a wrong answer')
    assert.equal(name('http_reqs{scenario:spike,status:429}', 'count<=0'), 'spike / all shed')
    assert.equal(name('ws_held', 'value>=10'), 'run ws_held')
  })
})
