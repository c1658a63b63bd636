import { REFUSAL_NAMES } from '../../../lib/target/contract.ts'
import type { Case, Suite } from '../suite.ts'
import { closesConnections, noToken, scriptThrows, withBeginnings } from './usual.ts'

const BOTH = 'normal|refused'
/** Setup needs a health, a token of one second and a read with it before that second is over. */
const LATER = { after_requests: 60 }

/** Gates of the endpoints that want authorization, each asked in these ways. */
const asked = (...forms: readonly string[]): string =>
  REFUSAL_NAMES.filter((name) => forms.some((form) => name.endsWith(`.${form}`))).join('|')
/** k6 has no sample of a request whose answer switches protocols. */
const UPGRADED = (...forms: readonly string[]): string => `refused ${forms.map((form) => `websocket.${form}`).join('|')} samples`

const hole = (fault: string, forms: readonly string[], why: string): Case => ({
  name: fault,
  faults: [{ name: fault }],
  red: [`refused ${asked(...forms)} failed_checks`, UPGRADED(...forms), 'refused * error_rate|goodput'],
  verdict: 'fail',
  why,
})

const SIGNED_BY_NOBODY = ['bad_token', 'extended_token', 'forged_token', 'unsigned_token']
const FORMS = ['no_token', 'odd_scheme', 'expired_token', ...SIGNED_BY_NOBODY]

