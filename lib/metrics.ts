/**
 * The custom metrics of the scripts; their names are public API (lib/metric-list.ts).
 * None is touched for a good answer: k6's own `http_reqs` and `http_req_duration` count those.
 */
import { Counter } from 'k6/metrics'
import type { MetricName } from './metric-list.ts'

const counter = (name: MetricName) => new Counter(name)

export const failures = counter('failures')
export const errors = counter('errors')
export const scriptErrors = counter('script_errors')
