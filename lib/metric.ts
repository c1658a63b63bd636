/** A metric of a script's own, as a value: k6's object to add to, and what reports and gates must know of it. */
import { Counter, Gauge, Trend } from 'k6/metrics'
import { evidenceOf, type Metric, type MetricSpec } from './metrics/own.ts'

const KINDS = { counter: Counter, trend: Trend, gauge: Gauge } as const

/**
 * A metric of a script's own, for `metrics` of its plan and for limits in its thresholds; to be made when the script loads, as k6 demands.
 * A trend or gauge without a sample would pass every limit, so how often it was added to is counted, and must be seen, too.
 *
 *     const queued = metric({ name: 'queued_ms', type: 'trend', unit: 'ms', doc: 'Time in the queue, as the shop reports it.' })
 *     queued.add(12)
 */
export function metric<const N extends string>(spec: MetricSpec<N>): Metric<N> {
  const values = new KINDS[spec.type](spec.name)
  const evidence = evidenceOf(spec)
  const samples = evidence === undefined ? undefined : new Counter(evidence)
  return {
    name: spec.name,
    spec,
    add(value, tags) {
      if (tags === undefined) values.add(value)
      else values.add(value, tags)
      samples?.add(1)
    },
  }
}
