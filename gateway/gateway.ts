import type { Authorization } from './authorization.ts'
import type { ResponseCache } from './cache.ts'
import type { Connections } from './connections.ts'
import type { Document } from './domain/resources.ts'
import type { Switchboard } from './faults/switchboard.ts'
import type { Limiter } from './limiter.ts'
import type { Metrics } from './metrics.ts'
import type { GatewayOptions } from './options.ts'

/** The parts that routes share. */
export interface Gateway {
  readonly options: GatewayOptions
  readonly authorization: Authorization
  readonly cache: ResponseCache<Document>
  readonly connections: Connections
  /** Null unless asked for: then no fault can be on. */
  readonly faults: Switchboard | null
  readonly limiter: Limiter | null
  readonly metrics: Metrics
  startedAtMs: number
}

export interface RouteContext {
  readonly gateway: Gateway
}

export function uptimeS(gateway: Gateway): number {
  return Math.round(Date.now() - gateway.startedAtMs) / 1000
}
