/** Records a run: everything that k6 pushes while it runs, beside what the processes use. */

import type { RunPlan } from '../../lib/run/run-plan.ts'
import type { RunSummary } from '../../lib/summary/model.ts'
import { INTERVAL_S, type K6Output, pushTo } from '../k6/push-output.ts'
import { Clock } from './clock.ts'
import { Cumulative, type Total } from './cumulative.ts'
import { ProcessColumns } from './process-sampler.ts'
import { type Push, startReceiver } from './receiver.ts'
import { isWindow } from './scenarios.ts'
import type { SeriesFile } from './series-model.ts'
import { seriesOf } from './series-of.ts'
import { Timeline } from './timeline.ts'

/** A look at the run while it goes on. */
export interface Recording {
  /** Places of the time axis that there are. */
  places: number
  /** Epoch milliseconds of a place. */
  ends: readonly number[]
  timeline: Timeline
  processes: ReadonlyMap<string, ProcessColumns>
  /** Running totals of every series, as k6 counts them. */
  totals(): Iterable<Readonly<Total>>
}

export interface Recorder {
  /** What k6 must be started with: the only one, or the one at a place from 1 of several. */
  output(place?: number): K6Output
  /** Samples a process from now on. @param role `k6` or `gateway` */
  watch(role: string, pid: number | undefined): void
  /** Ends the recording. Undefined when k6 has pushed nothing. */
  finish(summary: RunSummary | undefined): SeriesFile | undefined
  /** Running totals of every series as k6 last pushed them; undefined where it has not told their end. */
  totals(): readonly Readonly<Total>[] | undefined
  /** Why something was not recorded. */
  problem(): string | undefined
  close(): Promise<void>
}

export interface RecorderOptions {
  script: string
  plan: RunPlan | undefined
  env: Readonly<Record<string, string | undefined>>
  /** Of k6. */
  version: string
  /** Hears of each second. */
  onSecond?: (recording: Recording) => void
  /** Gets each push as it came. */
  onPush?: (push: Push) => void
}

export async function startRecorder({ script, plan, env, version, onSecond, onPush }: RecorderOptions): Promise<Recorder> {
  const clock = new Clock(INTERVAL_S * 1000)
  const timeline = new Timeline(isWindow)
  const cumulative = new Cumulative(plan?.metrics)
  const processes = new Map<string, ProcessColumns>()
  const ended = new Set<string>()
  const recording: Recording = {
    get places() {
      return clock.ends.length
    },
    ends: clock.ends,
    timeline,
    processes,
    totals: () => cumulative.totals(),
  }
  const receiver = await startReceiver((push) => {
    onPush?.(push)
    const { instance, series, at } = push
    const before = clock.ends.length
    const place = clock.place(instance, at)
    timeline.take(place, instance, cumulative.take(instance, series))
    if (series.some(({ sample }) => Number.isNaN(sample?.value))) ended.add(instance)
    if (clock.ends.length === before) return
    for (const process of processes.values()) process.sample(place, at)
    onSecond?.(recording)
  })
  const isComplete = (): boolean => ended.size > 0 && ended.size === clock.instances
  return {
    output: (place = 1) => pushTo(`${receiver.url}/${place}`, env, { version, last: true }),
    watch(role, pid) {
      if (pid !== undefined) processes.set(role, new ProcessColumns(pid, Date.now()))
    },
    finish: (summary) =>
      seriesOf(
        {
          script,
          clock,
          timeline,
          processes,
          windows: plan?.windows ?? [],
          metrics: plan?.metrics ?? {},
          complete: isComplete(),
        },
        summary,
      ),
    totals: () => (isComplete() ? [...cumulative.totals()] : undefined),
    problem: receiver.problem,
    close: receiver.close,
  }
}
