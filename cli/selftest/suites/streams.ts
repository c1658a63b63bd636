/** Faults of held event streams, which two scripts hold. */
import type { Case } from '../suite.ts'

interface Sizes {
  /** Gates of bounded streams that run beside the held ones, and meet most of the same faults. */
  readonly beside: readonly string[]
}

const RESUMED =
  'The event that is missing, late or twice may be the first after a cut, which then does not show that the stream was resumed.'

export const streamFaults = ({ beside }: Sizes): readonly Case[] => [
  {
    name: 'sse_lost_event',
    faults: [{ name: 'sse_lost_event', share: 0.05 }],
    red: ['run sse_events_lost max', ...beside],
    may: { 'run sse_resumed min_share': RESUMED },
    verdict: 'fail',
    why: 'One event of twenty is missing; the other nineteen are enough for the number of them.',
    ci: true,
  },
  {
    name: 'sse_duplicate_event',
    faults: [{ name: 'sse_duplicate_event', share: 0.05 }],
    red: ['run sse_events_duplicated max', ...beside],
    verdict: 'fail',
    why: 'One event of twenty comes twice.',
  },
  {
    name: 'sse_reordered_events',
    faults: [{ name: 'sse_reordered_events', share: 0.05 }],
    red: ['run sse_events_out_of_order max', ...beside],
    may: { 'run sse_resumed min_share': RESUMED },
    verdict: 'fail',
    why: 'One event of twenty comes after the one that follows it.',
  },
  {
    name: 'sse_wrong_event',
    // Not a tenth: of ten streams that tick in turn it would always be the same one.
    faults: [{ name: 'sse_wrong_event', share: 0.15 }],
    red: ['run sse_wrong_events max', ...beside],
    verdict: 'fail',
    why: 'Events without what the contract has in them.',
  },
  {
    name: 'sse_stalls',
    faults: [{ name: 'sse_stalls', share: 0.3, after_events: 10 }],
    red: ['run sse_gap_ms largest', 'run sse_events min_share'],
    verdict: 'fail',
    why: 'Three connections of ten fall silent and stay open.',
  },
  {
    name: 'sse_closes_early',
    faults: [{ name: 'sse_closes_early', share: 0.3, after_events: 10 }],
    red: ['run sse_closed_early max', 'run sse_held|sse_events min_share'],
    verdict: 'fail',
    why: 'Three connections of ten are ended by the gateway.',
  },
  {
    name: 'sse_ignores_last_event_id',
    faults: [{ name: 'sse_ignores_last_event_id' }],
    red: ['run sse_resumed min_share', 'run sse_events_duplicated max'],
    verdict: 'fail',
    why: 'After a cut everything begins anew.',
  },
  {
    name: 'error_503 of streams',
    faults: [{ name: 'error_503', endpoint: 'events', share: 0.3 }],
    red: ['run sse_refused max', 'run sse_opened|sse_held|sse_events|sse_resumed min_share', 'run sse_headers_ms samples'],
    verdict: 'fail',
    why: 'Three connections of ten are refused, and those that are left are too few for a median.',
  },
  {
    name: 'latency of streams',
    faults: [{ name: 'latency', endpoint: 'events', ms: 1500 }],
    red: ['run sse_headers_ms p50', 'run sse_events min_share'],
    verdict: 'fail',
    why: 'Headers come after a second and a half, and so much of each connection has no events.',
  },
]

/** Streams are cut by their timeout, for which k6 then throws. */
export const BROKEN_STREAMS = [
  'run sse_opened|sse_held|sse_events|sse_resumed min_share',
  'run sse_headers_ms|sse_gap_ms samples',
]
