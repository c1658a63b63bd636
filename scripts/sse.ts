/**
 * Holds event streams open, cuts them and resumes them. Proves that the gateway keeps each open until it is cut, sends every event
 * once and in order across the cuts, falls silent at no time, and answers everybody else meanwhile.
 */

import { UsageError } from '../lib/base/errors.ts'
import { events } from '../lib/rest/events.ts'
import { health } from '../lib/rest/health.ts'
import { plan } from '../lib/run/plan.k6.ts'
import { holdStreams } from '../lib/sse/sse.k6.ts'
import { plannedOf, streamsOf, streamWindow } from '../lib/sse/timetable.ts'
import { streamRoute } from '../lib/target/stream-route.ts'
import production from '../thresholds/production/sse.json'
import standard from '../thresholds/sse.json'

/** Requests a second of those who hold no stream. */
const BESIDE = 25

const {
  exec: bind,
  options,
  setup,
  teardown,
  handleSummary,
  run,
} = plan({
  name: 'sse',
  description: 'Event streams held open, cut and resumed',
  thresholds: { standard, production },
  endpoints: [events, health],
  profiles: {
    smoke: { connections: 10, rate: 20, duration: 8, cut: 4, stall: 1 },
    ci: { connections: 50, rate: 50, duration: 24, cut: 6, stall: 1 },
    production: { connections: 1000, rate: 100, duration: 300, cut: 60, stall: 1 },
  },
  windows(size, { INSTANCES }, target) {
    if (streamRoute(target) === undefined)
      throw new UsageError(`target ${target.name} has no event stream: there is nothing that script sse could test`)
    const streams = streamWindow(streamsOf(size, INSTANCES), 'streams', 'hold')
    // Bounded streams show what k6 cannot see of one that it has cut: status, content type, protocol.
    const mix = { health: 3, events: 1 }
    return [[streams, { name: 'beside', duration: streams.duration, mix, load: { model: 'open', rate: BESIDE } }]]
  },
  required: [
    'sse_opened',
    'sse_refused',
    'sse_held',
    'sse_closed_early',
    'sse_resumed',
    'sse_events',
    'sse_events_lost',
    'sse_events_duplicated',
    'sse_events_out_of_order',
    'sse_gap_ms',
    'sse_wrong_events',
  ],
  planned: (size, { INSTANCES }, target) => plannedOf(streamsOf(size, INSTANCES), streamRoute(target)),
})

export { handleSummary, options, run, setup, teardown }

export const hold = bind((context) => holdStreams(streamsOf(context.size, context.settings.INSTANCES), context))
