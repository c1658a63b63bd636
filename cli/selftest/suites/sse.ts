import type { Case, Suite } from '../suite.ts'
import { BROKEN_STREAMS, streamFaults } from './streams.ts'
import { closesConnections, noToken, withBeginnings } from './usual.ts'

const BESIDE = ['beside events failed_checks', 'beside * error_rate'] as const

const FEW = 'Few of the bounded streams are hit: about as many as may be undelivered.'

/** What bounded streams beside the held ones show as well. */
const beside = (one: Case): Case => {
  if (one.name === 'error_503 of streams') return { ...one, red: [...one.red, 'beside * error_rate|goodput'] }
  if (one.name === 'latency of streams') return { ...one, red: [...one.red, 'beside * p95_ms|late_share'] }
  return one.red.includes(BESIDE[0]) ? { ...one, may: { ...one.may, 'beside * goodput': FEW } } : one
}

const cases: readonly Case[] = [
  noToken({ red: ['any any samples', 'any any goodput', 'run sse_opened|sse_held|sse_events|sse_resumed min_share'] }),
  ...streamFaults({ beside: BESIDE }).map(beside),
  closesConnections('beside'),
  {
    name: 'latency of health',
    faults: [{ name: 'latency', endpoint: 'health', ms: 1500 }],
    settings: { STALL: 3 },
    red: ['beside * p95_ms|late_share'],
    verdict: 'fail',
    why: 'Who holds no stream waits.',
  },
  {
    name: 'empty_object',
    faults: [{ name: 'empty_object' }],
    red: ['beside health failed_checks', 'beside * error_rate|goodput'],
    verdict: 'fail',
    why: 'Health says nothing; streams have no body to be emptied.',
    ci: true,
  },
  {
    name: 'sheds_load',
    faults: [{ name: 'sheds_load', endpoint: 'health', share: 0.2 }],
    red: ['beside * shed_rate|goodput'],
    verdict: 'fail',
    why: 'Who holds no stream is shed.',
  },
  {
    name: 'stall',
    faults: [{ name: 'stall', ms: 2500, after_s: 6 }],
    settings: { STALL: 4 },
    red: ['beside * p95_ms|late_share', 'run sse_gap_ms largest'],
    may: {
      'run sse_resumed|sse_held|sse_opened min_share': 'A cut may come while the gateway stands still.',
      'run sse_closed_early|sse_refused|sse_events_lost|sse_events_duplicated max':
        'A cut may come while the gateway stands still.',
      'run sse_events min_share': 'What is due while it stands still comes later, if the connection is not cut by then.',
    },
    verdict: 'fail',
    why: 'For two and a half seconds nobody gets anything.',
  },
  {
    name: 'too few VUs',
    faults: [{ name: 'latency', endpoint: 'health', ms: 700 }],
    settings: { VUS: 4 },
    red: ['beside * dropped_share|goodput|samples'],
    verdict: 'invalid',
    why: 'Four VUs at 700 ms send eight requests a second.',
  },
  {
    name: 'timeouts that throw',
    throws: true,
    red: ['run * script_errors', ...BROKEN_STREAMS],
    verdict: 'invalid',
    why: 'Streams are cut by their timeout, for which the script now throws.',
  },
]

export const sse: readonly Suite[] = [
  {
    script: 'sse',
    name: 'sse',
    settings: { PROFILE: 'smoke', CONNECTIONS: 10, RATE: 20, DURATION: '8s' },
    cases: withBeginnings(cases),
  },
]
