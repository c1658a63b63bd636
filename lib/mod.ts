/**
 * The face of the library: what a script imports.
 *
 *     import { endpoint, plan } from 'loadgate'
 */
export type { Context } from './context.ts'
export { type Answered, type EndpointSpec, endpoint, type OwnEndpoint, type PlanEndpoint, type Sent } from './endpoint.ts'
export type { AnyEndpoint, Endpoint, SessionEndpoint } from './endpoints/endpoint.ts'
export * from './endpoints/mod.ts'
export { a, count, is, listOf, number, object, positive, type Rule, readAnswer, text } from './endpoints/rules.ts'
export type { Metric, MetricSpec } from './metrics/own.ts'
export { metric } from './metrics.ts'
export type { LimitsOf, ThresholdsOf } from './plan/thresholds-of.ts'
export { type Plan, type PlanSpec, plan } from './plan.ts'
export type { Settings } from './settings.ts'
export type { Target } from './target.ts'
export type { WindowSpec } from './workload.ts'
