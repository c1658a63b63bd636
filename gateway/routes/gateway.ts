import type { Authorization } from '../base/authorization.ts'
import type { ResponseCache } from '../base/cache.ts'
import type { Connections } from '../base/connections.ts'
import type { EndpointName } from '../base/endpoints.ts'
import type { QuotaOf } from '../base/limiter.ts'
import type { A2aTasks } from '../domain/a2a-tasks.ts'
import type { Document } from '../domain/resources.ts'
import type { Methods } from '../domain/rpc.ts'
import type { Topics } from '../domain/topics.ts'
import type { Webhooks } from '../domain/webhooks.ts'
import type { FaultInjector } from '../faults/injector.ts'
import type { AnswerLog } from '../measure/answer-log.ts'
import type { Metrics } from '../measure/metrics.ts'
import type { GatewayOptions } from '../options.ts'

/** The parts that routes share. */
export interface Gateway {
  readonly options: GatewayOptions
  readonly authorization: Authorization
  readonly cache: ResponseCache<Document>
  readonly connections: Connections
  /** Null unless asked for: then no fault can be on. */
  readonly faults: FaultInjector | null
  /** The endpoint of each route pattern, where faults are built in. */
  readonly routePatterns: Map<string, EndpointName>
  /** Null when nothing is limited. */
  readonly quotaOf: QuotaOf | null
  readonly metrics: Metrics
  /** Null unless asked for. */
  readonly answerLog: AnswerLog | null
  /** What JSON-RPC can be asked, by name. */
  readonly methods: Methods
  readonly a2aTasks: A2aTasks
  readonly topics: Topics
  readonly webhooks: Webhooks
  /** Everything kept in memory that a new process would not have. */
  readonly stores: readonly { clear(): void }[]
  startedAtMs: number
  /** Requests answered 429. */
  rateLimited: number
}

export interface RouteContext {
  readonly gateway: Gateway
}

export function uptimeS(gateway: Gateway): number {
  return Math.round(Date.now() - gateway.startedAtMs) / 1000
}
