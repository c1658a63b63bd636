import type { Case, Suite } from '../suite.ts'
import { closesConnections, eachMethod, noToken, scriptThrows, withBeginnings } from './usual.ts'

/** Setup registers ten agents, or makes ten tasks. */
const LATER = { after_requests: 15 }
const TALK = ['agent.ping', 'agent.discover', 'task.create', 'task.query', 'health.get_stats', 'route.message']
const LIFE = ['task.get', 'task.cancel', 'agent.unregister']
const TEARDOWN = {
  'run agents_unregistered min_share': 'The end of the run, which unregisters the agents, meets the fault as well.',
  'run agents_left max': 'As above.',
}
const TO_THE_END = { 'run teardown failures': 'It is there until the last request.' }

const BOTH = 'agents|lives'

const rpc = (endpoint: string, share: number, more: object = {}) => [
  { name: endpoint, endpoint: 'jsonrpc', share, ...LATER, ...more },
]

const cases: readonly Case[] = [
  noToken({ red: ['any any samples', 'any any goodput', 'run agents_unregistered min_share'] }),
  closesConnections(BOTH),
  {
    name: 'latency',
    faults: rpc('latency', 0.2, { ms: 1200 }),
    settings: { STALL: 4 },
    red: [`${BOTH} * p95_ms|late_share`],
    verdict: 'fail',
    why: 'A fifth of the calls is slow.',
  },
  {
    name: 'error_500',
    faults: rpc('error_500', 0.15),
    red: [`${BOTH} * error_rate|goodput`],
    may: TEARDOWN,
    verdict: 'fail',
    why: 'One call of seven is an error of HTTP.',
  },
  {
    name: 'rpc_error',
    faults: [
      ...eachMethod('rpc_error', [...TALK, ...LIFE], { share: 0.15 }),
      { name: 'rpc_error', method: 'agent.register', share: 0.15, ...LATER },
    ],
    red: ['any any rpc_errors', `${BOTH} * error_rate|goodput`],
    may: {
      ...TEARDOWN,
      'any any failed_checks': 'What was not registered, or is still there, shows in the answers to others.',
    },
    verdict: 'fail',
    why: 'Errors of each method inside HTTP 200.',
    ci: true,
  },
  {
    name: 'rpc_wrong_result',
    faults: [
      ...eachMethod('rpc_wrong_result', [...TALK, ...LIFE], { share: 0.15 }),
      { name: 'rpc_wrong_result', method: 'agent.register', share: 0.15, ...LATER },
      { name: 'rpc_missing_batch_answer', share: 0.3 },
    ],
    red: ['any any failed_checks', `${BOTH} * error_rate|goodput`],
    may: {
      ...TEARDOWN,
      'lives any rpc_errors': 'What was registered without a valid answer is still there for the next call.',
    },
    verdict: 'fail',
    why: 'Results of each method of another shape, and batches with an answer too few.',
  },
  {
    name: 'nested_right',
    faults: rpc('nested_right', 0.15),
    red: ['any any failed_checks', `${BOTH} * error_rate|goodput`],
    may: {
      ...TEARDOWN,
      'lives agent_register failed_checks': 'Few are registered: whether one meets the fault is chance.',
      'any any rpc_errors': 'What was done without a valid answer is done all the same, and shows in the next call.',
    },
    verdict: 'fail',
    why: 'Valid answers of JSON-RPC as a part of something else, once the first were valid.',
  },
  {
    name: 'rpc_missing_batch_answer',
    faults: [{ name: 'rpc_missing_batch_answer' }],
    red: ['lives rpc_batch failed_checks', 'lives * error_rate|goodput'],
    verdict: 'fail',
    why: 'Batches with an answer too few.',
  },
  {
    name: 'rpc_wrong_result of agent.unregister',
    faults: [{ name: 'rpc_wrong_result', method: 'agent.unregister' }],
    red: [
      'lives agent_unregister failed_checks',
      'lives * error_rate|goodput',
      'run agents_unregistered min_share',
      'run teardown failures',
    ],
    verdict: 'fail',
    why: 'No agent is known to be gone.',
  },
  {
    name: 'rpc_lists_gone_agents',
    faults: [{ name: 'rpc_lists_gone_agents' }],
    red: ['run agents_left max'],
    verdict: 'fail',
    why: 'Agents that were unregistered can still be found.',
    ci: true,
  },
  {
    name: 'sheds_load',
    faults: rpc('sheds_load', 0.15),
    red: [`${BOTH} * shed_rate|goodput`],
    may: TEARDOWN,
    verdict: 'fail',
    why: 'One call of seven is shed without a limiter.',
  },
  scriptThrows(
    'jsonrpc',
    {
      faults: rpc('connection_reset', 0.2),
      red: ['run * script_errors', `${BOTH} * goodput`, 'lives * new_connections'],
      may: {
        ...TEARDOWN,
        'agents * new_connections': 'What was reset must be opened again; how much of that k6 gets to see is chance.',
        'lives any samples': 'How much of a life is left depends on which call of it throws.',
      },
      why: 'Each call that fails ends its iteration with an exception, and lives are cut short by it; teardown may end with one, too. But connections were cut, and that is proven.',
    },
    false,
  ),
  {
    name: 'too few VUs',
    faults: rpc('latency', 1, { ms: 300 }),
    settings: { VUS: 3 },
    red: [`${BOTH} * dropped_share|goodput|samples`],
    verdict: 'invalid',
    why: 'Three VUs at 300 ms send ten calls a second.',
  },
]

