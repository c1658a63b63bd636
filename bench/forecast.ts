/**
 * `npm run bench:forecast`: whether two instances send what is forecast for them. One is calibrated on one core, which its target shares; then
 * two have such a core each, and the highest rate that they hold is looked for in the same way. At the rate that `loadgate plan` plans two with
 * (70 %) ten runs are made, in none of which a window may be limited by its generator. Ends with 1 where either does not hold.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { quoted } from '../cli/base/shell.ts'
import { highestRate } from '../cli/capacity/calibrate/search.ts'
import { judgeStep } from '../cli/capacity/calibrate/step.ts'
import { forecast } from '../cli/capacity/plan/forecast.ts'
import { parseFleet } from '../cli/fleet/fleet-model.ts'
import { parseGenerator } from '../cli/generator/evidence-model.ts'
import { provision } from '../cli/k6/provision.ts'
import { segmentAt } from '../lib/base/segment.ts'
import type { RunSummary } from '../lib/summary/model.ts'
import { type Cores, canPin, pinned } from './pinned.ts'
import { keepFigures } from './report.ts'
import { startTarget } from './target.ts'
import { mistake } from './wishes.ts'

const [ONE, BOTH]: [Cores, Cores] = [0, '0,1']
const INSTANCES = 2
/** Of the forecast, what the real maximum may be off. */
const OFF = 0.1
const RUNS = 10
const PROGRAM = resolve('dist/loadgate.mjs')
/** As a step of the calibration has them. */
const SIZE = ['--profile', 'smoke', '--duration', '8s', '--warmup', '2s', '--stall', '0.25']
const HIGHEST = 200_000

if (!canPin) mistake('forecast: there is no taskset here or only one core, and two instances want one each')

const { path: k6 } = await provision({ env: process.env, note: console.error, stop: new AbortController().signal })
const folder = mkdtempSync(join(tmpdir(), 'loadgate-bench-'))

async function loadgate(core: Cores, words: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  const [program = '', ...args] = pinned(core, [process.execPath, PROGRAM, ...words])
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  await once(child, 'close')
  return said
}

/** What one instance sends on one core, in requests a second. */
async function calibrated(): Promise<number> {
  const said = await loadgate(ONE, ['calibrate', 'http'], { LOADGATE_CACHE: join(folder, 'cache'), K6_BIN: k6 })
  const [, rate] = /^This machine sends ([\d,]+) requests\/s of http honestly, /m.exec(said) ?? []
  if (rate === undefined) throw new Error(`the calibration has found no limit: ${said}`)
  return Number(rate.replaceAll(',', ''))
}

/** Each k6 has a core. */
function onItsCore(): string {
  const file = join(folder, 'k6')
  const first = quoted(segmentAt(1, INSTANCES))
  writeFileSync(
    file,
    `#!/bin/sh\ncore=1\nfor word; do [ "$word" = ${first} ] && core=0; done\nexec taskset -c $core ${quoted(k6)} "$@"\n`,
    { mode: 0o755 },
  )
  return file
}

interface Ran {
  holds: boolean
  why: string
  /** Whether a window measured its generator. */
  limited: boolean
}

let runs = 0

async function run(rate: number, url: string, thresholds: string): Promise<Ran> {
  runs += 1
  const results = join(folder, `run-${runs}`)
  const words = ['run', 'http', ...SIZE, '--rate', String(rate), '--instances', String(INSTANCES), '--no-record']
  const env = { BASE_URL: url, THRESHOLDS: thresholds, RESULTS_DIR: results, K6_BIN: onItsCore() }
  const said = await loadgate(BOTH, words, env)
  const read = (file: string): string => readFileSync(join(results, file), 'utf8')
  try {
    const summary = JSON.parse(read('summary.json')) as RunSummary
    const generator = parseGenerator(read('generator.json'))
    const { findings } = parseFleet(read('fleet.json'))
    const step = judgeStep(rate, summary, generator)
    const limited =
      generator.windows.some(({ bound, cpu_starved }) => bound || cpu_starved) ||
      findings.some(({ code }) => code === 'instance_limited')
    const [finding] = findings
    return { holds: step.holds && finding === undefined, why: finding?.sentence ?? step.why, limited }
  } catch {
    return { holds: false, why: said.trim().split('\n').at(-1) ?? 'it said nothing', limited: true }
  }
}

const target = await startTarget('null', BOTH)
try {
  const thresholds = join(folder, 'limits.json')
  const any = { error_rate: 1, shed_rate: 1, why: 'Only the generator is looked at here.' }
  writeFileSync(thresholds, JSON.stringify({ windows: { steady: { '*': any } }, run: { dropped_share: 1 } }))

  const one = await calibrated()
  const { together } = forecast({ rate: 1, requests: 0, vus: 0, connections: 0 }, { rate: one, cores: 1, from: '' }, INSTANCES)
  const expected = one * INSTANCES
  console.log(`one instance on one core: ${one}/s; forecast for ${INSTANCES}: ${expected}/s, planned with ${together}/s`)
  const holds = async (rate: number): Promise<boolean> => {
    const once = await run(rate, target.url, thresholds)
    const ran = once.holds ? once : await run(rate, target.url, thresholds)
    console.log(`${String(rate).padStart(8)}/s  ${ran.holds ? 'held' : 'did not hold'}: ${ran.why}`)
    return ran.holds
  }
  const measured = await highestRate(holds, together, HIGHEST)
  const ratio = measured / expected
  console.log(`${INSTANCES} instances hold ${measured}/s: x${ratio.toFixed(2)} of the forecast, which may be off by ${OFF}`)

  let limited = 0
  for (let n = 1; n <= RUNS; n++) {
    const ran = await run(together, target.url, thresholds)
    if (ran.limited) limited += 1
    console.log(`run ${n} of ${RUNS} at ${together}/s: ${ran.limited ? 'limited' : 'not limited'} by its generator: ${ran.why}`)
  }
  console.log(`${limited} of ${RUNS} runs at 70 % of the forecast had a window that was limited by its generator`)
  console.log(
    `kept in ${keepFigures('forecast', { one, forecast: expected, measured, ratio, planned: together, runs: RUNS, limited })}`,
  )
  if (Math.abs(ratio - 1) > OFF || limited > 0) process.exitCode = 1
} finally {
  await target.stop()
  rmSync(folder, { recursive: true, force: true })
}
