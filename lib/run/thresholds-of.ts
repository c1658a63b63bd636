/** The thresholds of a script in code: the same as in a thresholds file, with the names that the script has. */
import type { PlanEndpoint } from '../described/in-code.ts'
import type { Limits, MetricLimits, Thresholds } from '../gates/thresholds.ts'
import type { Metric } from '../metrics/declaration.ts'
import type { MetricName } from '../metrics/list.ts'

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
