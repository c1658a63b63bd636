import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { judgeStep } from '../../../../../cli/capacity/calibrate/step.ts'
import { type Calibration, calibrationFor, fingerprint, keepCalibration } from '../../../../../cli/capacity/calibrations.ts'
import { headroom, warning } from '../../../../../cli/capacity/headroom.ts'
import type { GeneratorEvidence } from '../../../../../cli/generator/evidence-model.ts'
import { runSummary } from '../../../lib/summary/run-summary.ts'

const made = (more: Partial<Calibration> = {}): Calibration => ({
  script: 'http',
  rate: 8000,
  cores: 2,
  k6: '1.8.1',
  measured_at: '2026-01-02T03:04:05.678Z',
  limit: 'p95 parted',
  ...more,
})

function cache(t: TestContext): { LOADGATE_CACHE: string } {
  const folder = mkdtempSync(join(tmpdir(), 'calibration-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return { LOADGATE_CACHE: folder }
}

test('a calibration is found again by machine, the script itself first', (t) => {
  const env = cache(t)
  assert.equal(calibrationFor('http', env), undefined)
  keepCalibration(made(), env)
  keepCalibration(made({ script: 'gateway', rate: 6000 }), env)
  keepCalibration(made({ rate: 9000 }), env)
  assert.equal(calibrationFor('http', env)?.rate, 9000)
  assert.equal(calibrationFor('gateway', env)?.rate, 6000)
  assert.equal(calibrationFor('burst', env)?.rate, 9000)
  assert.equal(calibrationFor('http', env, 'another machine'), undefined)
  assert.equal(fingerprint(), fingerprint())
})

test('a file that cannot be read is none', (t) => {
  const env = cache(t)
  writeFileSync(join(env.LOADGATE_CACHE, 'calibration.json'), '{"schema":"loadgate.calibration/9"')
  assert.equal(calibrationFor('http', env), undefined)
  keepCalibration(made(), env)
  assert.equal(calibrationFor('http', env)?.rate, 8000)
})

test('a plan above 70 % of the maximum is warned of', () => {
  assert.equal(warning(5600, made()), undefined)
  assert.match(warning(5601, made()) ?? '', /5,601 requests\/s is 70 % of .*8,000\/s/)
  assert.equal(warning(1e6, undefined), undefined)
  assert.match(headroom(4000, made()), /50 % of the 8,000\/s/)
  assert.match(headroom(4000, undefined), /not calibrated/)
})

test('a step holds where the load was sent and the probe agrees', () => {
  const evidence = (finding: GeneratorEvidence['finding']): GeneratorEvidence => ({
    schema: 'loadgate.generator/2',
    finding,
    cpu_starved: null,
    sentence: 'so it is',
    factor: 2.5,
    floor_ms: 5,
    tuning: '',
    start_lag_ms: null,
    headroom: null,
    cores: 2,
    probe_rate: 40,
    no_probe: null,
    sending_p99_ms: 0,
    windows: [],
    failures: [],
    differences: [],
  })
  const sent = (count: number) =>
    runSummary({
      windows: [
        {
          name: 'steady',
          model: 'open',
          gated: true,
          start: 0,
          duration: 10,
          planned: { health: 1000 },
          total: { sent: count, errors: 0, shed: 0, rps: count / 10, latency: null },
        },
      ],
    })
  assert.equal(judgeStep(100, sent(1000), evidence('agree')).holds, true)
  assert.equal(judgeStep(100, sent(990), evidence('agree')).holds, false)
  assert.equal(judgeStep(100, sent(1000), evidence('generator-bound')).holds, false)
  assert.equal(judgeStep(100, sent(1000), evidence('unknown')).holds, false)
})
