import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { looseLimits } from '../e2e/lenient-limits.ts'
import { type Fault, startGateway } from '../e2e/reference-gateway.ts'
import { assertPassed, assertRed, gateOf, jsonFile, runScript, startScript } from '../e2e/script-run.ts'
import { until } from '../e2e/until.ts'

// Just long enough for every gate's evidence: a thousand samples for the p99, twenty looks for the median of the CPU time.
const SHORT = { PROFILE: 'smoke', WARMUP: '1s', DURATION: '6s', RATE: 180, WATCH_INTERVAL: '250ms' }

const against = async (t: TestContext, faults: Fault[], settings: Record<string, string | number> = {}) => {
  const { url } = await startGateway(t, faults)
  return runScript(t, 'sustained', { ...SHORT, BASE_URL: url, ...settings })
}

/** For runs that must pass on a busy machine. */
const loose = async (t: TestContext, lacking?: RegExp) => ({
  DEGRADATION_FLOOR: '2s',
  THRESHOLDS: await looseLimits(t, 'sustained', lacking),
})

test('a gateway that stays as it is passes, and was really looked at', async (t) => {
  const run = await against(t, [], await loose(t))
  assertPassed(run)
  assert.equal(gateOf(run, 'watch metrics goodput').measured, 1)
  assert.equal(gateOf(run, 'run watch_looks min_share').measured, 1)
  const { figures } = run.summary ?? assert.fail('no summary')
  assert.ok((figures.watch_memory?.values.med ?? 0) > 10_000_000, 'memory was read')
  assert.ok((figures.watch_cpu?.values.med ?? 0) > 0, 'CPU time was read')
  assert.ok((figures.watch_connections?.values.max ?? 0) >= 1, 'connections were read')
  assert.ok((figures.degradation_samples?.values.count ?? 0) >= 200, 'both windows of the probe are full')
  assert.ok((figures.probe_first_p95?.values.value ?? 0) > 0)
})

test('a gateway that gets slower all the time has degraded, although each answer is within its limit', async (t) => {
  const run = await against(t, [{ name: 'latency_ramp', ms_per_s: 8 }], { DEGRADATION_FLOOR: '15ms' })
  assertRed(run, 'run degradation max')
  const { measured } = gateOf(run, 'run degradation max')
  assert.ok((measured ?? 0) > 0.3, `degraded by ${measured}`)
})

test('growth below the floor is no degradation', async (t) => {
  const run = await against(t, [{ name: 'latency_ramp', ms_per_s: 8 }], { DEGRADATION_FLOOR: '5s' })
  const { measured } = gateOf(run, 'run degradation max')
  // Not above: a stall of the machine in the first window makes the last one the quicker.
  assert.ok(measured !== null && measured <= 0, `degraded by ${measured}`)
})

test('a leak shows as a slope', async (t) => {
  const run = await against(t, [{ name: 'memory_leak', mb_per_s: 20, max_mb: 300 }])
  assertRed(run, 'run watch_memory_slope max')
  const mebibytes = (gateOf(run, 'run watch_memory_slope max').measured ?? 0) / 1_048_576
  assert.ok(mebibytes > 600 && mebibytes < 2400, `1200 MiB a minute were leaked, ${mebibytes} seen`)
})

test('a restart under load is counted', async (t) => {
  const gateway = await startGateway(t, [], '--faults')
  const { done } = await startScript(t, 'sustained', { ...SHORT, DURATION: '15s', BASE_URL: gateway.url })
  await until(async () => (await gateway.requests('/api/v1/resource/:id')) > 200)
  await gateway.arm({ name: 'worker_restart', down_ms: 50 })
  const run = await done
  assertRed(run, 'run watch_restarts max')
  assert.equal(gateOf(run, 'run watch_restarts max').measured, 1)
})

test('CPU time is measured', async (t) => {
  const limits = {
    windows: Object.fromEntries(
      ['steady', 'probe', 'watch'].map((window) => [window, { '*': { error_rate: 1, why: 'Not the subject.' } }]),
    ),
    metrics: { watch_cpu: { p50: 0.3, why: 'Half a core is burnt.' } },
  }
  const THRESHOLDS = await jsonFile(t, 'cpu.json', limits)
  assertRed(await against(t, [{ name: 'cpu_burn', part: 0.5 }], { THRESHOLDS }), 'run watch_cpu p50')
})

test('metrics that stand still, are missing or not there at all are never green', async (t) => {
  assertRed(await against(t, [{ name: 'metrics_frozen' }]), 'run watch_looks min_share')
  assertRed(
    await against(t, [{ name: 'metrics_missing', metric: 'process_resident_memory_bytes' }]),
    'run watch_memory_slope samples',
  )
  assertRed(await against(t, [{ name: 'metrics_not_found' }]), 'watch metrics goodput', 'run watch_looks min_share')
})

test('a gateway that answers looks late is looked at as often', async (t) => {
  const run = await against(t, [{ name: 'latency', endpoint: 'metrics', ms: 1500 }], await loose(t))
  assertPassed(run)
  assert.equal(gateOf(run, 'watch metrics goodput').measured, 1)
})

test('what a target does not tell is reported as not tested, and may not be gated by a file of the user', async (t) => {
  const { url } = await startGateway(t)
  const target = {
    name: 'quiet',
    base_url: url,
    auth: { flow: 'none' },
    metrics: { memory: false, connections: false, hits: false },
  }
  const endpoints = { resource: false, action: false, resources: false, events: false }
  const TARGET = await jsonFile(t, 'target.json', { ...target, endpoints })
  const limits = await loose(t, /^watch_(memory_slope|connection_slope|cache_hits)$/)
  const run = await runScript(t, 'sustained', { ...SHORT, ...limits, TARGET })
  assertPassed(run)
  const missed = run.summary?.not_tested ?? []
  assert.ok(missed.includes('memory of the gateway') && missed.includes('connections of the gateway'), missed.join(', '))
  assert.equal(
    run.summary?.gates.some(({ endpoint }) => endpoint === 'watch_memory_slope'),
    false,
  )

  const own = { windows: {}, metrics: { watch_memory_slope: { max: 1, why: 'Wanted all the same.' } } }
  const refused = await runScript(t, 'sustained', { ...SHORT, TARGET, THRESHOLDS: await jsonFile(t, 'own.json', own) })
  assert.equal(refused.code, 107)
  assert.match(refused.output, /own\.json: metrics\.watch_memory_slope: target quiet does not tell its memory/)
})

test('a run that k6 cannot hold in memory is announced', async (t) => {
  const { url } = await startGateway(t)
  const run = await startScript(t, 'sustained', { BASE_URL: url, RATE: 100_000, DURATION: '1h', VUS: 1 })
  const announced = /100000\/s for 3600 s will need about \d{4,} MB of k6's memory/
  await Promise.race([run.done, until(() => announced.test(run.output()))])
  assert.match(run.output(), announced)
})
