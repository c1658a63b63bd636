/** What is said of a custom metric: of ours, and of those of a script. Pure. */
import type { WatchedName } from './watched.ts'

/** Parts of WebSockets and streams that a gateway may do without, in words for a report. */
export type LackingPart =
  | 'websocket'
  | 'websocket greeting'
  | 'websocket pings'
  | 'websocket subscriptions'
  | 'websocket event lag'
  | 'stream'
  | 'stream ids'
  | 'stream resumption'
  | 'stream gaps'

/** A custom metric: what it measures, and what limits on it need. */
export interface MetricDeclaration {
  type: 'counter' | 'trend' | 'gauge' | 'rate'
  unit: 'ms' | 'bytes' | 'count' | 'share' | ''
  /** What it measures, for reports. */
  doc: string
  /** A trend or gauge passes every limit when it has no sample: this counter says how many it rests on. */
  evidence?: string
  /** Evidence that its largest or latest value needs. Default 1; percentiles need what `samplesFor` says. */
  needs?: number
  /** Its values are all that there are, not a sample of many: a percentile of them needs no more evidence than `needs`. */
  exact?: true
  /** What the gateway's own metrics must say for it, one of these at least: a target without them is not gated on it. */
  watches?: readonly WatchedName[]
  /** Part of a WebSocket or stream that it is about: a target that lacks it is not gated on it. */
  part?: LackingPart
  /** What the values of several instances come to, of a gauge. Default `max`. */
  merge?: 'max' | 'min' | 'sum'
  /** k6's own metric that limits on it stand on, where it is not one of ours. */
  metric?: string
  /** What its gates look at. Default `limit`: the gateway. */
  kind?: 'evidence' | 'load'
  /** Sub-metrics that say what it is made of; a report shows those that have a value. */
  details?: readonly string[]
}

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
