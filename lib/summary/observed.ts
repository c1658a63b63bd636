/** Sub-metrics that k6 must keep for the summary although no gate stands on them. */

import { FAILURE_CLASSES } from '../base/outcome.ts'
import { RPC_CODES } from '../base/rpc-codes.ts'
import { subMetric, tagsOf } from '../gates/threshold.ts'
import type { Thresholds } from '../gates/thresholds.ts'
import { METRICS, type MetricDeclaration } from '../metrics/list.ts'
import type { Window } from '../windows/workload.ts'

/** How k6 calls a metric of an endpoint in a window. */
const selector = (metric: string, window: string, endpoint: string, more: Readonly<Record<string, string>> = {}): string =>
  subMetric({ metric, tags: tagsOf(window, endpoint, more) })

export const sentOf = (window: string, endpoint: string) => selector('http_reqs', window, endpoint)
export const answeredOf = (window: string, endpoint: string) =>
  selector('http_reqs', window, endpoint, { expected_response: 'true' })
export const durationOf = (window: string, endpoint: string) => selector('http_req_duration', window, endpoint)
export const failureOf = (window: string, endpoint: string, failure: string) =>
  selector('failures', window, endpoint, { class: failure })

export const notSentOf = (window: string, endpoint: string) => selector('not_sent', window, endpoint)

export const rpcErrorOf = (window: string, endpoint: string, code: string) =>
  selector('failures', window, endpoint, { class: 'rpc_error', code })

/**
 * An empty list of thresholds gates nothing and puts the sub-metric into handleSummary's data.
 * @param limited custom metrics that the run has limits on: what they are made of is kept too
 */
export function observed(windows: readonly Window[], limited: Thresholds['metrics'] = {}): Record<string, string[]> {
  const metrics: Record<string, string[]> = {}
  for (const [name, { details = [] }] of Object.entries<MetricDeclaration>(METRICS))
    if (limited[name] !== undefined) for (const detail of details) metrics[detail] = []
  for (const { name, endpoints, rpc = [], gated } of windows) {
    if (endpoints.length === 0) continue
    // Each costs k6 a look at every request: where latency settles, only what tells failures apart is worth that.
    if (gated) metrics[durationOf(name, '*')] = []
    metrics[sentOf(name, '*')] = []
    for (const endpoint of endpoints) {
      metrics[sentOf(name, endpoint)] = []
      if (gated) metrics[answeredOf(name, endpoint)] = []
      if (gated) metrics[durationOf(name, endpoint)] = []
      // These cost nothing while nothing fails.
      for (const failure of FAILURE_CLASSES) metrics[failureOf(name, endpoint, failure)] = []
      metrics[notSentOf(name, endpoint)] = []
      if (rpc.includes(endpoint)) for (const code of RPC_CODES) metrics[rpcErrorOf(name, endpoint, code)] = []
    }
  }
  return metrics
}
