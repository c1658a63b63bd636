/** Reads what k6 prints each second while it runs without a terminal. */
import { parseDuration } from '../../lib/base/duration.ts'

export interface K6Progress {
  /** Seconds since the load began, as k6 says. */
  elapsed: number | undefined
  /** Seconds that the load is planned to take, without graceful stops; undefined before k6 has said it. */
  planned: number | undefined
  /** VUs made so far, before the load begins. */
  made: { vus: number; of: number } | undefined
  vus: number
  vusMax: number
  complete: number
  interrupted: number
  /** Scenarios under way, with their share and rate as k6 writes them. */
  windows: { name: string; percent: number; rate: string }[]
}

export const noProgress = (): K6Progress => ({
  elapsed: undefined,
  planned: undefined,
  made: undefined,
  vus: 0,
  vusMax: 0,
  complete: 0,
  interrupted: 0,
  windows: [],
})

const SCENARIO = /^\s+\* \S+: .*? for (\S+?)(?: over \d+ stages)? \(.*$/
const INIT = /^Init\s+\[\s*\d+% \] (\d+)\/(\d+) VUs initialized/
const RUNNING = /^running \((\S+)\), (\d+)\/(\d+) VUs, (\d+) complete and (\d+) interrupted iterations/
const WINDOW = /^(\S+)\s+(?:[✓✗•↓]\s+)?\[\s*(\d+)% \]\s*(.*)$/

/** k6 pads its figures (`0m01.0s`). */
const seconds = (written: string): number => parseDuration(written.replaceAll(/\b0+(?=\d)/g, ''))

/** Takes in a line of k6's standard output; returns whether a new second has begun. */
export function readProgress(progress: K6Progress, line: string): boolean {
  const scenario = SCENARIO.exec(line)
  if (scenario !== null) {
    const start = /startTime: (\S+?)[,)]/.exec(line)?.[1]
    const end = seconds(scenario[1] ?? '') + (start === undefined ? 0 : seconds(start))
    if (Number.isFinite(end)) progress.planned = Math.max(progress.planned ?? 0, end)
    return false
  }
  const running = RUNNING.exec(line)
  if (running !== null) {
    const [, elapsed = '', vus, vusMax, complete, interrupted] = running
    progress.elapsed = seconds(elapsed)
    progress.vus = Number(vus)
    progress.vusMax = Number(vusMax)
    progress.complete = Number(complete)
    progress.interrupted = Number(interrupted)
    progress.windows = []
    return true
  }
  const init = INIT.exec(line)
  if (init !== null) {
    progress.made = { vus: Number(init[1]), of: Number(init[2]) }
    return true
  }
  const window = WINDOW.exec(line)
  if (window === null || progress.elapsed === undefined) return false
  const [, name = '', percent, rest = ''] = window
  const underWay = Number(percent) < 100 && !rest.startsWith('waiting')
  const rate = /0*(\d[\d.]*) iters\/s/.exec(rest)?.[1]
  if (underWay) progress.windows.push({ name, percent: Number(percent), rate: rate === undefined ? '' : `${Number(rate)}/s` })
  return false
}
