import type { Case, Suite } from '../suite.ts'
import { noToken, withBeginnings } from './usual.ts'

const one = (
  name: string,
  gate: string,
  why: string,
  order: Readonly<Record<string, string | number>> = {},
  more: Partial<Case> = {},
): Case => ({
  name,
  faults: [{ name, ...order }],
  red: [`run ${gate}`],
  verdict: 'fail',
  why,
  ...more,
})

const cases: readonly Case[] = [
  noToken({
    red: ['any any samples', 'run ws_opened|ws_greeted|ws_subscribed|ws_held|ws_closed|ws_pings|ws_events min_share'],
  }),
  {
    name: 'ws_refuses',
    faults: [{ name: 'ws_refuses', share: 0.5 }],
    red: ['run ws_refused max', 'run ws_opened|ws_greeted|ws_subscribed|ws_held|ws_closed|ws_pings|ws_events min_share'],
    verdict: 'fail',
    why: 'What was never opened is missing everywhere.',
    ci: true,
  },
  {
    name: 'ws_drops',
    faults: [{ name: 'ws_drops', share: 0.05, after_open_s: 3 }],
    red: ['run ws_closed_early max', 'run ws_held|ws_closed min_share'],
    may: {
      'run ws_pings min_share': 'A socket may have sent its last ping before it is cut.',
      'run ws_pongs_missing max': 'A ping may be under way when the socket is cut.',
    },
    verdict: 'fail',
    why: 'Five sockets of a hundred are cut in the middle of the hold.',
  },
  one(
    'ws_lost_event',
    'ws_events_lost max',
    'One event of twenty is missing.',
    { share: 0.05 },
    { ci: true, may: { 'run ws_silence_ms largest': 'Two that are missing one after the other are silence.' } },
  ),
  one('ws_duplicate_event', 'ws_events_duplicated max', 'One event of twenty comes twice.', { share: 0.05 }),
  one('ws_reordered_events', 'ws_events_out_of_order max', 'One event of twenty comes late.', { share: 0.05 }),
  one('ws_late_events', 'ws_event_lag_ms p95', 'Each event is nearly a second old when it comes.', { behind: 1 }),
  {
    name: 'ws_late_events by four',
    faults: [{ name: 'ws_late_events', behind: 4 }],
    red: ['run ws_silence_ms largest', 'run ws_event_lag_ms p95'],
    may: {
      'run ws_events min_share': 'What comes so late leaves less than the plan within the hold.',
      'run any samples': 'As above.',
    },
    verdict: 'fail',
    why: 'Nobody hears anything for more than three intervals.',
  },
  one('ws_wrong_frame', 'ws_wrong_frames max', 'Frames of a type that nobody knows.'),
  one('ws_no_greeting', 'ws_greeted min_share', 'The first frame is missing.', { share: 0.1 }),
  one('ws_ignores_close', 'ws_closed min_share', 'Close frames without an answer.', { share: 0.1 }),
  one(
    'ws_delays_pongs',
    'ws_ping_ms p95',
    'Pongs come nearly a second late.',
    { ms: 900 },
    {
      may: {
        'run ws_pongs_missing max': 'The next ping is due after a second: a pong that is later counts as missing.',
        'run ws_ping_ms samples': 'As above: pongs that count as missing are no samples.',
      },
    },
  ),
  one(
    'ws_no_pongs',
    'ws_pongs_missing max',
    'Nobody answers pings; there is no time to judge.',
    {},
    {
      red: ['run ws_pongs_missing max', 'run ws_ping_ms samples'],
    },
  ),
  one(
    'ws_ignores_subscriptions',
    'ws_subscribed|ws_held|ws_events min_share',
    'Half of the subscriptions are never confirmed.',
    { share: 0.5 },
    { may: { 'run ws_silence_ms largest': 'Who has no subscription hears nothing.' } },
  ),
  one(
    'ws_clock_ahead',
    'ws_clock_skewed max',
    "Lag is measured against the gateway's clock, which is a minute ahead.",
    {},
    { verdict: 'invalid' },
  ),
  {
    name: 'latency',
    faults: [{ name: 'latency', endpoint: 'websocket', ms: 1200 }],
    red: ['run ws_connecting p50'],
    verdict: 'fail',
    why: 'Handshakes take more than a second.',
  },
  {
    name: 'k6 stands still',
    pauses: { sockets: 20, for_s: 1, apart_s: 0.03, times: 16 },
    settings: { CONNECTIONS: 30, RATE: 30, DURATION: '14s' },
    red: ['run ws_late_ms p95'],
    may: {
      'run ws_connecting p50': 'Whatever k6 measures while it is kept from its core is late.',
      'run ws_ping_ms|ws_event_lag_ms p95': 'As above.',
      'run ws_silence_ms largest': 'As above.',
      'run ws_pongs_missing max': 'As above.',
      'run any samples': 'As above: it may come to too little.',
      'run ws_opened|ws_greeted|ws_subscribed|ws_held|ws_closed|ws_pings|ws_events min_share': 'As above.',
      'run ws_closed_early|ws_refused|ws_events_lost max': 'As above.',
    },
    verdict: 'invalid',
    why: 'A generator that others take the core from comes late to all it has to do: what it measures is its own delay.',
  },
  {
    name: 'connection_reset that throws',
    faults: [
      { name: 'connection_reset', endpoint: 'refresh' },
      { name: 'connection_reset', endpoint: 'auth', after_requests: 1 },
    ],
    gateway: ['--token-ttl', '3'],
    settings: { RATE: 20 },
    throws: true,
    red: ['run * script_errors', 'run ws_opened|ws_held|ws_closed|ws_pings|ws_events min_share'],
    may: {
      'run ws_subscribed|ws_greeted min_share': 'What was opened before has been greeted.',
      'run any samples': 'The iteration ends in the middle.',
      'run ws_closed_early max': 'The iteration ends in the middle.',
    },
    verdict: 'invalid',
    why: 'The token cannot be renewed while sockets are opened, and the script throws for it.',
  },
]

export const websocket: readonly Suite[] = [
  {
    script: 'websocket',
    name: 'websocket',
    settings: { PROFILE: 'smoke', CONNECTIONS: 100, RATE: 200, DURATION: '4s', TIMEOUT: '3s' },
    gateway: ['--event-interval', '900'],
    cases: withBeginnings(cases, { renewal: { settings: { RATE: 20 }, gateway: ['--token-ttl', '3'] } }),
  },
]
