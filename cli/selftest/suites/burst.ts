import type { Case, Suite } from '../suite.ts'
import { closesConnections, noToken, scriptThrows, withBeginnings } from './usual.ts'

const WINDOWS = 'base|spike|recovery'
/** Latency may settle in them, answers may not. */
const SETTLING = 'warmup|settle'
const ENDPOINTS = 'health|resource|action|resources'

const cases: readonly Case[] = [
  noToken(),
  scriptThrows(
    'action',
    {
      faults: [{ name: 'connection_reset', endpoint: 'action', share: 0.04, after_requests: 2 }],
      probe: false,
      red: ['run * script_errors'],
      verdict: 'invalid',
      why: 'So few requests end their iteration with an exception that nothing is proven against the gateway, and what they would have measured is missing.',
    },
    false,
  ),
  closesConnections(WINDOWS),
  closesConnections(WINDOWS, {
    name: 'slow_connect',
    faults: [{ name: 'close_after_answer' }, { name: 'slow_connect', ms: 1500 }],
    gateway: ['--tls-http1'],
    settings: { RATE: 60, SPIKE: 1, DURATION: '4s', STALL: 3, INSECURE_TLS: 'true' },
    red: [`${WINDOWS} * p95_ms|late_share|new_connections`],
    may: {
      [`${WINDOWS} * error_rate|goodput`]:
        'A handshake costs both sides CPU: on a busy machine some take longer than a request may.',
    },
    why: 'A TLS handshake of a second and a half before each request, which is no part of what k6 calls its duration.',
    ci: true,
  }),
  {
    name: 'latency',
    faults: [{ name: 'latency', ms: 1500 }],
    settings: { STALL: 2.5 },
    red: [`${WINDOWS} * p95_ms|late_share`],
    verdict: 'fail',
    why: 'Every answer comes, and comes right, but later than the limit.',
    ci: true,
  },
  {
    name: 'error_500',
    faults: [{ name: 'error_500', endpoint: 'resource', share: 0.2 }],
    red: [`${WINDOWS} * error_rate|goodput`, `${SETTLING} * error_rate`],
    verdict: 'fail',
    why: 'Half of the mix is reads, and a fifth of them fails: 10 % of the answers are missing, ten times what may be.',
    ci: true,
  },
  {
    name: 'empty_object',
    faults: [{ name: 'empty_object' }],
    red: [
      `${WINDOWS} * error_rate|goodput`,
      `${WINDOWS} ${ENDPOINTS} failed_checks`,
      `${SETTLING} * error_rate|failed_checks`,
      'run comeback failures',
    ],
    verdict: 'fail',
    why: 'Each answer has the status of success and nothing in it: k6 itself takes it for delivered, the gates do not.',
  },
  {
    name: 'sheds_load',
    faults: [{ name: 'sheds_load', share: 0.05 }],
    red: [`${WINDOWS} * shed_rate|goodput`, `${SETTLING} * shed_rate`],
    verdict: 'fail',
    why: 'One request of twenty is shed where no limiter was announced.',
  },
  {
    name: 'sheds_load of one endpoint',
    faults: [{ name: 'sheds_load', endpoint: 'action' }],
    settings: { DURATION: '3s' },
    red: [`${WINDOWS} * shed_rate|goodput`, `${SETTLING} * shed_rate`, 'spike * shed_again', 'run comeback failures'],
    verdict: 'fail',
    why: 'Whoever comes back after a second, as it was told to, is told to come back after a second.',
  },
  {
    name: 'error_500 after the spike',
    // Of 110 in the warm-up, 220 before the spike and 440 in it; 550 are sent while latency settles.
    faults: [{ name: 'error_500', after_requests: 900, for_requests: 100 }],
    probe: false,
    red: ['settle * error_rate'],
    verdict: 'fail',
    why: 'A gateway that recovers from a spike by failing has not survived it.',
    ci: true,
  },
  {
    name: 'too few VUs',
    faults: [{ name: 'latency', ms: 300 }],
    settings: { VUS: 10 },
    red: [`${WINDOWS} * dropped_share|goodput|samples`],
    verdict: 'invalid',
    why: 'Ten VUs at 300 ms send 33 requests a second, whatever was planned: k6 drops the rest. All that was sent was answered correctly.',
  },
]

const LIMIT = 100
const LIMITED = 'base|limited-spike|recovery'
const KEPT = 'run retry_after_kept min_share'

/** What a 429 turns red that does not say when to come back. */
const UNANNOUNCED = [
  'limited-spike resource|action|resources failed_checks',
  'limited-spike * error_rate',
  'comeback * error_rate|failed_checks',
  KEPT,
]
const STILL_OVER = {
  'limited-settle * error_rate|failed_checks': 'The window of the limiter may end with the spike, or a little after it.',
}

