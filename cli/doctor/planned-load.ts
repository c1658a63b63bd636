/** The load that a script plans, as k6 itself reads it: `k6 inspect` with the settings of the run. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { RunNotes } from '../../lib/briefing/control.ts'
import { parseDuration } from '../../lib/duration.ts'
import { UsageError } from '../../lib/errors.ts'
import { CannotRun, messageOf } from '../errors.ts'
import { K6Log } from '../k6-log.ts'
import type { Load } from './checks.ts'

interface Scenario {
  executor?: string
  startTime?: string | null
  duration?: string | null
  maxDuration?: string | null
  gracefulStop?: string | null
  rate?: number
  startRate?: number
  timeUnit?: string | null
  stages?: { target?: number; duration?: string }[]
  preAllocatedVUs?: number
  maxVUs?: number
  vus?: number
}

const INSPECT_MS = 30_000
/** k6's own, where a scenario says nothing. */
const GRACEFUL_STOP = '30s'

/** Go writes its durations as `1m40s` or `1.5s`. */
const secondsOf = (written: string | null | undefined): number => (written ? parseDuration(written) : 0)

function vusOf({ executor = '', stages = [], maxVUs = 0, preAllocatedVUs = 0, vus = 0 }: Scenario): number {
  if (executor.endsWith('arrival-rate')) return Math.max(maxVUs, preAllocatedVUs)
  return Math.max(vus, ...stages.map(({ target = 0 }) => target))
}

/** Seconds from the start of the load between which k6 keeps VUs for a scenario. */
function timeOf({ startTime, duration, maxDuration, gracefulStop, stages = [] }: Scenario): { from: number; to: number } {
  const from = secondsOf(startTime)
  const staged = stages.reduce((sum, stage) => sum + secondsOf(stage.duration), 0)
  return { from, to: from + secondsOf(duration ?? maxDuration) + staged + secondsOf(gracefulStop ?? GRACEFUL_STOP) }
}

export function loadOf(scenarios: Readonly<Record<string, Scenario>>): Pick<Load, 'rate' | 'vus'> {
  const all = Object.values(scenarios)
  const rates = all.map(({ executor = '', rate = 0, startRate = 0, timeUnit, stages = [] }) =>
    executor.endsWith('arrival-rate')
      ? Math.max(rate, startRate, ...stages.map(({ target = 0 }) => target)) / (secondsOf(timeUnit) || 1)
      : 0,
  )
  // k6 makes all VUs before the load, as many as scenarios that overlap need together.
  const times = all.map(timeOf)
  const atOnce = times.map(({ from: at }) =>
    all.reduce((sum, scenario, i) => {
      const { from = 0, to = 0 } = times[i] ?? {}
      return from <= at && at < to ? sum + vusOf(scenario) : sum
    }, 0),
  )
  return { rate: Math.max(0, ...rates), vus: Math.max(0, ...atOnce) }
}

interface Inspected {
  scenarios?: Record<string, Scenario> | null
  ext?: { loadgate?: Partial<RunNotes> } | null
}

function loadIn(inspected: string): Load {
  const { scenarios, ext } = JSON.parse(inspected) as Inspected
  const { sockets = 0, streams = 0 } = ext?.loadgate ?? {}
  return { ...loadOf(scenarios ?? {}), connections: sockets + streams }
}

/** @throws UsageError when the settings do not suit the script */
export async function plannedLoad(k6: string, script: string, env: NodeJS.ProcessEnv): Promise<Load> {
  const args = ['inspect', '--include-system-env-vars', '--log-format', 'json', '--log-output', 'stderr', script]
  try {
    const { stdout } = await promisify(execFile)(k6, args, {
      env,
      encoding: 'utf8',
      timeout: INSPECT_MS,
      maxBuffer: 16 * 1024 * 1024,
    })
    return loadIn(stdout)
  } catch (error) {
    const log = new K6Log(() => {})
    log.feed((error as { stderr?: string }).stderr ?? '')
    log.end()
    if (log.facts.usage !== undefined) throw new UsageError(log.facts.usage)
    throw new CannotRun(`k6 cannot read ${script}: ${log.facts.errors[0]?.message ?? messageOf(error)}`)
  }
}
