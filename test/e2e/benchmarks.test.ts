/** `benchmarks` against the reference gateway: whole rounds, their file, and the faults that rates, memory and deliveries must show. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { BENCHMARKS_SCHEMA, type BenchmarksFile } from '../../lib/benchmarks/benchmarks.ts'
import { BENCHMARKS } from '../../lib/metrics/figures.ts'
import reference from '../../targets/reference.json' with { type: 'json' }
import { thorough } from '../thorough.ts'
import { type Fault, startGateway } from './reference-gateway.ts'
import { assertPassed, assertRed, EXIT, gateOf, jsonFile, type K6Run, redGates, runScript } from './script-run.ts'

const SIZE = { PROFILE: 'smoke', WARMUP: '2s', TIMEOUT: '2s' }

async function runAgainst(t: TestContext, ...faults: readonly Fault[]): Promise<K6Run> {
  const { url } = await startGateway(t, faults)
  return runScript(t, 'benchmarks', { BASE_URL: url, ...SIZE })
}

const fileOf = async (run: K6Run) => (await run.results('benchmarks.json')) as BenchmarksFile

test('green, with a file that says every figure of every benchmark', async (t) => {
  const run = await runAgainst(t)
  assertPassed(run)
  const file = await fileOf(run)
  assert.equal(file.schema, BENCHMARKS_SCHEMA)
  assert.equal(file.rounds, 2)
  assert.deepEqual(
    BENCHMARKS.map((benchmark) => file.benchmarks[benchmark]?.operations),
    [200, 400, 100, 40],
  )
  for (const benchmark of BENCHMARKS) {
    const { operations: _, ...figures } = file.benchmarks[benchmark] ?? assert.fail(`no ${benchmark}`)
    assert.deepEqual(Object.keys(figures).sort(), ['cpu_ms', 'memory_bytes', 'p50_ms', 'p95_ms', 'p99_ms', 'per_second'])
    for (const [figure, { min, median, max }] of Object.entries(figures))
      assert.ok(min <= median && median <= max, `${benchmark} ${figure}`)
    assert.ok((figures.per_second?.min ?? 0) > 0, benchmark)
  }
})

thorough('sizes are those that are asked for', async (t) => {
  const { url } = await startGateway(t)
  const counts = { REGISTRATIONS: 30, EVENTS: 60, DELIVERIES: 40, LISTS: 10, ROUNDS: 1 }
  const run = await runScript(t, 'benchmarks', { BASE_URL: url, ...SIZE, ...counts })
  const { benchmarks, rounds } = await fileOf(run)
  assert.equal(rounds, 1)
  assert.deepEqual(
    BENCHMARKS.map((benchmark) => benchmarks[benchmark]?.operations),
    [30, 60, 40, 10],
  )
})

thorough('several instances are refused', async (t) => {
  const run = await runScript(t, 'benchmarks', { ...SIZE, INSTANCES: 2 })
  assert.equal(run.code, EXIT.stopped)
  assert.match(run.output, /setting INSTANCES: rates that are measured from several places/)
})

test('registrations that have become slow are red', async (t) => {
  const run = await runAgainst(t, { name: 'latency', endpoint: 'webhook_create', ms: 500, after_s: 2 })
  assertRed(run, 'run bench_register p50_min')
  assert.ok(!redGates(run).includes('run bench_list p50_min'), run.output)
})

thorough('registrations that cost memory are red', async (t) => {
  // Slow enough for a leak of the whole process to be seen in them.
  const run = await runAgainst(
    t,
    { name: 'latency', endpoint: 'webhook_create', ms: 50, after_s: 2 },
    { name: 'memory_leak', mb_per_s: 80, max_mb: 600 },
  )
  assertRed(run, 'run bench_register_memory p50')
})

thorough('events that are not delivered are red, and their rate is not told', async (t) => {
  const run = await runAgainst(t, { name: 'webhook_never_delivered', share: 0.05 })
  assertRed(run, 'run events_lost max', 'run bench_rounds min_share')
  const { benchmarks } = await fileOf(run)
  assert.equal(benchmarks.deliver?.per_second, undefined)
  assert.ok(benchmarks.register?.per_second)
})

thorough('events that are delivered twice are red, and so are errors: a round with errors is none', async (t) => {
  const run = await runAgainst(
    t,
    { name: 'webhook_delivered_twice', share: 0.05 },
    { name: 'error_500', endpoint: 'event_publish', share: 0.01 },
  )
  assertRed(run, 'run events_twice max', 'rounds * error_rate', 'run bench_rounds min_share')
})

thorough('a gateway that does not tell its memory is not gated on it', async (t) => {
  const { url } = await startGateway(t)
  const TARGET = await jsonFile(t, 'target.json', { ...reference, endpoints: { ...reference.endpoints, metrics: false } })
  const run = await runScript(t, 'benchmarks', { BASE_URL: url, TARGET, ...SIZE })
  assertPassed(run)
  assert.throws(() => gateOf(run, 'run bench_register_memory p50'))
  assert.equal((await fileOf(run)).benchmarks.register?.memory_bytes, undefined)
})
