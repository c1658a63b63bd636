/** Metrics of held WebSockets. */

import { HANDSHAKE_FAILURES, HANDSHAKE_STATUSES } from '../base/handshake.ts'
import type { MetricDeclaration } from './declaration.ts'

const count = (doc: string) => ({ type: 'counter', unit: 'count', doc, part: 'websocket' }) as const
const ofEvents = (doc: string) => ({ ...count(doc), part: 'websocket subscriptions' }) as const
const ofPings = (doc: string) => ({ ...count(doc), part: 'websocket pings' }) as const

export const SOCKET_METRICS = {
  ws_opened: count('WebSocket handshakes that succeeded.'),
  ws_refused: {
    ...count('WebSocket handshakes that did not succeed, by `class`.'),
    details: [
      ...HANDSHAKE_FAILURES.map((failure) => `ws_refused{class:${failure}}`),
      ...HANDSHAKE_STATUSES.map((status) => `ws_sessions{status:${status}}`),
    ],
  },
  ws_greeted: { ...count('Sockets whose first frame was the one that the gateway greets with.'), part: 'websocket greeting' },
  ws_subscribed: ofEvents('Subscriptions that were confirmed.'),
  ws_held: count('Sockets that were ready when the hold began and open until it ended.'),
  ws_closed_early: count('Sockets that ended before the script closed them.'),
  ws_closed: count('Sockets that the script closed and the gateway closed in answer.'),
  ws_connecting: {
    type: 'trend',
    unit: 'ms',
    doc: 'Length of a successful WebSocket handshake, connection included.',
    metric: 'ws_connecting{status:101}',
    evidence: 'ws_opened',
    part: 'websocket',
  },
  ws_pings: ofPings('Pings sent.'),
  ws_pongs: ofPings('Pongs that came in time.'),
  ws_pongs_missing: ofPings('Pings without a pong until the next ping or the end of the hold.'),
  ws_ping_ms: {
    type: 'trend',
    unit: 'ms',
    doc: 'From a ping to its pong, to the millisecond before it was sent.',
    evidence: 'ws_pongs',
    part: 'websocket pings',
  },
  ws_events: ofEvents('Events received during the hold, of each socket no more than were due by then.'),
  ws_events_lost: ofEvents('Events of a subscription that never came.'),
  ws_events_duplicated: ofEvents('Events that came a second time.'),
  ws_events_out_of_order: ofEvents('Events that came after a later one.'),
  ws_event_lag_ms: {
    type: 'trend',
    unit: 'ms',
    doc: "From an event's `sent_at` to when it was read off the wire.",
    evidence: 'ws_events',
    part: 'websocket event lag',
  },
  ws_silence_ms: {
    type: 'trend',
    unit: 'ms',
    doc: 'Longest time that an event of each socket was overdue by the clock of this side, from its handshake to the end of the hold.',
    evidence: 'ws_subscribed',
    part: 'websocket subscriptions',
  },
  ws_wrong_frames: count('Frames that the contract does not have.'),
  ws_clock_skewed: {
    ...count(
      "Pongs whose `sent_at` is outside of their round trip, and events that came before it: the gateway's clock and this one's differ.",
    ),
    part: 'websocket event lag',
    kind: 'evidence',
  },
  ws_late_ms: {
    type: 'trend',
    unit: 'ms',
    doc: 'How late a VU came to do what was due: high where the generator itself is short of CPU.',
    evidence: 'ws_ticks',
    part: 'websocket',
    kind: 'load',
  },
  ws_ticks: count('Times that a VU came to do what was due.'),
} as const satisfies Record<string, MetricDeclaration>
