/** What a script writes down: everything else is made from it. */
import type { Options } from 'k6/options'
import type { Mix } from '../base/mix.ts'
import type { Settings } from '../base/settings.ts'
import type { PlanEndpoint } from '../described/in-code.ts'
import type { VuState } from '../endpoint/vu-state.ts'
import type { Limits, MetricLimits, Thresholds } from '../gates/thresholds.ts'
import type { Metric } from '../metrics/declaration.ts'
import type { MetricName } from '../metrics/list.ts'
import type { Figures } from '../summary/write.ts'
import type { Target } from '../target/target.ts'
import type { Context } from '../vu/context.ts'
import type { WindowSpec } from '../windows/workload.ts'
import type { ThresholdsFiles } from './gated-run.ts'
import type { Profiles, SizeOf } from './sizing.ts'

/** Limits by endpoint; an endpoint of the target file's own may be named, too. */
export type LimitsOf<E extends PlanEndpoint> = { readonly [K in E['name'] | '*' | (string & {})]?: Limits }

/**
 * Limits in code: those of a thresholds file, for names that the script has.
 * @typeParam W names of windows
 * @typeParam E endpoints of the script
 * @typeParam M metrics of its own
 */
export interface ThresholdsOf<W extends string, E extends PlanEndpoint, M extends Metric> extends Pick<Thresholds, 'run'> {
  readonly windows: { readonly [K in W]?: LimitsOf<E> }
  readonly metrics?: { readonly [K in MetricName | M['name']]?: MetricLimits }
}

/**
 * What `plan` is given.
 * @typeParam P sizes by profile
 * @typeParam F what the script's own setup() found out; JSON, since k6 copies it to every VU
 * @typeParam W names of its windows
 * @typeParam E endpoints that it sends to
 * @typeParam M metrics of its own
 */
export interface PlanSpec<
  P extends Profiles,
  F = undefined,
  W extends string = string,
  E extends PlanEndpoint = PlanEndpoint,
  M extends Metric = Metric,
> {
  /** Key in reports and results. */
  name: string
  /** What it proves, in a few words, for reports. Default: its name. */
  description?: string
  /** Limits: the same for every profile, or two, of which PROFILE=production takes the second. Default: those of THRESHOLDS. */
  thresholds?: ThresholdsFiles | ThresholdsOf<NoInfer<W>, NoInfer<E>, NoInfer<M>>
  /** Sizes of the run; a setting such as RATE replaces the number of its name. */
  profiles: P
  /** What its users send, of a script whose users can be anybody's: a target file may give a mix of its own in its place. */
  mix?: Mix
  /**
   * Windows one after another; those of an inner list run at the same time. Endpoints that the target lacks are taken out of each mix.
   * @param mix the target's, or the script's own
   */
  windows(
    size: SizeOf<P>,
    settings: Settings,
    target: Target,
    mix: Mix,
  ): readonly (WindowSpec<W, E['name']> | readonly WindowSpec<W, E['name']>[])[]
  /** Windows that the script has under other settings only: limits on them are no mistake. */
  otherWindows?: readonly W[]
  /** What is planned of custom metrics, for shares of them. */
  planned?(size: SizeOf<P>, settings: Settings, target: Target): Partial<Record<MetricName | M['name'], number>>
  /**
   * Windows that custom metrics of evidence are of: where all that these were to send was sent and answered correctly, what such a metric
   * lacks is missing with the gateway.
   */
  restsOn?: { readonly [K in MetricName]?: readonly NoInfer<W>[] }
  /** Custom metrics that the script has under other settings, or with other targets, only: limits on them are no mistake. */
  otherMetrics?(settings: Settings, target: Target, size: SizeOf<P>): readonly (MetricName | M['name'])[]
  /** Custom metrics that no thresholds file may leave without a limit: what fails otherwise would pass unseen. */
  required?: readonly (MetricName | M['name'])[]
  /** Runs before the load, once for each k6 instance, after the gateway has answered and the token is there. */
  setup?(context: Context<SizeOf<P>>): F
  /** Runs once in each VU before its first iteration: tells its state what setup() found out. */
  begin?(vuState: VuState, found: F): void
  /** Runs after the load, also when it was interrupted. */
  teardown?(context: Context<SizeOf<P>>, found: F): void
  /** Endpoints that this script sends to: every VU loads them, and no others. */
  endpoints?: readonly E[]
  /** Metrics of its own, which its code adds to and its thresholds may limit. */
  metrics?: readonly M[]
  /** Looks at the gateway's metrics throughout, for restarts, memory and connections; the script then exports `watch = exec(watchGateway)`. */
  watch?: true
  /** k6's own options, over those that every script has; not those that windows and thresholds make. */
  options?: Options | ((size: SizeOf<P>) => Options)
  /** Files of the script's own for RESULTS_DIR, by name: each is written as JSON. */
  results?(figures: Figures, size: SizeOf<P>, settings: Settings): Readonly<Record<string, unknown>>
}
