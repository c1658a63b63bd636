import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pushesAlready, pushTo } from '../../../../cli/k6/push-output.ts'

describe("k6's output", () => {
  it('keeps the outputs and features that the user has asked for', () => {
    const { env, args } = pushTo(
      'http://127.0.0.1:1/write/1',
      { K6_OUT: 'json=a.json,csv=b.csv', K6_FEATURES: 'other' },
      { version: '2.1.0', last: true },
    )
    const outputs = ['--out', 'json=a.json', '--out', 'csv=b.csv', '--out', 'experimental-prometheus-rw']
    // As flags: those of the user, which stand behind them, would hide a variable, and are joined to a flag.
    assert.deepEqual(args, [...outputs, '--features', 'other,native-histograms'])
    assert.equal(env.K6_FEATURES, undefined)
  })
  it('asks for histograms in the words of each version, and in no others: k6 warns of those it has given up', () => {
    const asked = (version: string): string[] =>
      Object.values(pushTo('http://127.0.0.1:1', {}, { version, last: false }))
        .flatMap((given) => (Array.isArray(given) ? given : Object.keys(given)))
        .filter((word) => /HISTOGRAM|^--features/.test(word))
    for (const version of ['1.8.1', '1.12.0', '2.0.0', '2.0.9-rc1'])
      assert.deepEqual(asked(version), ['K6_PROMETHEUS_RW_TREND_AS_NATIVE_HISTOGRAM'], version)
    for (const version of ['2.1.0', '2.10.3', '3.0.0']) assert.deepEqual(asked(version), ['--features'], version)
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
