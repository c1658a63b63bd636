/** Our own metrics, which each subject declares: pure, so that gates can be made and tested without k6. A script may have more (`MetricSpec`). */

import { BENCHMARK_METRICS } from './benchmarks.ts'
import type { MetricDeclaration } from './declaration.ts'
import { REQUEST_METRICS } from './requests.ts'
import { AGENT_METRICS, DELIVERY_METRICS } from './rpc.ts'
import { SOCKET_METRICS } from './sockets.ts'
import { STREAM_METRICS } from './streams.ts'
import { DEGRADATION_METRICS, WATCH_METRICS } from './watch.ts'

export type { MetricDeclaration }

/** Metrics by name: ours, or those of a script too. */
export type Declarations = Readonly<Record<string, MetricDeclaration>>

export const METRICS = {
  ...REQUEST_METRICS,
  ...WATCH_METRICS,
  ...DEGRADATION_METRICS,
  ...SOCKET_METRICS,
  ...STREAM_METRICS,
  ...AGENT_METRICS,
  ...DELIVERY_METRICS,
  ...BENCHMARK_METRICS,
} as const satisfies Record<string, MetricDeclaration>

export type MetricName = keyof typeof METRICS
