import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pushesAlready, pushTo } from '../../../../cli/recorder/k6-output.ts'

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
