import type { Case, Suite } from '../suite.ts'
import { closesConnections, each, noToken, scriptThrows, withBeginnings } from './usual.ts'

/** Setup makes five webhooks. */
const LATER = { after_requests: 8 }
const COUNTED = 'One request of thirty asks for statistics, most of them of webhooks that setup made.'

/** Statistics in the mix are about webhooks that may have got events, or none. */
const MIXED = 'Whether a webhook that the mix asks about is due an event is chance.'

const cases: readonly Case[] = [
  closesConnections('mix|delivery'),
  noToken({ red: ['any any samples', 'any any goodput', 'run events_verified min_share'] }),
  {
    name: 'latency',
    faults: each('latency', ['llm_complete', 'webhook_create', 'event_publish'], { ms: 1200, share: 0.2 }),
    settings: { STALL: 4 },
    red: ['mix llm_complete|webhook_create|event_publish p95_ms', 'mix|delivery * late_share'],
    verdict: 'fail',
    why: 'A fifth of the requests of each endpoint is slow.',
  },
  {
    name: 'error_500 of llm_complete',
    faults: [{ name: 'error_500', endpoint: 'llm_complete', share: 0.1 }],
    red: ['mix *|llm_complete error_rate', 'mix * goodput'],
    verdict: 'fail',
    why: 'A tenth of the completions fails, and no series builds on them.',
  },
  {
    name: 'error_500 of webhook_create',
    faults: [{ name: 'error_500', endpoint: 'webhook_create', share: 0.6, ...LATER }],
    red: [
      'mix *|webhook_create error_rate',
      'mix * goodput',
      'delivery * error_rate|goodput',
      'run events_verified min_share',
      'run events_lost max',
    ],
    verdict: 'fail',
    why: 'Webhooks that were never made get no events, and nobody can look for those.',
  },
  {
    name: 'error_500 of event_publish',
    faults: [{ name: 'error_500', endpoint: 'event_publish', share: 0.3 }],
    red: ['mix *|event_publish error_rate', 'mix * goodput', 'delivery * error_rate|goodput', 'run events_lost max'],
    verdict: 'fail',
    why: 'What could not be published has reached nobody.',
  },
  {
    name: 'error_503 of webhook_list',
    faults: [{ name: 'error_503', endpoint: 'webhook_list' }],
    red: ['mix|verify * error_rate', 'mix * goodput', 'run events_verified min_share'],
    verdict: 'fail',
    why: 'Without the list nobody can look for deliveries: that is not green.',
  },
  {
    name: 'empty_object',
    faults: each('empty_object', ['llm_complete', 'webhook_create', 'event_publish', 'webhook_list', 'webhook_stats', 'upload'], {
      share: 0.3,
      ...LATER,
    }),
    red: ['any any failed_checks', 'mix any error_rate', 'mix * goodput', 'delivery * error_rate|goodput', 'verify * error_rate'],
    may: {
      'run events_lost max': 'Events go by their type to webhooks whose ids nobody was told: whether one is missing is chance.',
      'run events_verified min_share': 'It depends on which of the three pages of the list is empty.',
    },
    verdict: 'fail',
    why: 'A third of the answers has the status of success and nothing in it; series that lack an id end there.',
  },
  {
    name: 'error_with_id',
    faults: each('error_with_id', ['llm_complete', 'event_publish', 'upload'], { share: 0.3, ...LATER }),
    red: [
      'any llm_complete|event_publish|upload failed_checks',
      'mix *|llm_complete|event_publish error_rate',
      'mix * goodput',
      'delivery * error_rate|goodput',
    ],
    may: { 'any webhook_stats failed_checks': 'An event that was published under an error may have been delivered or not.' },
    verdict: 'fail',
    why: 'The members of a valid answer, and an error beside them.',
  },
  {
    name: 'webhook_delivered_twice',
    faults: [{ name: 'webhook_delivered_twice', share: 0.4 }],
    red: ['run events_twice max', 'delivery webhook_stats failed_checks', 'delivery * error_rate|goodput'],
    may: { 'mix webhook_stats failed_checks': MIXED, 'mix * error_rate': MIXED },
    verdict: 'fail',
    why: "The webhooks' own counts are higher than what was published.",
    ci: true,
  },
  {
    name: 'webhook_never_delivered',
    faults: [{ name: 'webhook_never_delivered', share: 0.4 }],
    settings: { TIMEOUT: '2s' },
    red: ['run events_lost max', 'delivery webhook_stats failed_checks', 'delivery * error_rate|goodput'],
    may: { 'mix webhook_stats failed_checks': MIXED, 'mix * error_rate': MIXED },
    verdict: 'fail',
    why: "The webhooks' own counts are lower than what was published.",
    ci: true,
  },
  {
    name: 'webhook_id_unusable',
    faults: [{ name: 'webhook_id_unusable', share: 0.6, ...LATER }],
    red: ['delivery * error_rate|goodput'],
    may: { 'mix * error_rate|goodput': COUNTED },
    verdict: 'fail',
    why: 'Statistics of a webhook that nobody knows are 404.',
  },
  {
    name: 'upload_wrong_digest',
    faults: [{ name: 'upload_wrong_digest' }],
    red: ['mix upload failed_checks', 'mix * error_rate|goodput'],
    verdict: 'fail',
    why: 'What is stored is not what was sent.',
  },
  {
    name: 'missing_items of webhook_list',
    faults: [{ name: 'missing_items', endpoint: 'webhook_list', share: 0.5 }],
    red: ['mix webhook_list failed_checks', 'mix * error_rate|goodput', 'verify * error_rate|failed_checks'],
    may: { 'run events_verified min_share': 'It depends on which of the three pages of the list is short.' },
    verdict: 'fail',
    why: 'A list that lacks webhooks.',
  },
  {
    name: 'sheds_load',
    faults: [
      { name: 'sheds_load', endpoint: 'llm_complete', share: 0.1 },
      { name: 'sheds_load', endpoint: 'webhook_stats', share: 0.6 },
    ],
    red: ['mix|delivery * shed_rate|goodput', 'verify * shed_rate', 'run events_verified min_share'],
    verdict: 'fail',
    why: 'Nobody is to be shed; statistics that were shed when deliveries are counted leave those uncounted.',
  },
  scriptThrows('llm_complete', { red: ['run * script_errors', 'mix * goodput'] }),
  {
    name: 'too few VUs',
    faults: each('latency', ['llm_complete', 'webhook_create', 'event_publish'], { ms: 300 }),
    settings: { VUS: 4 },
    red: [
      'mix|delivery * dropped_share|goodput',
      'mix llm_complete|webhook_create|event_publish samples',
      'run events_verified min_share',
    ],
    verdict: 'invalid',
    why: 'Four VUs send a fraction of what was planned, and so much less could be looked for.',
  },
]

export const integration: readonly Suite[] = [
  {
    script: 'integration',
    name: 'integration',
    settings: { PROFILE: 'smoke', RATE: 210, SERIES: 4, DURATION: '5s', WARMUP: '1s' },
    cases: withBeginnings(cases, { warmup: 'llm_complete' }),
  },
]