const cases: readonly Case[] = [
  noToken(),
  { ...hole('accepts_missing_tokens', ['no_token', 'odd_scheme'], 'Who has no token must be refused, everywhere.'), ci: true },
  {
    ...hole('accepts_forged_tokens', SIGNED_BY_NOBODY, 'Tokens that nobody signed must be refused, on streams and sockets too.'),
    // In a header, one of the odd schemes is `bearer`; a WebSocket looks for its token elsewhere.
    red: [
      `refused ${asked(...SIGNED_BY_NOBODY)} failed_checks`,
      `refused ${asked('odd_scheme').replace('websocket.odd_scheme|', '')} failed_checks`,
      UPGRADED(...SIGNED_BY_NOBODY),
      'refused * error_rate|goodput',
    ],
  },
  hole('accepts_expired_tokens', ['expired_token'], 'A token whose time is over must be refused.'),
  {
    name: 'accepts_missing_tokens of one route',
    faults: [{ name: 'accepts_missing_tokens', endpoint: 'action' }],
    red: ['refused action.no_token|action.odd_scheme failed_checks', 'refused * error_rate'],
    may: { 'refused * goodput': 'They are about one in a hundred.' },
    verdict: 'fail',
    why: 'A gateway that looks at tokens everywhere else is open all the same.',
    ci: true,
  },
  {
    name: 'answers_anything',
    faults: [{ name: 'answers_anything' }],
    red: ['refused unknown_route|wrong_verb|path_traversal failed_checks', 'refused * error_rate|goodput'],
    verdict: 'fail',
    why: 'What no route is there for must be refused, and a verb that a route does not have.',
  },
  {
    name: 'answers_anything of three routes',
    faults: [
      { name: 'answers_anything', endpoint: 'resource' },
      { name: 'answers_anything', endpoint: 'resources' },
      { name: 'answers_anything', endpoint: 'action' },
    ],
    red: [
      'refused unknown_id|wrong_page|wrong_shape failed_checks',
      'normal resource|resources|action failed_checks',
      `${BOTH} * error_rate|goodput`,
    ],
    may: {
      'refused malformed_json|wrong_content_type|oversized_body|deep_json|late_body|path_traversal failed_checks':
        'Whatever else those three routes refuse is answered as well.',
      [`refused ${REFUSAL_NAMES.filter((name) => /^(resource|resources|action)\./.test(name)).join('|')} failed_checks`]:
        'So is who has no right to it.',
      'warmup * error_rate|failed_checks': 'It is there from the first request on.',
    },
    verdict: 'fail',
    why: 'What is not there, and what nobody could mean, must be refused.',
  },
  {
    name: 'parser_says_400',
    faults: [{ name: 'parser_says_400' }],
    red: ['refused oversized_header failed_checks', 'refused * error_rate'],
    may: { 'refused * goodput': 'They are about one in a hundred.' },
    verdict: 'fail',
    why: 'Headers that are too large have an answer of their own.',
  },
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
    red: [`${BOTH} * error_rate|goodput`],
    verdict: 'fail',
    why: 'A malformed request that ends in a 5xx is a crash, whatever was expected; normal users meet it as well.',
    ci: true,
  },
  {
    name: 'not_found',
    faults: [{ name: 'not_found', endpoint: 'action' }],
    red: [
      `${BOTH} * error_rate|goodput`,
      'refused malformed_json|wrong_content_type|oversized_body|deep_json|wrong_shape failed_checks',
      `refused ${FORMS.map((form) => `action.${form}`).join('|')} failed_checks`,
    ],
    verdict: 'fail',
    why: 'Another refusal than the right one is a failed check.',
  },
  {
    name: 'empty_object',
    faults: [{ name: 'empty_object' }],
    red: [
      'normal health|resource|action|resources failed_checks',
      'refused late_body|unknown_rpc_method failed_checks',
      `${BOTH} * error_rate|goodput`,
    ],
    verdict: 'fail',
    why: 'Two odd requests must be borne, and their answers say something.',
  },
  {
    name: 'sheds_load',
    faults: [{ name: 'sheds_load', share: 0.1, ...LATER }],
    red: [`${BOTH} * shed_rate|goodput`],
    verdict: 'fail',
    why: 'Nobody is to be shed at this rate.',
  },
  {
    name: 'error_500 of metrics',
    faults: [{ name: 'error_500', endpoint: 'metrics', share: 0.5 }],
    red: ['watch metrics error_rate|goodput'],
    verdict: 'fail',
    why: 'Who cannot look cannot see a restart.',
  },
  {
    name: 'empty_object of metrics',
    faults: [{ name: 'empty_object', endpoint: 'metrics', share: 0.5 }],
    red: ['watch metrics error_rate|goodput|failed_checks'],
    verdict: 'fail',
    why: 'A page of metrics without metrics is none.',
  },
  {
    name: 'sheds_load of metrics',
    faults: [{ name: 'sheds_load', endpoint: 'metrics', share: 0.5 }],
    red: ['watch * shed_rate', 'watch metrics goodput'],
    verdict: 'fail',
    why: 'A monitor is not to be shed.',
  },
  {
    name: 'worker_restart',
    faults: [{ name: 'worker_restart', down_ms: 20, after_s: 7 }],
    red: ['run watch_restarts max'],
    may: {
      'normal|refused * error_rate|goodput': 'Requests under way are cut, or sent again by the HTTP client.',
      'normal|refused * new_connections': 'All connections are new after it.',
      'watch metrics error_rate|goodput': 'A look under way is cut.',
    },
    verdict: 'fail',
    why: 'The start of the process is another one in the middle of the run.',
  },
  scriptThrows('action'),
  closesConnections(BOTH, {
    may: {
      'refused * error_rate|goodput': 'What is closed while a body is still on its way is reset, and the refusal with it.',
    },
  }),
  {
    name: 'too few VUs',
    faults: [{ name: 'latency', ms: 300, ...LATER }],
    settings: { VUS: 4 },
    red: [`${BOTH} * dropped_share|goodput|samples`],
    may: { [`refused ${asked(...FORMS)} samples`]: 'Which of them are left out is chance.' },
    verdict: 'invalid',
    why: 'Four VUs at 300 ms send 13 requests a second.',
  },
]

export const failure: readonly Suite[] = [
  {
    script: 'failure',
    name: 'failure',
    settings: { PROFILE: 'smoke', WARMUP: '1s', RATE: 55, DURATION: '6s', STALL: 2 },
    cases: withBeginnings(cases, { warmup: 'resources' }),
  },
]