const limitedCases: readonly Case[] = [
  noToken({ red: ['any any samples', 'any any goodput', 'limited-spike * shed_excess', KEPT] }),
  closesConnections(LIMITED),
  {
    name: 'never_limits',
    faults: [{ name: 'never_limits' }],
    red: ['limited-spike * shed_excess', KEPT],
    may: {
      'limited-spike * p95_ms|late_share': 'No more may be late than of what the limiter lets through, and it lets through all.',
    },
    verdict: 'fail',
    why: 'Nothing is shed although the spike is twice what the limiter lets through.',
    ci: true,
  },
  {
    name: 'limits_too_early',
    faults: [{ name: 'limits_too_early', part: 0.75 }],
    red: ['limited-spike * goodput'],
    verdict: 'fail',
    why: 'Three quarters of the limit are granted: less than nine tenths of what it promises comes through. The base stays below even that.',
  },
  {
    name: 'no_retry_after',
    faults: [{ name: 'no_retry_after' }],
    red: [...UNANNOUNCED],
    may: { ...STILL_OVER },
    verdict: 'fail',
    why: 'A 429 that does not say when to come back is a failed check. Health is exempt from the limit.',
  },
  ...['banana', '-1', '0.5', '315360000', 'Thu, 01 Jan 2015 00:00:00 GMT'].map(
    (value, i): Case => ({
      name: `Retry-After: ${value}`,
      faults: [{ name: 'wrong_retry_after', value }],
      red: [...UNANNOUNCED],
      may: { ...STILL_OVER },
      verdict: 'fail',
      why: 'Nobody can come back when that says: it is no announcement.',
      ...(i === 0 ? { ci: true } : {}),
    }),
  ),
  {
    name: 'keeps_limiting',
    faults: [{ name: 'keeps_limiting', ms: 30_000 }],
    red: [
      'run retry_after_broken max',
      KEPT,
      'limited-spike * goodput',
      'limited-settle * shed_rate',
      'recovery * goodput|shed_rate',
      'run comeback failures',
    ],
    verdict: 'fail',
    why: 'It says one second, and sheds until after the end of the run.',
    ci: true,
  },
  {
    name: 'sheds_load of health',
    faults: [{ name: 'sheds_load', endpoint: 'health', share: 0.5 }],
    red: ['limited-spike|limited-settle health shed_rate', 'base|recovery * shed_rate|goodput', 'warmup * shed_rate'],
    may: {
      'limited-spike * goodput': 'Health is an eighth of what comes through.',
      'limited-settle * shed_rate': 'It is about as much as the limiter may shed there.',
      'run comeback failures': 'Who comes back to it may be shed again.',
      [KEPT]: 'Who comes back to it may be shed again.',
      'run retry_after_broken max': 'Who comes back to it may be shed again.',
    },
    verdict: 'fail',
    why: 'The limiter does not count health: whoever is shed there is shed by something else.',
  },
  {
    name: 'latency',
    faults: [{ name: 'latency', ms: 1200 }],
    settings: { STALL: 2 },
    red: [`${LIMITED} * p95_ms|late_share`],
    verdict: 'fail',
    why: 'What is shed late is late as well.',
  },
  {
    name: 'unhealthy_status',
    faults: [{ name: 'unhealthy_status' }],
    red: [
      `${LIMITED} health failed_checks`,
      `${LIMITED} * error_rate|goodput`,
      'warmup|limited-settle * error_rate|failed_checks',
      'run comeback failures',
    ],
    verdict: 'fail',
    why: 'Health answers 200 and says that it is not well.',
  },
  {
    name: 'too few VUs',
    faults: [{ name: 'latency', ms: 300 }],
    settings: { VUS: 10 },
    red: [`${LIMITED} * dropped_share|goodput|samples`, 'limited-spike * shed_excess', KEPT],
    verdict: 'invalid',
    why: 'The spike never comes about: nothing is above the limit, and nothing is shed.',
  },
]

/** Whoever may be shed is asked once more when the load is over. */
const TO_THE_END = { 'run comeback failures': 'It is there until the last request.' }

export const burst: readonly Suite[] = [
  {
    script: 'burst',
    name: 'burst',
    settings: { PROFILE: 'smoke', WARMUP: '1s', RATE: 110, SPIKE: 2, DURATION: '2s' },
    cases: withBeginnings(cases, { warmup: 'resource', also: TO_THE_END }),
  },
  {
    script: 'burst',
    name: 'burst limited',
    settings: { PROFILE: 'smoke', WARMUP: '1s', RATE: 70, SPIKE: 3.5, DURATION: '3s' },
    gateway: ['--rate-limit', String(LIMIT)],
    target: {
      name: 'limited',
      auth: { flow: 'password', username: 'loadgate', password: 'loadgate-password' },
      endpoints: { resource: { values: { id: 'r-{0000..0499}' } } },
      limiter: { rps: LIMIT, exempt: ['health'] },
    },
    limitsOf: { spike: 'limited-spike', settle: 'limited-settle' },
    cases: withBeginnings(limitedCases, { warmup: 'resource', also: TO_THE_END, renewal: false }),
  },
]
