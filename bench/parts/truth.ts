/**
 * `loadgate run` at a rate, its k6 on one core: what it sends second by second, as the target counts it, and its p99 beside that
 * of the control probe.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { calibrationFor } from '../../cli/capacity/calibrations.ts'
import { HEADROOM } from '../../cli/capacity/headroom.ts'
import type { GeneratorEvidence } from '../../cli/generator/evidence-model.ts'
import type { RunSummary } from '../../lib/summary/model.ts'
import { GENERATOR_CORE, TARGET_CORE } from '../contender.ts'
import { pinned } from '../pinned.ts'
import { startTarget } from '../target.ts'
import { type Figures, inFolder, type Part, PLAIN_TARGET, run } from './processes.ts'

/** The probe sends 40 a second: enough of them for a p99. */
const SECONDS = 27

async function countingTarget(folder: string) {
  const file = join(folder, 'counts.json')
  const target = await startTarget('null', TARGET_CORE, {
    preload: resolve('bench/parts/count-arrivals.js'),
    env: { COUNTS_FILE: file },
  })
  return {
    url: target.url,
    stop: target.stop,
    /** Requests by hundredths of a second since the epoch; the target has ended. */
    counts: () => JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>,
  }
}

/** Hundredths of a second that nothing is sent for between the warm-up and the window. */
const PAUSE = 50

/** Requests of each second of the window, which begins after the pause. */
function bySecond(counts: Readonly<Record<string, number>>, rate: number): number[] {
  const busy = Object.entries(counts).flatMap(([at, count]) => (count > rate / 400 ? [Number(at)] : []))
  busy.sort((a, b) => a - b)
  const start = busy.find((at, i) => at - (busy[i - 1] ?? at) > PAUSE)
  if (start === undefined) throw new Error('the target saw no pause between warm-up and window')
  const seconds = Array.from({ length: SECONDS }, () => 0)
  for (const [at, count] of Object.entries(counts)) {
    const second = Math.floor((Number(at) - start) / 100)
    if (seconds[second] !== undefined) seconds[second] += count
  }
  return seconds
}

const at = (k6: string, rate: number): Promise<Figures> =>
  inFolder(async (folder) => {
    const oneCore = join(folder, 'k6')
    writeFileSync(oneCore, `#!/bin/sh\nexec ${pinned(GENERATOR_CORE, [k6]).join(' ')} "$@"\n`, { mode: 0o755 })
    const target = await countingTarget(folder)
    const load = { RATE: String(rate), DURATION: `${SECONDS}s`, WARMUP: '2s', VUS: '100' }
    const env = { K6_BIN: oneCore, BASE_URL: target.url, TARGET: PLAIN_TARGET, ...load, RESULTS_DIR: folder }
    await run(process.execPath, ['dist/loadgate.mjs', 'run', 'http'], env).ended
    await target.stop()
    const read = <T>(name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as T
    const { windows, start_lag_ms: lag, probe_rate } = read<GeneratorEvidence>('generator.json')
    const { totals } = read<RunSummary>('summary.json')
    const seconds = bySecond(target.counts(), rate + (probe_rate ?? 0))
    const off = seconds.map((count) => Math.abs(count / (rate + (probe_rate ?? 0)) - 1) * 100)
    const [window] = windows
    return Object.fromEntries(
      Object.entries({
        'ms p99 of k6': window?.k6?.p99,
        'ms p99 of the probe': window?.probe?.p99,
        'times the probe': window?.comparison?.ratio,
        'cores used': window?.cpu?.used,
        '% off in the worst second': Math.max(...off),
        '% off in the median second': [...off].sort((a, b) => a - b)[Math.floor(off.length / 2)],
        'iterations dropped': totals.dropped,
        'ms p99 from planned to real start': lag?.p99,
      }).map(([what, value]) => [`${rate}/s on one core: ${what}`, value ?? Number.NaN]),
    )
  })

export const truth: Part = async (k6) => {
  const calibrated = calibrationFor('http', process.env)?.rate ?? 0
  if (calibrated === 0) console.error('This machine is not calibrated (loadgate calibrate): no run at 70 % of its maximum.')
  return { ...(await at(k6, 5000)), ...(calibrated > 0 ? await at(k6, Math.floor(calibrated * HEADROOM)) : {}) }
}
