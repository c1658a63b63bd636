/**
 * The gateway as its users meet it: health monitors, authorized API users, a user who comes in bursts and listeners to event streams,
 * all at once. Proves that none of them suffers from the others.
 */
import { action } from '../lib/rest/action.ts'
import { health } from '../lib/rest/health.ts'
import { metrics } from '../lib/rest/metrics.ts'
import { resource } from '../lib/rest/resource.ts'
import { resources } from '../lib/rest/resources.ts'
import { plan } from '../lib/run/plan.k6.ts'
import { holdStreams } from '../lib/sse/sse.k6.ts'
import { plannedOf, streamsOf, streamWindow } from '../lib/sse/timetable.ts'
import { streamRoute } from '../lib/target/stream-route.ts'
import standard from '../thresholds/gateway.json'
import production from '../thresholds/production/gateway.json'

const monitor = { health: 1 }
const api = { resource: 5, action: 3, resources: 2, metrics: 1 }
const bursty = { resource: 4, health: 1 }

/** Share of the run's rate that each class of users sends. */
const SHARE = { monitor: 0.1, api: 0.6, bursty: 0.3 }

/** Listeners that begin each second. */
const LISTENERS_A_SECOND = 50

/** Each listener's stream is cut once, in the middle, and resumed. */
const listeners = ({ connections, duration }: { connections: number; duration: number }, instances: number) =>
  streamsOf({ connections, rate: LISTENERS_A_SECOND, duration, cut: duration / 2 }, instances)

const {
  exec: bind,
  options,
  setup,
  teardown,
  handleSummary,
  run,
} = plan({
  name: 'gateway',
  description: 'Health monitors, API users, a bursty user and listeners at once',
  thresholds: { standard, production },
  endpoints: [action, health, metrics, resource, resources],
  profiles: {
    smoke: { rate: 200, duration: 12, connections: 10, warmup: 2, stall: 1 },
    ci: { rate: 200, duration: 20, connections: 20, warmup: 3, stall: 1 },
    production: { rate: 10_000, duration: 300, connections: 500, warmup: 30, stall: 0.5 },
  },
  windows: ({ rate, duration, warmup, connections }, { INSTANCES }, target) => [
    { name: 'warmup', duration: warmup, mix: api, latency: 'settles', load: { model: 'open', rate: rate * SHARE.api } },
    [
      { name: 'monitor', duration, mix: monitor, load: { model: 'open', rate: rate * SHARE.monitor } },
      { name: 'api', duration, mix: api, load: { model: 'open', rate: rate * SHARE.api } },
      { name: 'bursty', duration, mix: bursty, load: { model: 'bursts', rate: rate * SHARE.bursty, every: 5 } },
      ...(target.has('stream') ? [streamWindow(listeners({ connections, duration }, INSTANCES), 'listeners', 'listen')] : []),
    ],
  ],
  required: ['sse_opened', 'sse_refused', 'sse_held', 'sse_resumed', 'sse_events', 'sse_events_lost', 'sse_events_duplicated'],
  planned: (size, { INSTANCES }, target) => plannedOf(listeners(size, INSTANCES), streamRoute(target)),
})

export { handleSummary, options, run, setup, teardown }

export const listen = bind((context) => holdStreams(listeners(context.size, context.settings.INSTANCES), context))
