/** What a run means to send, as k6 reads it from the script: the windows with their rates, and every threshold. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { RunNotes } from '../../lib/briefing/control.ts'
import { parseDuration } from '../../lib/duration.ts'
import { HELD_STREAM } from '../../lib/held-stream.ts'
import { WATCH } from '../../lib/monitor/watch-window.ts'
import { loadOf } from '../doctor/planned-load.ts'
import type { SeriesWindow } from './series-model.ts'

export interface RunPlan {
  windows: SeriesWindow[]
  /** k6's thresholds: sub-metric -> expressions. */
  thresholds: Readonly<Record<string, readonly string[]>>
}

export interface InspectedPlan extends RunPlan {
  /** Highest rate, VUs in all, and WebSockets in all. */
  load: { rate: number; vus: number; sockets: number }
  /** What a control probe can send, and where the gateway counts; absent from scripts that are not the library's. */
  control: RunNotes | undefined
}

interface Scenario {
  executor?: string
  exec?: string
  startTime?: string
  duration?: string
  maxDuration?: string
  timeUnit?: string
  rate?: number
  startRate?: number
  stages?: { duration?: string; target?: number }[]
}

const INSPECT_MS = 20_000

/** Requests of no scenario are setup's and teardown's; renewals of tokens have one of their own in whatever window. */
export const isWindow = (scenario: string): boolean => scenario !== '' && scenario !== 'auth'
/** Looks at the gateway's own metrics are a window of the run, and no load. */
export const isLoad = (scenario: string): boolean => isWindow(scenario) && scenario !== WATCH

export const hasLatency = (endpoint: string): boolean => endpoint !== HELD_STREAM

/** Go writes `1m0s`. */
const seconds = (written: string | undefined, otherwise = 0): number => {
  const read = parseDuration(written ?? '')
  return Number.isFinite(read) ? read : otherwise
}

function windowOf(name: string, scenario: Scenario, requestsPerIteration: number): SeriesWindow {
  const start = seconds(scenario.startTime)
  const stages = (scenario.stages ?? []).map((stage) => ({ duration: seconds(stage.duration), target: stage.target ?? 0 }))
  const duration =
    stages.length > 0
      ? stages.reduce((total, stage) => total + stage.duration, 0)
      : seconds(scenario.duration, seconds(scenario.maxDuration))
  // Only a function that sends the mix sends as many requests as the setting says.
  const perSecond = (scenario.exec === 'run' ? requestsPerIteration : 1) / seconds(scenario.timeUnit, 1)
  const window = { name, start, duration }
  if (scenario.executor === 'constant-arrival-rate') {
    const rate = (scenario.rate ?? 0) * perSecond
    return {
      ...window,
      offered: [
        [start, rate],
        [start + duration, rate],
      ],
    }
  }
  if (scenario.executor !== 'ramping-arrival-rate') return window
  let at = start
  const offered: [number, number][] = [[at, (scenario.startRate ?? 0) * perSecond]]
  for (const stage of stages) {
    at += stage.duration
    offered.push([at, stage.target * perSecond])
  }
  return { ...window, offered }
}

/** @param inspected what `k6 inspect` prints */
export function planIn(inspected: string, requestsPerIteration: number): InspectedPlan {
  const { scenarios, thresholds, ext } = JSON.parse(inspected) as {
    ext?: { loadgate?: RunNotes } | null
    scenarios?: Record<string, Scenario> | null
    thresholds?: Record<string, (string | { threshold?: string })[]> | null
  }
  const windows = Object.entries(scenarios ?? {})
    .filter(([name]) => isLoad(name))
    .map(([name, scenario]) => windowOf(name, scenario, requestsPerIteration))
  const { rate, vus } = loadOf(scenarios ?? {})
  return {
    load: { rate: rate * requestsPerIteration, vus, sockets: ext?.loadgate?.sockets ?? 0 },
    control: ext?.loadgate,
    windows: windows.sort((a, b) => a.start - b.start),
    thresholds: Object.fromEntries(
      Object.entries(thresholds ?? {}).map(([metric, expressions]) => [
        metric,
        expressions.map((expression) => (typeof expression === 'string' ? expression : (expression.threshold ?? ''))),
      ]),
    ),
  }
}

/** Asks k6; undefined when it cannot say: the run itself will tell why. */
export async function askPlan(
  k6: string,
  script: string,
  env: NodeJS.ProcessEnv,
  requestsPerIteration: number,
): Promise<InspectedPlan | undefined> {
  try {
    const { stdout } = await promisify(execFile)(k6, ['inspect', '--include-system-env-vars', script], {
      env,
      timeout: INSPECT_MS,
      maxBuffer: 64 * 1024 * 1024,
      encoding: 'utf8',
    })
    return planIn(stdout, requestsPerIteration)
  } catch {
    return undefined
  }
}

/** Planned requests a second at a moment; undefined outside of windows that plan them. */
export function offeredAt(windows: readonly SeriesWindow[], at: number): number | undefined {
  let total: number | undefined
  for (const { start, duration, offered } of windows) {
    if (offered === undefined || at < start || at >= start + duration) continue
    const next = offered.findIndex(([time]) => time > at)
    const [from, to] = [offered[next - 1], offered[next]]
    if (from === undefined || to === undefined) continue
    total = (total ?? 0) + from[1] + ((to[1] - from[1]) * (at - from[0])) / (to[0] - from[0])
  }
  return total
}
