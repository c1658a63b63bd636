/**
 * The custom metrics of the scripts; their names are public API (lib/metrics/list.ts).
 * None is touched for a good answer of the open model: k6's own `http_reqs` and `http_req_duration` count those.
 */
import { Counter, Gauge, Rate, Trend } from 'k6/metrics'
import type { MetricName } from './metrics/list.ts'

// A script's bundle leaves out the metrics that nothing in it touches.
const counter = /* @__NO_SIDE_EFFECTS__ */ (name: MetricName) => new Counter(name)
const gauge = /* @__NO_SIDE_EFFECTS__ */ (name: MetricName) => new Gauge(name)
const rate = /* @__NO_SIDE_EFFECTS__ */ (name: MetricName) => new Rate(name)
const trend = /* @__NO_SIDE_EFFECTS__ */ (name: MetricName) => new Trend(name)

export const failures = counter('failures')
export const errors = counter('errors')
export const scriptErrors = counter('script_errors')

export const late = counter('late')
export const lateRate = rate('late_rate')
export const newConnections = counter('new_connections')
export const newConnectionRate = rate('new_connection_rate')

export const startLagMs = trend('start_lag_ms')
export const startLags = counter('start_lags')
export const iterationsCutOff = gauge('iterations_cut_off')

export const notSent = counter('not_sent')

export const cameBackAgain = counter('came_back')
export const shedAgain = trend('shed_again')
export const retryAfterKept = counter('retry_after_kept')
export const retryAfterBroken = counter('retry_after_broken')

export const watchLooks = counter('watch_looks')
export const watchPoints = counter('watch_points')
export const watchMemory = trend('watch_memory')
export const watchMemorySlope = gauge('watch_memory_slope')
export const watchCpu = trend('watch_cpu')
export const watchConnections = trend('watch_connections')
export const watchCacheHits = trend('watch_cache_hits')
export const watchConnectionSlope = gauge('watch_connection_slope')
export const watchRestarts = counter('watch_restarts')

export const degradation = gauge('degradation')
export const degradationSamples = counter('degradation_samples')
export const probeFirstP95 = gauge('probe_first_p95')
export const probeLastP95 = gauge('probe_last_p95')

export const wsOpened = counter('ws_opened')
export const wsRefused = counter('ws_refused')
export const wsGreeted = counter('ws_greeted')
export const wsSubscribed = counter('ws_subscribed')
export const wsHeld = counter('ws_held')
export const wsClosedEarly = counter('ws_closed_early')
export const wsClosed = counter('ws_closed')
export const wsPings = counter('ws_pings')
export const wsPongs = counter('ws_pongs')
export const wsPongsMissing = counter('ws_pongs_missing')
export const wsEvents = counter('ws_events')
export const wsEventsLost = counter('ws_events_lost')
export const wsEventsDuplicated = counter('ws_events_duplicated')
export const wsEventsOutOfOrder = counter('ws_events_out_of_order')
export const wsWrongFrames = counter('ws_wrong_frames')
export const wsClockSkewed = counter('ws_clock_skewed')
export const wsPingMs = trend('ws_ping_ms')
export const wsEventLagMs = trend('ws_event_lag_ms')
export const wsLateMs = trend('ws_late_ms')
export const wsTicks = counter('ws_ticks')

export const agentsUnregistered = counter('agents_unregistered')
export const agentsLeft = counter('agents_left')

export const eventsVerified = counter('events_verified')
export const eventsLost = counter('events_lost')
export const eventsTwice = counter('events_twice')

export const sseOpened = counter('sse_opened')
export const sseRefused = counter('sse_refused')
export const sseHeld = counter('sse_held')
export const sseClosedEarly = counter('sse_closed_early')
export const sseResumed = counter('sse_resumed')
export const sseEvents = counter('sse_events')
export const sseEventsLost = counter('sse_events_lost')
export const sseEventsDuplicated = counter('sse_events_duplicated')
export const sseEventsOutOfOrder = counter('sse_events_out_of_order')
export const sseWrongEvents = counter('sse_wrong_events')
export const sseHeadersMs = trend('sse_headers_ms')
export const sseGapMs = trend('sse_gap_ms')

export const benchRounds = counter('bench_rounds')
export const benchPerSecond = trend('bench_per_second')
export const benchP50 = trend('bench_p50')
export const benchP95 = trend('bench_p95')
export const benchP99 = trend('bench_p99')
export const benchCpu = trend('bench_cpu')
export const benchMemory = trend('bench_memory')
