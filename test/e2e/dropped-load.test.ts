/** Too few VUs for the rate: most of the load is never sent, and what is sent is answered as well as ever. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { thorough } from '../thorough.ts'
import { loadgate, withFaults } from './loadgate-run.ts'
import { startGateway } from './reference-gateway.ts'
import { assertRed, gateOf, jsonFile, redGates, runScript } from './script-run.ts'

const SLOW = { name: 'latency', ms: 50 }
const SIZE = { PROFILE: 'smoke', WARMUP: '0s', DURATION: '4s', RATE: '400', VUS: '4' }
/** Nothing about the load: without the gates that every run has, this would pass. */
const limits = (t: TestContext) =>
  jsonFile(t, 'own.json', { windows: { steady: { '*': { p50_ms: 5000, error_rate: 0.01, why: 'Room for a busy machine.' } } } })

thorough('plain k6: 99, for the load alone', async (t) => {
  const { url } = await startGateway(t, [SLOW])
  const run = await runScript(t, 'http', { ...SIZE, BASE_URL: url, THRESHOLDS: await limits(t) })
  assertRed(run, 'steady * dropped_share')
  assert.deepEqual(redGates(run), ['steady * dropped_share'])
  // Four VUs that wait 50 ms each send at most 80/s.
  assert.ok((gateOf(run, 'steady * dropped_share').measured ?? 0) > 0.75)
})

test('loadgate run: the gateway is not to blame', async (t) => {
  const env = { ...SIZE, THRESHOLDS: await limits(t) }
  const run = await loadgate(t, ['run', 'http', '--no-record', ...withFaults(SLOW)], env)
  assert.equal(run.code, 3, run.out + run.err)
  assert.match(run.out, /INVALID {2}k6 could not send [\d.]+ % of the load planned for window steady; the limit is 1 %\./)
  assert.match(run.out, /Give k6 more VUs \(--vus or --stall\)/)
})
