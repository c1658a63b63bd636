import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pushesAlready, pushTo } from '../../../../cli/recorder/k6-output.ts'
import { offeredAt, planIn } from '../../../../cli/recorder/plan.ts'

const INSPECTED = JSON.stringify({
  scenarios: {
    spike: { executor: 'constant-arrival-rate', exec: 'run', startTime: '1m10s', rate: 5, timeUnit: '2s', duration: '10s' },
    ramp: {
      executor: 'ramping-arrival-rate',
      exec: 'other',
      startTime: '0s',
      startRate: 10,
      timeUnit: '1s',
      stages: [
        { duration: '10s', target: 30 },
        { duration: '500ms', target: 30 },
        { duration: '0s', target: 0 },
      ],
    },
    users: { executor: 'constant-vus', exec: 'run', startTime: '500ms', vus: 3, duration: '1h0m0s' },
    once: { executor: 'shared-iterations', startTime: '0s', iterations: 5, maxDuration: '30s' },
  },
  thresholds: { 'errors{scenario:spike}': ['count<=1'], 'x{}': [], old: [{ threshold: 'p(95)<=5', abortOnFail: false }] },
})

describe('the plan in what k6 inspect prints', () => {
  const plan = planIn(INSPECTED, 4)
  const window = (name: string) => plan.windows.find((found) => found.name === name)

  it('has every window in its place', () => {
    assert.deepEqual(plan.windows.map(({ name, start, duration }) => [name, start, duration]).sort(), [
      ['once', 0, 30],
      ['ramp', 0, 10.5],
      ['spike', 70, 10],
      ['users', 0.5, 3600],
    ])
  })
  it('has rates in requests a second, ramps included, and none where nothing is planned', () => {
    assert.deepEqual(window('spike')?.offered, [
      [70, 10],
      [80, 10],
    ])
    assert.deepEqual(window('ramp')?.offered, [
      [0, 10],
      [10, 30],
      [10.5, 30],
      [10.5, 0],
    ])
    assert.equal(window('users')?.offered, undefined)
    assert.deepEqual(
      [0, 5, 10.2, 10.5, 75, 80].map((at) => offeredAt(plan.windows, at)),
      [10, 20, 30, undefined, 10, undefined],
    )
  })
  it('has every threshold, in both shapes that k6 writes', () => {
    assert.deepEqual(plan.thresholds, { 'errors{scenario:spike}': ['count<=1'], 'x{}': [], old: ['p(95)<=5'] })
  })
  it('is empty for a script without scenarios', () => {
    const { windows, thresholds } = planIn('{"scenarios":null,"thresholds":null}', 1)
    assert.deepEqual([windows, thresholds], [[], {}])
  })
})

describe("k6's output", () => {
  it('keeps the outputs and features that the user has asked for', () => {
    const { env, args } = pushTo(
      'http://127.0.0.1:1/write/1',
      { K6_OUT: 'json=a.json,csv=b.csv', K6_FEATURES: 'other' },
      { last: true },
    )
    assert.deepEqual(args, ['--out', 'json=a.json', '--out', 'csv=b.csv', '--out', 'experimental-prometheus-rw'])
    assert.equal(env.K6_FEATURES, 'other,native-histograms')
  })
  it('is seen wherever the user has written it', () => {
    for (const flags of [
      ['--out', 'experimental-prometheus-rw'],
      ['--out=experimental-prometheus-rw=x'],
      ['-o', 'experimental-prometheus-rw'],
      ['-oexperimental-prometheus-rw'],
    ])
      assert.ok(pushesAlready(flags, {}), flags.join(' '))
    assert.ok(pushesAlready([], { K6_OUT: 'json=a,experimental-prometheus-rw' }))
    assert.ok(!pushesAlready(['--out', 'json=experimental'], { K6_OUT: 'csv' }))
  })
})
