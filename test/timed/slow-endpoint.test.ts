/** One endpoint is slow and the others are not: its limit is red, in its window, and no other. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadgate } from '../e2e/loadgate-run.ts'
import { startGateway } from '../e2e/reference-gateway.ts'
import { restTarget } from '../e2e/rest-target.ts'
import { assertRed, jsonFile, redGates, runScript } from '../e2e/script-run.ts'

const SLOW = { name: 'latency', endpoint: 'resource', ms: 400 }
const SIZE = { PROFILE: 'smoke', WARMUP: '0s', DURATION: '6s', RATE: '150', VUS: '300' }
const LIMITS = {
  windows: {
    steady: {
      '*': { error_rate: 0.01, why: 'Nothing fails here.' },
      health: { p95_ms: 3000, why: 'Room for a busy machine.' },
      resource: { p95_ms: 200, why: 'Half of what the fault adds.' },
    },
  },
  run: { dropped_share: 0.2 },
}

test('plain k6: 99, and the table names endpoint and window', async (t) => {
  const { url } = await startGateway(t, [SLOW])
  const THRESHOLDS = await jsonFile(t, 'own.json', LIMITS)
  const run = await runScript(t, 'http', { ...SIZE, TARGET: await restTarget(t, url), THRESHOLDS })
  assertRed(run)
  assert.deepEqual(redGates(run), ['steady resource p95_ms'])
  assert.match(run.output, /✗ {2}steady \/ resource +p95 +[\d,]+ ms +≤ 200 ms/)
  assert.match(run.output, /✓ {2}steady \/ health +p95/)
})

test('loadgate run: the headline names them', async (t) => {
  const { url } = await startGateway(t, [SLOW])
  const env = { ...SIZE, TARGET: await restTarget(t, url), THRESHOLDS: await jsonFile(t, 'own.json', LIMITS) }
  const run = await loadgate(t, ['run', 'http', '--no-record', '--no-probe'], env)
  assert.equal(run.code, 99, run.out + run.err)
  assert.match(run.out, /FAIL {2}p95 of resource in window steady was [\d,.]+ ms; the limit is 200 ms\./)
  assert.match(run.file('junit.xml'), /resource[^>]*p95[\s\S]*?<failure/)
})
