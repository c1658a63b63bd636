/**
 * What k6 reports under the open model is what the gateway really did, within 3 % or 1 ms; the truth is worked out without k6.
 * The times are long, so that 3 % of them is more than what a machine adds that does other things beside.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byAnswerLog, byPlan, deviations, type Figures } from '../../bench/truth/known.ts'
import { type Known, type Observed, observe, ROUTE } from '../../bench/truth/observe.ts'
import { found } from '../../cli/k6/provision.ts'

const fault = (order: object): string[] => ['--fault', JSON.stringify(order)]
const SIZE = { RATE: '100', DURATION: '10s', VUS: '400', TIMEOUT: '30s' }

async function run(known: Known): Promise<Observed> {
  const k6 = await found(process.env)
  return observe(k6?.path ?? assert.fail('there is no k6 here: npx loadgate k6 installs one'), known)
}

function assertTrue({ reported, dropped }: Observed, truth: Figures): void {
  assert.equal(dropped, 0)
  const wrong = deviations(reported, truth).filter(({ holds }) => !holds)
  assert.deepEqual(wrong, [], JSON.stringify({ reported, truth }))
}

test('a lognormal distribution with errors in between', async () => {
  const errors = fault({ name: 'error_500', endpoint: 'resource', share: 0.05 })
  const observed = await run({ gateway: ['--latency', 'lognormal:800,3200', ...errors], settings: SIZE })
  const truth = byAnswerLog(observed.answerLog, ROUTE)
  // The gateway did what it was told: else the truth would be that of something else.
  assert.ok(truth.p50 > 700 && truth.p50 < 900 && truth.p99 > 2200 && truth.errors > 0.049, JSON.stringify(truth))
  assertTrue(observed, truth)
})

test('two modes, with two of a hundred in the slow one', async () => {
  const observed = await run({ gateway: ['--latency', 'bimodal:500,3000,2'], settings: SIZE })
  const truth = byAnswerLog(observed.answerLog, ROUTE)
  assert.ok(truth.p50 >= 499 && truth.p95 < 1000 && truth.p99 >= 2999, JSON.stringify(truth))
  assertTrue(observed, truth)
})

test('a stall of two seconds is seen by all who should have been answered meanwhile', async () => {
  const rate = 50
  const observed = await run({
    gateway: ['--latency', 'uniform:400,401', ...fault({ name: 'stall', ms: 2000, after_s: 8 })],
    settings: { RATE: String(rate), DURATION: '20s', STALL: '4s' },
  })
  const truth = byPlan(observed.answerLog, ROUTE, rate)
  assert.ok(truth.p50 < 500 && truth.p95 > 1200 && truth.p99 > 2000 && truth.p99 < 2600, JSON.stringify(truth))
  assertTrue(observed, truth)
})
