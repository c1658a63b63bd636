/**
 * The custom metrics of the scripts; their names are public API (lib/metric-list.ts).
 * None is touched for a good answer: k6's own `http_reqs` and `http_req_duration` count those.
 */
import { Counter, Gauge, Trend } from 'k6/metrics'
import type { MetricName } from './metric-list.ts'

// A script's bundle leaves out the metrics that nothing in it touches.
const counter = /* @__NO_SIDE_EFFECTS__ */ (name: MetricName) => new Counter(name)
const gauge = /* @__NO_SIDE_EFFECTS__ */ (name: MetricName) => new Gauge(name)
const trend = /* @__NO_SIDE_EFFECTS__ */ (name: MetricName) => new Trend(name)

export const failures = counter('failures')
export const errors = counter('errors')
export const scriptErrors = counter('script_errors')

export const watchLooks = counter('watch_looks')
export const watchPoints = counter('watch_points')
export const watchMemory = trend('watch_memory')
export const watchMemorySlope = gauge('watch_memory_slope')
export const watchCpu = trend('watch_cpu')
export const watchConnections = trend('watch_connections')
export const watchConnectionSlope = gauge('watch_connection_slope')
export const watchRestarts = counter('watch_restarts')

export const degradation = gauge('degradation')
export const degradationSamples = counter('degradation_samples')
export const probeFirstP95 = gauge('probe_first_p95')
export const probeLastP95 = gauge('probe_last_p95')
