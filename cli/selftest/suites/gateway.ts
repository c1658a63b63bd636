import type { Case, Suite } from '../suite.ts'
import { BROKEN_STREAMS, streamFaults } from './streams.ts'
import { closesConnections, each, noToken, scriptThrows, withBeginnings } from './usual.ts'

const PLAIN = ['health', 'resource', 'resources', 'action']

const cases: readonly Case[] = [
  closesConnections('monitor|api'),
  noToken({ red: ['any any samples', 'any any goodput', 'run sse_opened|sse_held|sse_events|sse_resumed min_share'] }),
  {
    name: 'latency',
    faults: each('latency', PLAIN, { ms: 1500, share: 0.2 }),
    red: ['monitor health p95_ms|late_share', 'api *|resource p95_ms', 'api|bursty * late_share', 'bursty * p95_ms'],
    verdict: 'fail',
    why: 'A fifth of the requests of each endpoint is slow.',
    ci: true,
  },
  {
    name: 'error_500',
    faults: each('error_500', ['health', 'resource'], { share: 0.1 }),
    red: ['monitor health error_rate|goodput', 'api *|resource error_rate', 'api * goodput', 'bursty * error_rate|goodput'],
    verdict: 'fail',
    why: 'A tenth of the answers to monitors and to reads is an error.',
  },
  {
    name: 'empty_object',
    faults: [{ name: 'empty_object' }, { name: 'empty_object', endpoint: 'metrics' }],
    red: ['any any failed_checks', 'monitor|api|bursty any error_rate', 'any any goodput'],
    verdict: 'fail',
    why: 'Everything has the status of success and nothing in it.',
  },
  {
    name: 'html_page_with_id',
    faults: [{ name: 'html_page_with_id' }, { name: 'html_page_with_id', endpoint: 'metrics' }],
    red: ['any any failed_checks', 'monitor|api|bursty any error_rate', 'any any goodput'],
    verdict: 'fail',
    why: 'A page for people that quotes the valid answer.',
  },
  {
    name: 'sheds_load',
    faults: each('sheds_load', ['health', 'resource'], { share: 0.1 }),
    red: ['any * shed_rate', 'monitor health goodput', 'api|bursty * goodput'],
    verdict: 'fail',
    why: 'A tenth of what monitors and readers ask is shed without a limiter.',
  },
  scriptThrows('action', { red: ['run * script_errors', 'api * goodput', ...BROKEN_STREAMS] }),
  {
    name: 'too few VUs',
    faults: each('latency', ['health', 'resource'], { ms: 300 }),
    settings: { VUS: 1 },
    red: ['any * dropped_share', 'any any goodput', 'monitor health samples', 'api *|resource samples', 'bursty * samples'],
    verdict: 'invalid',
    why: 'One VU a window sends a fraction of what was planned.',
  },
  ...streamFaults({ beside: [] }),
]

export const gateway: readonly Suite[] = [
  {
    script: 'gateway',
    name: 'gateway',
    settings: { PROFILE: 'smoke', WARMUP: '1s', DURATION: '20s', RATE: 105, STALL: 2 },
    cases: withBeginnings(cases, { warmup: 'resources' }),
  },
]
