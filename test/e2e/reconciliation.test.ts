/** The gateway's own count beside k6's, by real runs: the two reconcile to the last request, and what comes in between is told. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { parseReconciliation, type Reconciliation } from '../../cli/reconcile/reconciliation-model.ts'
import { thorough } from '../thorough.ts'
import { type LoadgateRun, loadgate, withFaults } from './loadgate-run.ts'
import { startGateway } from './reference-gateway.ts'
import { jsonFile } from './script-run.ts'
import { type Meddling, meddlingProxy } from './servers/meddling-proxy.ts'

const SIZE = { PROFILE: 'smoke', RATE: '100', DURATION: '3s', WARMUP: '1s' }
const reconciliationOf = (run: LoadgateRun): Reconciliation => parseReconciliation(run.file('reconciliation.json'))
const why = 'The reconciliation is the subject.'
/**
 * Nothing else may take the pass away.
 * @param warmup of its requests, those that may fail
 */
const limits = (t: TestContext, warmup = 0) =>
  jsonFile(t, 'http.json', {
    // Beside a limit as wide as this one, what a busy machine adds to k6's latencies decides nothing.
    windows: { steady: { '*': { p50_ms: 5000, error_rate: 0.5, why } }, warmup: { '*': { error_rate: warmup, why } } },
    run: { dropped_share: 0.9 },
  })

async function throughProxy(t: TestContext, meddling: Meddling, exclusive: boolean) {
  const gateway = await startGateway(t)
  const proxy = await meddlingProxy(t, gateway.url, meddling)
  const reference = JSON.parse(readFileSync('targets/reference.json', 'utf8'))
  const TARGET = await jsonFile(t, 'proxied.json', { ...reference, name: 'proxied', reconciliation: { exclusive } })
  const THRESHOLDS = await limits(t, meddling.how === 'lose' ? 0.5 : 0)
  const run = await loadgate(t, ['run', 'http', '--base-url', proxy.url], { ...SIZE, TARGET, THRESHOLDS })
  const row = reconciliationOf(run).rows.find(({ endpoints }) => endpoints.includes(meddling.path.split('/').at(-1) ?? ''))
  assert.ok(row !== undefined, run.out + run.err)
  assert.ok(proxy.meddled() > 0, 'meddled with no request')
  return { run, row, meddled: proxy.meddled(), reconciliation: reconciliationOf(run) }
}

test('the embedded gateway has counted each request, of k6, its setup and the probe', async (t) => {
  const run = await loadgate(t, ['run', 'http'], { ...SIZE, THRESHOLDS: await limits(t) })
  assert.equal(run.code, 0, run.out + run.err)
  const { finding, exclusive, rows, tolerance } = reconciliationOf(run)
  assert.equal(finding, 'reconciled')
  assert.equal(exclusive, true)
  for (const { endpoints, k6, probe, counted } of rows) assert.equal(counted, k6 + probe, endpoints.join())
  const k6 = rows.reduce((sum, row) => sum + row.k6, 0)
  assert.equal(k6 + tolerance.unpushed, run.summary().totals.sent)
  assert.match(
    run.out,
    /^reconciliation {2}The gateway counted each of the [\d,]+ requests of this run \([\d,]+ of k6, [\d,]+ of the control probe\)\.$/m,
  )
  assert.match(run.file('summary.md'), /^Reconciliation: The gateway counted each of the/m)
  assert.match(run.file('report.html'), /<h2 id="reconciliation">Reconciliation <span class="count">reconciled/)
})

thorough('answers that something before the gateway gave are told, and no pass stands on them', async (t) => {
  const { run, row, meddled, reconciliation } = await throughProxy(t, { path: '/api/v1/health', how: 'answer' }, false)
  assert.equal(run.code, 3, run.out + run.err)
  assert.equal(row.elsewhere, meddled)
  assert.match(reconciliation.sentences[0] ?? '', new RegExp(`^.*health.*: ${meddled} came from somewhere else\\.$`))
  assert.match(run.out, /^INVALID {2}The request counts do not reconcile\. .*health.*came from somewhere else\.$/m)
  assert.equal(run.verdict().reasons[0]?.code, 'not_reconciled')
})

test('requests that something sent twice are told where nobody else sends', async (t) => {
  const { run, row, meddled } = await throughProxy(t, { path: '/api/v1/action', how: 'twice' }, true)
  assert.equal(run.code, 3, run.out + run.err)
  assert.equal(row.extra, meddled)
  assert.match(
    run.out,
    new RegExp(`^INVALID {2}The request counts do not reconcile\\. action .*: ${meddled} were counted twice`, 'm'),
  )
})

thorough('requests that never reached the gateway are told; k6 has counted them as errors', async (t) => {
  const { run, row, meddled, reconciliation } = await throughProxy(t, { path: '/api/v1/action', how: 'lose' }, true)
  assert.equal(run.code, 0, run.out + run.err)
  assert.equal(row.lost, meddled, JSON.stringify(reconciliation))
  assert.match(
    reconciliation.sentences[1] ?? '',
    new RegExp(`^action .*: ${meddled} of the ${meddled} requests without an answer never reached`),
  )
})

thorough('metrics that stand still say nothing, and no pass stands on nothing', async (t) => {
  const frozen = withFaults({ name: 'metrics_frozen' })
  const run = await loadgate(t, ['run', 'http', ...frozen], { ...SIZE, THRESHOLDS: await limits(t) })
  assert.equal(run.code, 3, run.out + run.err)
  assert.match(
    run.out,
    /^INVALID {2}The request counts do not reconcile\. .* answers came while the gateway's own counter .* stood still\.$/m,
  )
})

test('a counter that was there before the run and cannot be read after it takes the pass away', async (t) => {
  const renamed = withFaults({ name: 'metrics_relabelled' })
  const run = await loadgate(t, ['run', 'http', ...renamed], { ...SIZE, THRESHOLDS: await limits(t) })
  assert.equal(run.code, 3, run.out + run.err)
  assert.equal(reconciliationOf(run).finding, 'unexplained')
  assert.match(
    run.out,
    /^INVALID {2}The gateway's own count was not compared with k6's: gateway_requests_total has no label method, only its_method, route, status\.$/m,
  )
})

thorough('a gateway without the counter is not checked, and passes', async (t) => {
  const missing = withFaults({ name: 'metrics_missing' })
  const run = await loadgate(t, ['run', 'http', ...missing], { ...SIZE, THRESHOLDS: await limits(t) })
  assert.equal(run.code, 0, run.out + run.err)
  assert.equal(reconciliationOf(run).finding, 'not-checked')
  assert.match(
    run.out,
    /^reconciliation {2}The gateway's own count was not compared with k6's: its page of metrics has no gateway_requests_total\.$/m,
  )
})
