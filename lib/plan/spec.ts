/** What a script writes down: everything else is made from it. */
import type { Options } from 'k6/options'
import type { Context } from '../context.ts'
import type { AnyEndpoint } from '../endpoints/endpoint.ts'
import type { Memory } from '../endpoints/memory.ts'
import type { MetricName } from '../metrics/list.ts'
import type { Mix } from '../mix.ts'
import type { Settings } from '../settings.ts'
import type { Figures } from '../summary/write.ts'
import type { Target } from '../target.ts'
import type { WindowSpec } from '../workload.ts'
import type { ThresholdsFiles } from './gated-run.ts'
import type { Profiles, SizeOf } from './sizing.ts'

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
  /** What its users send, of a script whose users can be anybody's: a target file may give a mix of its own in its place. */
  mix?: Mix
  /**
   * Windows one after another; those of an inner list run at the same time. Endpoints that the target lacks are taken out of each mix.
   * @param mix the target's, or the script's own
   */
  windows(size: SizeOf<P>, settings: Settings, target: Target, mix: Mix): (WindowSpec | WindowSpec[])[]
  /** Windows that the script has under other settings only: limits on them are no mistake. */
  otherWindows?: readonly string[]
  /** What is planned of custom metrics, for shares of them. */
  planned?(size: SizeOf<P>, settings: Settings, target: Target): Partial<Record<MetricName, number>>
  /** Custom metrics that the script has under other settings, or with other targets, only: limits on them are no mistake. */
  otherMetrics?(settings: Settings, target: Target, size: SizeOf<P>): readonly MetricName[]
  /** Custom metrics that no thresholds file may leave without a limit: what fails otherwise would pass unseen. */
  required?: readonly MetricName[]
  /** Runs before the load, once for each k6 instance, after the gateway has answered and the token is there. */
  setup?(context: Context<SizeOf<P>>): E
  /** Runs once in each VU before its first iteration: tells its memory what setup() found out. */
  begin?(memory: Memory, found: E): void
  /** Runs after the load, also when it was interrupted. */
  teardown?(context: Context<SizeOf<P>>, found: E): void
  /** Endpoints that this script sends to: every VU loads them, and no others. */
  endpoints?: Readonly<Record<string, AnyEndpoint>>
  /** Watches the gateway's metrics throughout (lib/monitor.ts); the script then exports `watch = exec(watchGateway)`. */
  watch?: true
  /** k6's own options, over those that every script has. */
  options?: Options | ((size: SizeOf<P>) => Options)
  /** Files of the script's own for RESULTS_DIR, by name: each is written as JSON. */
  results?(figures: Figures, size: SizeOf<P>, settings: Settings): Readonly<Record<string, unknown>>
}
