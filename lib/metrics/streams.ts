/** Metrics of held event streams. */

import { FAILURE_CLASSES } from '../base/outcome.ts'
import type { MetricDeclaration } from './declaration.ts'

const count = (doc: string) => ({ type: 'counter', unit: 'count', doc, part: 'stream' }) as const
const ofIds = (doc: string) => ({ ...count(doc), part: 'stream ids' }) as const

export const STREAM_METRICS = {
  sse_opened: count('Stream connections whose response headers came.'),
  sse_refused: {
    ...count('Stream connections that were answered with something else or not at all, by `class`.'),
    details: FAILURE_CLASSES.map((failure) => `sse_refused{class:${failure}}`),
  },
  sse_held: count('Stream connections that were open until the script cut them.'),
  sse_closed_early: count('Stream connections that the gateway ended or broke.'),
  sse_resumed: {
    ...count('Connections that went on with the event after the last one, by Last-Event-ID.'),
    part: 'stream resumption',
  },
  sse_headers_ms: {
    type: 'trend',
    unit: 'ms',
    doc: 'From the request to the response headers of a stream.',
    evidence: 'sse_opened',
    part: 'stream',
  },
  sse_events: count('Events received, of each stream no more than were due by then.'),
  sse_events_lost: ofIds('Events that never came: their ids are missing.'),
  sse_events_duplicated: ofIds('Events that came a second time, before a cut or after it.'),
  sse_events_out_of_order: ofIds('Events that came after a later one.'),
  sse_gap_ms: {
    type: 'trend',
    unit: 'ms',
    doc: "Longest time without an event in each connection, from the request on, by the gateway's `sent_at`.",
    evidence: 'sse_opened',
    part: 'stream gaps',
  },
  sse_wrong_events: count('Events that are not what the contract has.'),
} as const satisfies Record<string, MetricDeclaration>
