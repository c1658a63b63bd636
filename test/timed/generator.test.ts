/** Who is to blame for a slow run: a CPU-starved generator is told from a slow gateway, by real runs. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { GeneratorEvidence } from '../../cli/generator/evidence-model.ts'
import { looseLimits } from '../e2e/lenient-limits.ts'
import { type LoadgateRun, loadgate, withFaults } from '../e2e/loadgate-run.ts'
import { folderOf } from '../e2e/script-run.ts'

const HEALTHY = { PROFILE: 'smoke', DURATION: '10s', WARMUP: '1s', STALL: '2s' }
const evidenceOf = (run: LoadgateRun): GeneratorEvidence => JSON.parse(run.file('generator.json'))
const k6Path = (): string => {
  const { stdout } = spawnSync(process.execPath, ['dist/loadgate.mjs', 'k6'], { encoding: 'utf8' })
  return stdout.split(' ')[0] ?? ''
}

/** A k6 that has one core, whatever the machine has. */
async function k6OnOneCore(t: TestContext): Promise<string> {
  const folder = join(await folderOf(t), 'one-core')
  mkdirSync(folder)
  const file = join(folder, 'k6')
  writeFileSync(file, `#!/bin/sh\nexec taskset -c 0 ${k6Path()} "$@"\n`, { mode: 0o755 })
  return file
}

test('a gateway that is slow fails: the probe has seen it too', async (t) => {
  const slow = withFaults({ name: 'latency', ms: 150 })
  const run = await loadgate(t, ['run', 'http', '--no-record', ...slow], HEALTHY)
  assert.equal(run.code, 99, run.out + run.err)
  const { finding, windows, start_lag_ms: lag } = evidenceOf(run)
  assert.equal(finding, 'agree')
  assert.ok(lag !== null && lag.p99 >= 0 && lag.p99 <= lag.max, JSON.stringify(lag))
  assert.ok((windows[0]?.probe?.p50 ?? 0) >= 140)
})

test('a generator asked for more than its core can send is invalid: the probe saw a quick gateway', async (t) => {
  const K6_BIN = await k6OnOneCore(t)
  const size = { PROFILE: 'smoke', RATE: '20000', VUS: '1000', DURATION: '6s', WARMUP: '1s', GOGC: '100' }
  const run = await loadgate(t, ['run', 'http', '--no-record', '--gateway-arg=--null'], { ...size, K6_BIN })
  assert.equal(run.code, 3, run.out + run.err)
  assert.match(run.out, /The generator is the bottleneck/)
  assert.equal(evidenceOf(run).finding, 'generator-bound')
})

test('what only the probe is refused is the gateway: no gate of k6 can see it', async (t) => {
  // How fast is not the subject, and all of k6's gates must hold.
  const THRESHOLDS = await looseLimits(t, 'http')
  const run = await loadgate(t, ['run', 'http', ...withFaults({ name: 'last_token_only' })], { ...HEALTHY, THRESHOLDS })
  assert.equal(run.code, 99, run.out + run.err)
  assert.match(run.out, /^FAIL {2}The control probe was answered incorrectly or cut off \d+ of \d+ times for \w+/m)
  assert.equal(run.verdict().reasons[0]?.code, 'clients_differ')
  assert.equal(run.summary().ok, true)
  const { finding, failures } = evidenceOf(run)
  assert.equal(finding, 'differ')
  assert.ok(failures.every(({ class: name, status }) => name === 'client_error' && status === 401))
})
