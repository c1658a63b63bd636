/**
 * k6's objects for what `lib/metrics/` declares, made where they are added to; their names are public API.
 * None is touched for a good answer of the open model: k6's own `http_reqs` and `http_req_duration` count those.
 */
import { Counter, Gauge, Rate, Trend } from 'k6/metrics'
import { evidenceOf, type Metric, type MetricSpec } from './declaration.ts'
import type { MetricName } from './list.ts'

// A script's bundle leaves out the metrics that nothing in it touches.
export const counter = /* @__NO_SIDE_EFFECTS__ */ (name: MetricName) => new Counter(name)
export const gauge = /* @__NO_SIDE_EFFECTS__ */ (name: MetricName) => new Gauge(name)
export const rate = /* @__NO_SIDE_EFFECTS__ */ (name: MetricName) => new Rate(name)
export const trend = /* @__NO_SIDE_EFFECTS__ */ (name: MetricName) => new Trend(name)

// What several count.
export const failures = counter('failures')
export const errors = counter('errors')
export const scriptErrors = counter('script_errors')
export const eventsVerified = counter('events_verified')
export const eventsLost = counter('events_lost')
export const eventsTwice = counter('events_twice')

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
