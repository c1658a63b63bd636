import type { Case, Suite } from '../suite.ts'
import { closesConnections, noToken, scriptThrows } from './usual.ts'

const BOTH = 'normal|refused'
/** Setup needs a health, a token of one second and a read with it before that second is over. */
const LATER = { after_requests: 60 }

const hole = (fault: string, endpoints: string, why: string): Case => ({
  name: fault,
  faults: [{ name: fault }],
  red: [`refused ${endpoints} wrong_answers`, 'refused * error_rate|delivered'],
  verdict: 'fail',
  why,
})

const cases: readonly Case[] = [
  noToken(),
  { ...hole('accepts_missing_tokens', 'no_token', 'Who has no token must be refused.'), ci: true },
  {
    ...hole(
      'accepts_forged_tokens',
      'bad_token|forged_token|unsigned_token|sse_bad_token|ws_bad_token',
      'Five kinds of tokens that nobody signed must be refused, on streams and sockets too.',
    ),
    // k6 has no sample of a request whose answer switches protocols.
    red: [
      'refused bad_token|forged_token|unsigned_token|sse_bad_token|ws_bad_token wrong_answers',
      'refused ws_bad_token samples',
      'refused * error_rate|delivered',
    ],
  },
  hole('accepts_expired_tokens', 'expired_token', 'A token whose time is over must be refused.'),
  hole(
    'answers_anything',
    'unknown_route|wrong_verb|path_traversal',
    'What no route is there for must be refused, and a verb that a route does not have.',
  ),
  hole('parser_says_400', 'oversized_header', 'Headers that are too large have an answer of their own.'),
  {
    name: 'latency',
    faults: [{ name: 'latency', ms: 1500, ...LATER }],
    settings: { STALL: 2.5 },
    red: [`${BOTH} * p95_ms|late_share`],
    verdict: 'fail',
    why: 'Normal users and refusals wait alike.',
  },
  {
    name: 'error_500',
    faults: [{ name: 'error_500', endpoint: 'action', share: 0.5 }],
    red: [`${BOTH} * error_rate|delivered`],
    verdict: 'fail',
    why: 'A malformed request that ends in a 5xx is a crash, whatever was expected; normal users meet it as well.',
    ci: true,
  },
  {
    name: 'not_found',
    faults: [{ name: 'not_found', endpoint: 'action' }],
    red: [`${BOTH} * error_rate|delivered`, 'refused malformed_json|wrong_content_type|oversized_body|deep_json wrong_answers'],
    verdict: 'fail',
    why: 'Another refusal than the right one is a wrong answer.',
  },
  {
    name: 'empty_object',
    faults: [{ name: 'empty_object' }],
    red: [
      'normal health|resource|action|resources wrong_answers',
      'refused late_body|unknown_rpc_method wrong_answers',
      `${BOTH} * error_rate|delivered`,
    ],
    verdict: 'fail',
    why: 'Two odd requests must be borne, and their answers say something.',
  },
  {
    name: 'sheds_load',
    faults: [{ name: 'sheds_load', share: 0.1, ...LATER }],
    red: [`${BOTH} * shed_rate|delivered`],
    verdict: 'fail',
    why: 'Nobody is to be shed at this rate.',
  },
  {
    name: 'error_500 of metrics',
    faults: [{ name: 'error_500', endpoint: 'metrics', share: 0.5 }],
    red: ['watch metrics error_rate|delivered'],
    verdict: 'fail',
    why: 'Who cannot look cannot see a restart.',
  },
  {
    name: 'empty_object of metrics',
    faults: [{ name: 'empty_object', endpoint: 'metrics', share: 0.5 }],
    red: ['watch metrics error_rate|delivered|wrong_answers'],
    verdict: 'fail',
    why: 'A page of metrics without metrics is none.',
  },
  {
    name: 'sheds_load of metrics',
    faults: [{ name: 'sheds_load', endpoint: 'metrics', share: 0.5 }],
    red: ['watch * shed_rate', 'watch metrics delivered'],
    verdict: 'fail',
    why: 'A monitor is not to be shed.',
  },
  {
    name: 'worker_restart',
    faults: [{ name: 'worker_restart', down_ms: 20, after_s: 7 }],
    red: ['run watch_restarts max'],
    may: {
      'normal|refused * error_rate|delivered': 'Requests under way are cut, or sent again by the HTTP client.',
      'normal|refused * new_connections': 'All connections are new after it.',
      'watch metrics error_rate|delivered': 'A look under way is cut.',
    },
    verdict: 'fail',
    why: 'The start of the process is another one in the middle of the run.',
  },
  scriptThrows('action'),
  closesConnections(BOTH),
  {
    name: 'too few VUs',
    faults: [{ name: 'latency', ms: 300, ...LATER }],
    settings: { VUS: 4 },
    red: [`${BOTH} * dropped_share|delivered|samples`],
    verdict: 'invalid',
    why: 'Four VUs at 300 ms send 13 requests a second.',
  },
]

export const failure: readonly Suite[] = [
  { script: 'failure', name: 'failure', settings: { PROFILE: 'smoke', WARMUP: '1s', RATE: 55, DURATION: '6s', STALL: 2 }, cases },
]
