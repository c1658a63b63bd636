/** Binds a script: settings + target + thresholds -> what k6 imports from it. */
import type { Options } from 'k6/options'
import reference from '../targets/reference.json'
import { authPlan, type Grant } from './auth.ts'
import { gatedRun, type ThresholdsFiles } from './gated-run.ts'
import type { MetricName } from './metric-list.ts'
import { scriptErrors } from './metrics.ts'
import { type Settings, settingsOfRun } from './settings.ts'
import { type Profiles, type SizeOf, sizeOf } from './sizing.ts'
import { bindTarget, type Target } from './target.ts'
import { firstGrant } from './transport/authorization.ts'
import { readUserFile } from './transport/file.ts'
import { requireAnswer } from './transport/reachable.ts'
import { type Traffic, traffic } from './transport/traffic.ts'
import { fit, schedule, type Window, type WindowSpec } from './workload.ts'

/** What a script's own code has at hand. */
export interface Context<S> {
  settings: Settings
  size: S
  target: Target
  windows: readonly Window[]
  traffic: Traffic
}

/**
 * @typeParam P sizes by profile
 * @typeParam E what the script's own setup() found out; JSON, since k6 copies it to every VU
 */
export interface PlanSpec<P extends Profiles, E> {
  name: string
  description: string
  thresholds: ThresholdsFiles
  /** Sizes of the run; a setting such as RATE replaces the number of its name. */
  profiles: P
  /** Windows one after another; those of an inner list run at the same time. Endpoints that the target lacks are taken out of each mix. */
  windows(size: SizeOf<P>, settings: Settings, target: Target): (WindowSpec | WindowSpec[])[]
  /** Windows that the script has under other settings only: limits on them are no mistake. */
  otherWindows?: readonly string[]
  /** What is planned of custom metrics, for shares of them. */
  planned?(size: SizeOf<P>, settings: Settings): Partial<Record<MetricName, number>>
  /** Runs before the load, once for each k6 instance, after the gateway has answered and the token is there. */
  setup?(context: Context<SizeOf<P>>): E
  /** Runs after the load, also when it was interrupted. */
  teardown?(context: Context<SizeOf<P>>, found: E): void
  options?: Options
}

export interface SetupData<E> {
  grant?: Grant
  found?: E
}

export interface Plan<P extends Profiles, E> {
  options: Options
  setup(): SetupData<E>
  teardown(data: SetupData<E>): void
  handleSummary(data: unknown): Record<string, string>
  /** Sends the mix of the window that k6 is running. */
  run(data: SetupData<E>): void
  /** Makes the exported function of windows with an exec of their own: counts what it throws. */
  exec(iteration: (context: Context<SizeOf<P>>, found: E) => void): (data: SetupData<E>) => void
}

export function plan<const P extends Profiles, E = undefined>(spec: PlanSpec<P, E>): Plan<P, E> {
  // k6 runs a script once for its options, once for each VU, and once more for setup, teardown and summary (__VU is 0 in all but the VUs).
  const inVu = __VU !== 0
  const settings = settingsOfRun()
  const targetFile = settings.TARGET ?? 'targets/reference.json'
  const target = bindTarget(settings.TARGET ? readUserFile(settings.TARGET, 'TARGET') : reference, targetFile, settings, !inVu)
  const size = sizeOf(spec.profiles, settings, spec.name)
  const asked = spec.windows(size, settings, target).map((group) => [group].flat())
  const windows = schedule(
    asked.map((group) => group.flatMap((window) => fit(window, target.has) ?? [])),
    {
      stall: size.stall ?? 0,
      vus: settings.VUS,
      requestsPerIteration: settings.REQUESTS_PER_ITERATION,
      instances: settings.INSTANCES,
      timeout: settings.TIMEOUT,
    },
  )
  const auth = authPlan(target, settings)
  const absentWindows = [...(spec.otherWindows ?? []), ...asked.flat().map(({ name }) => name)].filter(
    (name) => !windows.some((window) => window.name === name),
  )
  const judged = inVu
    ? undefined
    : gatedRun({ ...spec, planned: spec.planned?.(size, settings) ?? {}, settings, target, windows, absentWindows })

  const prepare = (): Context<SizeOf<P>> => ({
    settings,
    size,
    target,
    windows,
    traffic: traffic(windows, target, settings, auth),
  })
  // Requests are prepared in a VU's init, so that its first iteration is as quick as any; the token comes with that iteration.
  let context = inVu ? prepare() : undefined
  let authorized = false
  const ready = (data: SetupData<E>): Context<SizeOf<P>> => {
    context ??= prepare()
    if (!authorized && data.grant !== undefined) context.traffic.authorization.use(data.grant)
    authorized = true
    return context
  }
  const guarded = (iteration: (context: Context<SizeOf<P>>, found: E) => void) => (data: SetupData<E>) => {
    try {
      iteration(ready(data), data.found as E)
    } catch (error) {
      // k6 itself exits 0 when every iteration throws.
      scriptErrors.add(1)
      throw error
    }
  }

  return {
    options: judged?.options ?? {},
    setup() {
      requireAnswer(target, settings)
      const grant = firstGrant(auth, settings.TIMEOUT)
      const data: SetupData<E> = grant === undefined ? {} : { grant }
      if (spec.setup !== undefined) data.found = spec.setup(ready(data))
      return data
    },
    teardown(data) {
      spec.teardown?.(ready(data), data.found as E)
    },
    handleSummary: judged?.handleSummary ?? (() => ({})),
    run: guarded(({ traffic }) => traffic.iterate()),
    exec: guarded,
  }
}
