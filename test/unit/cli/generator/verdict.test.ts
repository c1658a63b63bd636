/** What the generator's evidence makes of a red run. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { GENERATOR_SCHEMA, type GeneratorEvidence } from '../../../../cli/generator/evidence-model.ts'
import { judge } from '../../../../cli/verdict.ts'
import { dropped, evidence, factsOf, good, green, red, row, summaryOf } from '../run-facts.ts'

const generator = (finding: GeneratorEvidence['finding'], window = 'spike'): GeneratorEvidence => ({
  schema: GENERATOR_SCHEMA,
  finding,
  sentence: 'In window spike k6 read a p95 of 102 ms where the control probe, a process of its own, saw 0.17 ms.',
  factor: 2.5,
  floor_ms: 5,
  tuning: '',
  start_lag_ms: null,
  headroom: null,
  cores: 2,
  probe_rate: 40,
  no_probe: null,
  sending_p99_ms: 3,
  windows: [{ window, endpoint: null, k6: null, probe: null, comparison: null, cpu: null, bound: finding === 'generator-bound' }],
})
const verdictOf = (gates: Parameters<typeof summaryOf>[0], found: GeneratorEvidence | undefined) =>
  judge(factsOf(summaryOf(gates), { generator: found }))

describe('a red latency', () => {
  const gates = [red(), evidence()]
  it('is the gateway where the probe saw it too, or nothing is known', () => {
    assert.equal(verdictOf(gates, generator('agree')).verdict, 'fail')
    assert.equal(verdictOf(gates, generator('unknown')).verdict, 'fail')
    assert.equal(verdictOf(gates, undefined).verdict, 'fail')
  })

  it('is invalid where the generator measured itself, and says what to do', () => {
    const { verdict, reasons } = verdictOf(gates, generator('generator-bound'))
    assert.equal(verdict, 'invalid')
    assert.equal(reasons[0]?.code, 'generator_bound')
    assert.match(reasons[0]?.sentence ?? '', /generator is the bottleneck.*102 ms.*0\.17 ms/)
    assert.match(reasons[0]?.advice ?? '', /cores.*VUs.*instances/)
  })

  it('is the gateway where the generator was short of room in another window', () => {
    assert.equal(verdictOf(gates, generator('generator-bound', 'base')).verdict, 'fail')
  })
})

it('no generator excuses wrong answers or errors', () => {
  const wrong = red({ key: 'wrong_answers', expression: 'count<=0', limit: 0, unit: 'count', measured: 12 })
  assert.equal(verdictOf([wrong, evidence()], generator('generator-bound')).verdict, 'fail')
  assert.equal(verdictOf([wrong, red(), evidence()], generator('generator-bound')).verdict, 'fail')
})

it('a green run is invalid too: what a generator without room sends is late, and not the load that was planned', () => {
  const { verdict, reasons } = verdictOf(good(), generator('generator-bound'))
  assert.equal(verdict, 'invalid')
  assert.equal(reasons[0]?.code, 'generator_bound')
  assert.equal(verdictOf(good(), generator('unknown')).verdict, 'pass')
})

describe('requests that k6 gave up waiting for', () => {
  const errors = red({ key: 'error_rate', expression: 'count<=5', limit: 0.001, unit: 'share', measured: 0.4 })
  const run = (failures: Record<string, number>, failed: number) => {
    const found = generator('generator-bound')
    const probe = { p50: 1, p95: 2, p99: 3, samples: 200, failed }
    const windows = found.windows.map((window) => ({ ...window, probe }))
    return judge(
      factsOf(summaryOf([errors, red(), evidence()], { endpoints: [row({ failures })] }), { generator: { ...found, windows } }),
    )
  }
  it('are the generator’s, where the probe was answered each time', () => {
    assert.equal(run({ timeout: 200 }, 0).verdict, 'invalid')
  })
  it('are the gateway’s, where the probe was not, or other failures are among them', () => {
    assert.equal(run({ timeout: 200 }, 3).verdict, 'fail')
    assert.equal(run({ timeout: 200, server_error: 1 }, 0).verdict, 'fail')
  })
})

it('load that was not sent is explained by the generator first', () => {
  const missing = red({
    key: 'delivered',
    expression: 'count>=495',
    limit: 0.99,
    of: 500,
    unit: 'share',
    bound: 'min',
    measured: 0.7,
  })
  const { verdict, reasons } = verdictOf([dropped(), missing, green({ key: 'p95_ms' }), evidence()], generator('generator-bound'))
  assert.equal(verdict, 'invalid')
  assert.equal(reasons[0]?.code, 'generator_bound')
})
