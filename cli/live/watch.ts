/** Everything that looks on while k6 runs: recorder, live view, and a Prometheus of the user's. The run needs none of it. */
import { basename } from 'node:path'
import type { RunPlan } from '../../lib/run/run-plan.ts'
import type { RunSummary } from '../../lib/summary/model.ts'
import { messageOf } from '../base/errors.ts'
import type { Terminal } from '../base/terminal.ts'
import { planOf } from '../k6/inspect.ts'
import { type ProgressView, progressView } from '../k6/progress-view.ts'
import { type K6Output, pushTo } from '../k6/push-output.ts'
import { type Problem, unexplained } from '../reconcile/counters.ts'
import type { Total } from '../record/cumulative.ts'
import { type Forwarder, forwarder } from '../record/forward.ts'
import { type Recorder, startRecorder } from '../record/recorder.ts'
import type { SeriesFile } from '../record/series-model.ts'
import type { Verdict } from '../results/verdict-model.ts'
import { verdictGauges } from './verdict-gauges.ts'
import { liveView, rawView } from './view.ts'

export interface WatchOptions {
  k6: { path: string; version: string }
  script: { name: string; file: string }
  /** What k6 is started with. */
  env: NodeJS.ProcessEnv
  /** Its name tells this run from others in a Prometheus. */
  resultsFolder: string
  record: boolean
  /** k6's own output instead of ours. */
  raw: boolean
  /** Remote-write URL. */
  prometheus: string | undefined
  gatewayPid: number | undefined
  /** Others that are not here send the rest of the run. */
  part: boolean
  terminal: Terminal
}

export interface Watch {
  /** What k6 must be started with, beside its own: the only one, or the one at a place from 1 of several. */
  output(place?: number): K6Output
  view: ProgressView
  /** What the run means to send, where k6 was asked. */
  plan: RunPlan | undefined
  /** k6 has begun: the only one, or the one at a place from 1 of several. */
  started(pid: number | undefined, place?: number): void
  /** Nothing more will come. */
  stop(): Promise<void>
  series(summary: RunSummary | undefined): SeriesFile | undefined
  /** Running totals of every series of k6, or why there are none, as the end of a sentence. */
  totals(): readonly Readonly<Total>[] | Problem
  /** Pushes the verdict to the user's Prometheus, if there is one. */
  tell(verdict: Verdict, summary: RunSummary | undefined): Promise<void>
}

/** Rates of one of the instances of a run. */
const partOf = (plan: RunPlan): RunPlan => ({
  ...plan,
  windows: plan.windows.map(({ offered, ...window }) => ({
    ...window,
    ...(offered === undefined ? {} : { offered: offered.map(([at, rate]): [number, number] => [at, rate / plan.instances]) }),
  })),
})

export async function watch(options: WatchOptions): Promise<Watch> {
  const { k6, script, env, resultsFolder, record, raw, prometheus, gatewayPid, part, terminal } = options
  const runId = basename(resultsFolder)
  const whole = record ? await planOf(k6.path, script.file, env) : undefined
  const plan = whole && part ? partOf(whole) : whole
  const live = record && !raw ? liveView(terminal, script.name, plan) : undefined
  const view = raw ? rawView(terminal) : (live ?? progressView(terminal))
  const forward: Forwarder | undefined = prometheus === undefined ? undefined : forwarder(prometheus)

  let recorder: Recorder | undefined
  if (record)
    try {
      recorder = await startRecorder({
        script: script.name,
        plan,
        env,
        version: k6.version,
        ...(live ? { onSecond: live.second } : {}),
        ...(forward ? { onPush: forward.pass } : {}),
      })
    } catch (error) {
      terminal.note(`The run is not recorded: ${messageOf(error)}`)
    }
  if (gatewayPid !== undefined) recorder?.watch('gateway', gatewayPid)
  return {
    output(place) {
      // Without the recorder k6 pushes straight to the Prometheus.
      const { env: own = {}, args = [] } =
        recorder?.output(place) ?? (prometheus === undefined ? {} : pushTo(prometheus, env, { version: k6.version, last: false }))
      const tags = [`run_id=${runId}`, ...(place === undefined ? [] : [`instance_id=${place}`])]
      return { env: own, args: [...args, ...(prometheus === undefined ? [] : tags.flatMap((tag) => ['--tag', tag]))] }
    },
    view,
    plan,
    started: (pid, place) => recorder?.watch(place === undefined ? 'k6' : `k6 ${place}`, pid),
    async stop() {
      await recorder?.close()
      const problem = recorder?.problem()
      if (problem !== undefined) terminal.note(`Part of the run was not recorded: ${problem}`)
    },
    series: (summary) => recorder?.finish(summary),
    totals: () =>
      recorder === undefined
        ? { problem: 'the run was not recorded', known: !record }
        : (recorder.totals() ?? unexplained('k6 has not told its counts to the end')),
    async tell(verdict, summary) {
      if (forward === undefined) return
      forward.send(verdictGauges(verdict, summary, runId, Date.now()))
      await forward.drain()
      const problem = forward.problem()
      if (problem !== undefined) terminal.note(`Prometheus at ${new URL(prometheus ?? '').host}: ${problem}`)
    },
  }
}
