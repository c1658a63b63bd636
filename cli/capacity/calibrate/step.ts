/** One step of a calibration: k6 sends one rate to the null target for a few seconds. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunSummary } from '../../../lib/summary/model.ts'
import { CannotRun } from '../../base/errors.ts'
import { type Project, scriptNamed } from '../../base/project.ts'
import { redaction } from '../../base/redaction.ts'
import { supervise } from '../../base/supervise.ts'
import type { GeneratorEvidence } from '../../generator/evidence-model.ts'
import { startGenerator } from '../../generator/generator.ts'
import { scriptFile } from '../../k6/bundle.ts'
import { planOf } from '../../k6/inspect.ts'
import { K6_ARGS } from '../../k6/run-k6.ts'
import { reserve } from '../../results/results.ts'
import { readSummary } from '../../results/summary-file.ts'

/** @throws CannotRun once the user has stopped the calibration: a figure that was cut short is none */
export function requireGoingOn(stop: AbortSignal | undefined): void {
  if (stop?.aborted) throw new CannotRun('calibrate: interrupted; nothing was kept')
}

export interface Step {
  rate: number
  holds: boolean
  /** Why it does not. */
  why: string
}

/** Share of the planned requests that must have been sent. */
const SENT = 0.995

/** Pure: whether a rate was really sent, and measured by a generator that had headroom. */
export function judgeStep(rate: number, summary: RunSummary, { finding, sentence }: GeneratorEvidence): Step {
  const no = (why: string): Step => ({ rate, holds: false, why })
  for (const { name, planned, total, duration } of summary.windows.filter(({ gated }) => gated)) {
    const asked = planned === undefined ? rate * duration : Object.values(planned).reduce((sum, count) => sum + count, 0)
    const sent = total?.sent ?? 0
    if (sent < asked * SENT) return no(`${Math.round((sent / asked) * 1000) / 10} % of window ${name} was sent`)
  }
  if (finding === 'generator-bound' || finding === 'differ') return no(sentence)
  if (finding === 'unknown') return no(`nobody can say whether k6 measured itself: ${sentence}`)
  return { rate, holds: true, why: sentence }
}

/** Every limit as loose as it can be: here the generator is judged, not the target. */
const looseLimits = (windows: readonly string[]): string => {
  const why = 'Only the generator is judged here.'
  const limits = { '*': { error_rate: 1, shed_rate: 1, why } }
  return JSON.stringify({ windows: Object.fromEntries(windows.map((name) => [name, limits])), run: { dropped_share: 1 } })
}

export interface StepOptions {
  project: Project
  script: string
  k6: string
  version: string
  url: string
  seconds: number
  env: NodeJS.ProcessEnv
  /** Ends the step. */
  stop?: AbortSignal
}

export async function step(
  rate: number,
  { project, script, k6, version, url, seconds, env: own, stop }: StepOptions,
): Promise<Step> {
  const folder = mkdtempSync(join(tmpdir(), 'loadgate-calibrate-'))
  try {
    const file = await scriptFile(project, scriptNamed(project, script))
    const size = { BASE_URL: url, RATE: String(rate), DURATION: `${seconds}s`, WARMUP: '2s', STALL: '0.25' }
    const env: NodeJS.ProcessEnv = {
      ...own,
      ...size,
      PROFILE: 'smoke',
      RESULTS_DIR: folder,
      THRESHOLDS: join(folder, 'loose.json'),
    }
    // Which windows there are is the script's to say; its own limits are read for that, and replaced.
    const asked = await planOf(k6, file, { ...env, THRESHOLDS: '', RATE: String(Math.max(rate, 1000)) })
    const gated = new Set(asked?.gates.flatMap(({ window }) => (window === 'run' ? [] : [window])))
    writeFileSync(join(folder, 'loose.json'), looseLimits([...gated]))
    const plan = await planOf(k6, file, env)
    const generator = startGenerator({ project, env, plan, probe: true, version, hide: redaction([]) })
    reserve(folder, plan?.room)
    const started = new Date()
    const running = await supervise(k6, [...K6_ARGS, file], { ...env, ...generator.env }, stop)
    let log = ''
    running.child.stdout?.resume()
    running.child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      log = (log + chunk).slice(-2000)
    })
    generator.started(running.child.pid)
    const { code } = await running.ended
    await generator.stop()
    requireGoingOn(stop)
    const read = readSummary(join(folder, 'summary.json'), script, started)
    if ('problem' in read)
      return { rate, holds: false, why: `k6 ended with ${code}: ${log.trim().split('\n').at(-1) ?? read.problem}` }
    const began = Date.parse(read.summary.finished_at) - read.summary.duration_s * 1000
    return judgeStep(rate, read.summary, generator.evidence(read.summary, began))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
