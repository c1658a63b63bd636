/**
 * The face of the library: what a script imports.
 *
 *     import { endpoint, plan } from 'loadgate'
 */

export type { Settings } from './base/settings.ts'
export {
  type Answered,
  type EndpointSpec,
  endpoint,
  type OwnEndpoint,
  type PlanEndpoint,
  type Sent,
} from './described/in-code.ts'
export type { AnyEndpoint, Endpoint, SessionEndpoint } from './endpoint/endpoint.ts'
export { a, count, is, listOf, number, object, positive, type Rule, readAnswer, text } from './endpoint/rules.ts'
export type { Metric, MetricSpec } from './metrics/declaration.ts'
export { metric } from './metrics/metrics.k6.ts'
export { watchGateway } from './monitor/watch.k6.ts'
export { type Plan, type PlanSpec, plan } from './run/plan.k6.ts'
export type { LimitsOf, ThresholdsOf } from './run/spec.ts'
export * from './target/catalogue.ts'
export type { Target } from './target/target.ts'
export type { Context } from './vu/context.ts'
export type { WindowSpec } from './windows/workload.ts'