const V1 = 'a2a|a2a_lives'
const V1_METHODS = ['GetTask', 'ListTasks', 'CancelTask']

const v1Cases: readonly Case[] = [
  noToken(),
  closesConnections(V1),
  {
    name: 'latency',
    faults: rpc('latency', 0.25, { ms: 1200 }),
    settings: { STALL: 4 },
    red: [`${V1} * p95_ms|late_share`],
    verdict: 'fail',
    why: 'A quarter of the calls is slow.',
  },
  {
    name: 'error_500',
    faults: rpc('error_500', 0.2),
    red: [`${V1} * error_rate|goodput`],
    verdict: 'fail',
    why: 'One call of five is an error of HTTP.',
  },
  {
    name: 'rpc_error',
    faults: [
      ...eachMethod('rpc_error', V1_METHODS, { share: 0.2 }),
      { name: 'rpc_error', method: 'SendMessage', share: 0.2, ...LATER },
      { name: 'rpc_stream_error', share: 0.2 },
    ],
    red: ['any any rpc_errors', `${V1} * error_rate|goodput`],
    verdict: 'fail',
    why: 'Errors of each method inside HTTP 200, in streams as well.',
  },
  {
    name: 'rpc_wrong_result',
    faults: [
      ...eachMethod('rpc_wrong_result', V1_METHODS, { share: 0.2 }),
      { name: 'rpc_wrong_result', method: 'SendMessage', share: 0.2, ...LATER },
      { name: 'rpc_stream_wrong_result', share: 0.2 },
      { name: 'missing_etag', endpoint: 'agent_card', share: 0.2 },
    ],
    red: [
      'a2a any failed_checks',
      'a2a_lives agent_card|a2a_start|a2a_get|a2a_list|a2a_cancel failed_checks',
      `${V1} * error_rate|goodput`,
    ],
    verdict: 'fail',
    why: 'Results of each method of another shape, and cards without the headers of caches.',
  },
  {
    name: 'ignores_if_none_match',
    faults: [{ name: 'ignores_if_none_match' }],
    red: ['a2a_lives agent_card_cached failed_checks', 'a2a_lives * error_rate|goodput'],
    verdict: 'fail',
    why: 'A card that is known already is sent whole.',
  },
  {
    name: 'sheds_load',
    faults: rpc('sheds_load', 0.2),
    red: [`${V1} * shed_rate|goodput`],
    verdict: 'fail',
    why: 'One call of five is shed without a limiter.',
  },
  {
    name: 'too few VUs',
    faults: rpc('latency', 1, { ms: 300 }),
    settings: { VUS: 2 },
    red: [`${V1} * dropped_share|goodput|samples`],
    verdict: 'invalid',
    why: 'Two VUs at 300 ms send seven calls a second.',
  },
]

const users: readonly Case[] = [
  closesConnections('users'),
  noToken({ red: ['any any samples', 'run agents_unregistered min_share'] }),
  {
    name: 'latency',
    faults: rpc('latency', 0.1, { ms: 1200 }),
    settings: { DURATION: '4s', THINK_TIME: '10ms' },
    red: ['users * p95_ms|late_share'],
    verdict: 'fail',
    why: 'A tenth of the calls is slow.',
  },
  {
    name: 'error_500',
    faults: rpc('error_500', 0.1),
    red: ['users * error_rate'],
    may: TEARDOWN,
    verdict: 'fail',
    why: 'A tenth of the calls is an error of HTTP.',
  },
  {
    name: 'rpc_error',
    faults: eachMethod('rpc_error', TALK, { share: 0.2 }),
    red: ['users any rpc_errors', 'users * error_rate'],
    may: TEARDOWN,
    verdict: 'fail',
    why: 'Errors of each method inside HTTP 200.',
  },
  {
    name: 'rpc_wrong_result',
    faults: eachMethod('rpc_wrong_result', TALK, { share: 0.2 }),
    red: ['users any failed_checks', 'users * error_rate'],
    may: TEARDOWN,
    verdict: 'fail',
    why: 'Results of each method of another shape.',
  },
  {
    name: 'sheds_load',
    faults: rpc('sheds_load', 0.1),
    red: ['users * shed_rate'],
    may: TEARDOWN,
    verdict: 'fail',
    why: 'One call of ten is shed without a limiter: that is no error, in the closed model either.',
  },
]

const SIZE = { PROFILE: 'smoke', RATE: 70, DURATION: '4s', WARMUP: '1s' }

export const a2a: readonly Suite[] = [
  {
    script: 'a2a',
    name: 'a2a',
    setupRequests: 10,
    settings: { ...SIZE, LIVES: 6, AGENTS: 10 },
    cases: withBeginnings(cases, {
      warmup: 'jsonrpc',
      rpc: 'agent.ping',
      first: 15,
      also: TO_THE_END,
    }),
  },
  {
    script: 'a2a',
    name: 'a2a 1.0',
    setupRequests: 10,
    settings: { ...SIZE, LIVES: 8, A2A_DIALECT: 'a2a-1.0' },
    cases: withBeginnings(v1Cases, { warmup: 'jsonrpc', first: 15 }),
  },
  {
    script: 'a2a',
    name: 'a2a users',
    setupRequests: 10,
    settings: { PROFILE: 'smoke', USERS: 20, THINK_TIME: '50ms', AGENTS: 10, DURATION: '2s' },
    cases: withBeginnings(users, { also: TO_THE_END, renewal: { settings: { DURATION: '6s' } } }),
  },
]
