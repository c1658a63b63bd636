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
  rate?: number
  startRate?: number
  timeUnit?: string | null
  stages?: { target?: number }[]
  preAllocatedVUs?: number
  maxVUs?: number
  vus?: number
}

const INSPECT_MS = 30_000

/** Go writes its durations as `1m40s` or `1.5s`. */
const secondsOf = (written: string | null | undefined): number => (written ? parseDuration(written) : 1) || 1

export function loadOf(scenarios: Readonly<Record<string, Scenario>>): Pick<Load, 'rate' | 'vus'> {
  let [rate, vus] = [0, 0]
  for (const {
    executor = '',
    rate: own = 0,
    startRate = 0,
    timeUnit,
    stages = [],
    maxVUs = 0,
    preAllocatedVUs = 0,
    vus: fixed = 0,
  } of Object.values(scenarios)) {
    const targets = stages.map(({ target = 0 }) => target)
    const arrival = executor.endsWith('arrival-rate')
    if (arrival) rate = Math.max(rate, Math.max(own, startRate, ...targets) / secondsOf(timeUnit))
    // k6 makes the VUs of all scenarios before the first one starts.
    vus += arrival ? Math.max(maxVUs, preAllocatedVUs) : Math.max(fixed, ...targets)
  }
  return { rate, vus }
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
