/** What a script says of a metric of its own. Pure. */
import type { MetricDeclaration } from './declaration.ts'

/** What `metric` is given. */
export interface MetricSpec<N extends string = string> extends Pick<MetricDeclaration, 'unit' | 'doc' | 'merge'> {
  /** Key in thresholds and name in k6's outputs: small letters, digits and `_`. */
  name: N
  /** A counter adds up, a trend keeps every value, a gauge the last one. */
  type: 'counter' | 'trend' | 'gauge'
}

/** What `metric` makes. */
export interface Metric<N extends string = string> {
  readonly name: N
  readonly spec: MetricSpec<N>
  /**
   * Adds a value, in the unit of the metric.
   * @param tags as k6 takes them: a value must be a text, undefined is none
   */
  add(value: number, tags?: Readonly<Record<string, string>>): void
}

/** The counter that says how many samples a trend or gauge rests on; a counter says it itself. */
export const evidenceOf = ({ name, type }: MetricSpec): string | undefined => (type === 'counter' ? undefined : `${name}_samples`)
