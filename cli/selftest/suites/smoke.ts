import type { Case, Suite } from '../suite.ts'
import { closesConnections, noToken, scriptThrows, withBeginnings } from './usual.ts'

const BOTH = 'once|users'
const ENDPOINTS = 'health|resource|action|resources|metrics'
/** `*` is all of the API, of which the page of metrics is no part. */
const everywhere = (name: string, more: Readonly<Record<string, string | number>> = {}) => [
  { name, ...more },
  { name, endpoint: 'metrics', ...more },
]

const cases: readonly Case[] = [
  closesConnections('users'),
  noToken({ red: ['any any samples', 'once * goodput', 'users * rps'] }),
  {
    name: 'latency',
    faults: [{ name: 'latency', ms: 1500, share: 0.1 }],
    settings: { DURATION: '4s' },
    red: ['users * p95_ms|late_share'],
    verdict: 'fail',
    why: "One request of ten is slow. How long the first six take is nobody's concern.",
    ci: true,
  },
  {
    name: 'error_500',
    faults: everywhere('error_500'),
    red: ['once * error_rate|goodput', 'users * error_rate|rps'],
    verdict: 'fail',
    why: 'Nothing but errors.',
  },
  {
    name: 'empty_object',
    faults: everywhere('empty_object'),
    red: [`${BOTH} ${ENDPOINTS} failed_checks`, `${BOTH} * error_rate`, 'once * goodput'],
    may: {
      'users * rps':
        'Streams of events are one request of six: whether these alone are enough depends on how many users get to send.',
    },
    verdict: 'fail',
    why: 'Everything has the status of success and nothing in it; a stream of events has no body to be emptied.',
    ci: true,
  },
  {
    name: 'nested_right',
    faults: everywhere('nested_right'),
    red: [`${BOTH} ${ENDPOINTS} failed_checks`, `${BOTH} * error_rate`, 'once * goodput'],
    may: { 'users * rps': 'As where there is nothing in the answers.' },
    verdict: 'fail',
    why: 'What was asked for is in the answers, in the wrong place.',
  },
  {
    name: 'sse_closes_early',
    faults: [{ name: 'sse_closes_early', after_events: 1 }],
    red: [`${BOTH} events failed_checks`, `${BOTH} * error_rate`, 'once * goodput'],
    verdict: 'fail',
    why: 'One event where three were asked for.',
  },
  {
    name: 'sheds_load',
    faults: [{ name: 'sheds_load', share: 0.5 }],
    red: ['once * shed_rate|goodput', 'users * shed_rate|error_rate'],
    verdict: 'fail',
    why: "A gateway that sheds six requests is not ready. In the closed model a shed request is a failed one, too: the rate is k6's own.",
  },
  {
    name: 'accepts_missing_tokens',
    faults: [{ name: 'accepts_missing_tokens' }],
    red: ['once resource.no_token|action.no_token|resources.no_token|events.no_token failed_checks', 'once * error_rate|goodput'],
    verdict: 'fail',
    why: 'A gateway that asks nobody for a token serves everybody correctly.',
    ci: true,
  },
  scriptThrows('action', {
    faults: [{ name: 'connection_reset', endpoint: 'action' }],
    red: ['run * script_errors', 'once * goodput', 'users * error_rate'],
  }),
]

export const smoke: readonly Suite[] = [
  { script: 'smoke', name: 'smoke', settings: { PROFILE: 'smoke', USERS: 20, DURATION: '2s' }, cases: withBeginnings(cases) },
]
