import type { Case, Suite } from '../suite.ts'
import { noToken, scriptThrows, withBeginnings } from './usual.ts'

/** The warm-up makes and publishes a hundred first. */
const LATER = { after_requests: 110 }
/** A round of which one benchmark is not whole is none, and each figure rests on whole rounds. */
const NO_ROUND = ['run bench_rounds min_share', 'run any samples']
const RATES = 'bench_register|bench_publish|bench_deliver|bench_list'

const cases: readonly Case[] = [
  noToken({
    red: ['any any samples', 'any any goodput', 'run bench_rounds|events_verified min_share', `run ${RATES} p50_min`],
  }),
  {
    name: 'latency of webhook_create',
    faults: [{ name: 'latency', endpoint: 'webhook_create', ms: 500, ...LATER }],
    red: ['run bench_register p50_min'],
    verdict: 'fail',
    why: 'Ten at a time, half a second each: twenty a second.',
    ci: true,
  },
  {
    name: 'latency of event_publish',
    faults: [{ name: 'latency', endpoint: 'event_publish', ms: 1500, ...LATER }],
    settings: { EVENTS: 40 },
    red: ['run bench_publish|bench_deliver p50_min'],
    verdict: 'fail',
    why: 'What is published late is delivered late.',
  },
  {
    name: 'latency of webhook_list',
    faults: [{ name: 'latency', endpoint: 'webhook_list', ms: 1500 }],
    red: ['run bench_list p50_min'],
    verdict: 'fail',
    why: 'Twenty lists at the same time take a second and a half.',
  },
  {
    name: 'memory_leak',
    faults: [
      { name: 'latency', endpoint: 'webhook_create', ms: 50, ...LATER },
      { name: 'memory_leak', mb_per_s: 80, max_mb: 600 },
    ],
    red: ['run bench_register_memory p50'],
    verdict: 'fail',
    why: 'Registrations take long enough for a leak of the whole process to be seen in them.',
  },
  {
    name: 'cpu_burn',
    faults: [
      { name: 'latency', endpoint: 'webhook_create', ms: 600, ...LATER },
      { name: 'cpu_burn', part: 0, threads: 4 },
    ],
    red: ['run bench_register_cpu p50', 'run bench_register p50_min'],
    verdict: 'fail',
    why: 'Registrations take long enough for a core that burns to be seen in them, and so they are slow as well.',
    alone: true,
  },
  {
    name: 'webhook_never_delivered',
    faults: [{ name: 'webhook_never_delivered', share: 0.05 }],
    red: ['run events_lost max', ...NO_ROUND, 'run bench_deliver p50_min'],
    verdict: 'fail',
    why: 'A rate of deliveries means nothing where some are missing.',
    ci: true,
  },
  {
    name: 'webhook_delivered_twice',
    faults: [{ name: 'webhook_delivered_twice', share: 0.05 }],
    red: ['run events_twice max', ...NO_ROUND, 'run bench_deliver p50_min'],
    verdict: 'fail',
    why: 'Nor does it where some come twice.',
  },
  {
    name: 'error_500',
    faults: [{ name: 'error_500', endpoint: 'webhook_list', share: 0.2 }],
    red: ['rounds * error_rate', 'rounds list goodput', ...NO_ROUND, 'run bench_list p50_min'],
    verdict: 'fail',
    why: 'A fixed number of operations: each is done, or the rate is not that of the whole.',
  },
  {
    name: 'empty_object',
    faults: [
      { name: 'empty_object', endpoint: 'webhook_create', share: 0.1, ...LATER },
      { name: 'empty_object', endpoint: 'event_publish', share: 0.3, ...LATER },
      { name: 'empty_object', endpoint: 'webhook_list', share: 0.2 },
    ],
    red: ['rounds register|publish|list failed_checks|goodput', 'rounds * error_rate', ...NO_ROUND, `run ${RATES} p50_min`],
    may: {
      'rounds deliver failed_checks|goodput': 'Nothing is published to receivers that could not be made.',
      'rounds deliver samples': 'As above.',
      'run events_verified min_share': 'As above.',
    },
    verdict: 'fail',
    why: 'Answers with nothing in them are none, though k6 takes them for delivered.',
  },
  {
    name: 'empty_object of event_publish',
    faults: [{ name: 'empty_object', endpoint: 'event_publish', ...LATER }],
    red: [
      'rounds publish|deliver failed_checks|goodput',
      'rounds * error_rate',
      ...NO_ROUND,
      'run bench_publish|bench_deliver p50_min',
    ],
    verdict: 'fail',
    why: 'An event without an id.',
  },
  {
    name: 'sheds_load',
    faults: [{ name: 'sheds_load', endpoint: 'webhook_list', share: 0.2 }],
    red: ['rounds * shed_rate', 'rounds list goodput', ...NO_ROUND, 'run bench_list p50_min'],
    verdict: 'fail',
    why: 'What was shed was not done.',
  },
  scriptThrows(
    'event_publish',
    {
      faults: [{ name: 'connection_reset', endpoint: 'event_publish', share: 0.1, ...LATER }],
      red: ['run * script_errors', 'rounds publish goodput', ...NO_ROUND, 'run events_verified min_share'],
      may: {
        [`run ${RATES} p50_min`]: 'The round ends with the exception; what was measured before it stands.',
        'rounds register|publish|deliver|list samples': 'As above.',
        'rounds register|deliver|list goodput': 'As above.',
      },
    },
    false,
  ),
]

export const benchmarks: readonly Suite[] = [
  {
    script: 'benchmarks',
    name: 'benchmarks',
    undivided: true,
    settings: { PROFILE: 'smoke', WARMUP: '2s', TIMEOUT: '2s' },
    cases: withBeginnings(cases, {
      warmup: 'event_publish',
      handsOver: false,
      // Rounds are over when their work is done.
      renewal: { gateway: ['--token-ttl', '2'] },
    }),
  },
]
