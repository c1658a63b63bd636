import type { Case, Suite } from '../suite.ts'
import { closesConnections, each, eachMethod, noToken, scriptThrows, withBeginnings } from './usual.ts'

const PLAIN = ['health', 'resource', 'resources', 'action']
const METHODS = ['agent.ping', 'agent.discover', 'task.create', 'task.query']
const RPC = 'agent_ping|agent_discover|task_create|task_query'
/** Setup registers 20 agents first, while the control probe is at work already. */
const LATER = { after_requests: 60 }
/** The end of the run unregisters them, and looks whether they are gone. */
const TO_THE_END = {
  'run teardown failures': 'It is there until the last request.',
  'run agents_left max': 'As above.',
}

const cases: readonly Case[] = [
  noToken(),
  {
    name: 'latency',
    faults: [
      ...each('latency', PLAIN, { ms: 1500, share: 0.2 }),
      { name: 'latency', endpoint: 'jsonrpc', ms: 1500, share: 0.2, ...LATER },
    ],
    settings: { STALL: 2 },
    red: ['steady any p95_ms', 'steady * p99_ms|late_share'],
    verdict: 'fail',
    why: 'A fifth of the requests of each endpoint is slow.',
    ci: true,
  },
  {
    name: 'error_500',
    faults: [...each('error_500', PLAIN, { share: 0.1 }), { name: 'error_500', endpoint: 'jsonrpc', share: 0.1, ...LATER }],
    red: ['steady any error_rate', 'steady * goodput'],
    verdict: 'fail',
    why: 'A tenth of the requests of each endpoint fails.',
  },
  {
    name: 'empty_object',
    faults: [...each('empty_object', PLAIN), { name: 'empty_object', endpoint: 'jsonrpc', ...LATER }],
    red: ['steady any failed_checks|error_rate', 'steady * goodput'],
    verdict: 'fail',
    why: 'Nothing of what was asked for is in the answers: k6 itself takes them for delivered, the gates do not.',
    ci: true,
  },
  {
    name: 'rpc_error',
    faults: eachMethod('rpc_error', METHODS, { share: 0.3 }),
    red: ['steady any rpc_errors', 'steady *|agent_ping error_rate', 'steady * goodput'],
    verdict: 'fail',
    why: 'An error of JSON-RPC comes with HTTP 200.',
  },
  {
    name: 'sheds_load',
    faults: each('sheds_load', PLAIN, { share: 0.05 }),
    red: ['steady * shed_rate|goodput'],
    verdict: 'fail',
    why: 'One plain request of twenty is shed without a limiter.',
  },
  {
    name: 'last_token_only',
    faults: [{ name: 'last_token_only' }],
    red: [],
    verdict: 'fail',
    why: 'The control probe has its token before k6 has one, and is refused from then on: no gate of k6 can see that.',
    ci: true,
  },
  {
    name: 'metrics_relabelled',
    faults: [{ name: 'metrics_relabelled' }],
    record: true,
    red: [],
    verdict: 'invalid',
    why: "The gateway's own count was there before the run and cannot be read after it, and nobody said that it would be so.",
  },
  {
    name: 'slow tail',
    faults: [{ name: 'latency', ms: 1500, share: 0.008, ...LATER }],
    settings: { STALL: 2 },
    red: ['steady * late_share'],
    verdict: 'fail',
    why: 'Eight of each thousand are slow: no percentile that there is a limit on shows them.',
    ci: true,
  },
  {
    name: 'reused_reset',
    faults: each('reused_reset', ['resource', 'resources'], { share: 0.2 }),
    red: ['steady * new_connections'],
    verdict: 'fail',
    why: "Go's HTTP client asks again on another connection, and k6 sees no error.",
    ci: true,
  },
  {
    name: 'rpc_wrong_result of agent.unregister',
    faults: [{ name: 'rpc_wrong_result', method: 'agent.unregister' }],
    red: ['run teardown failures'],
    verdict: 'fail',
    why: 'The load was answered correctly; what it has left behind is not known to be put away.',
  },
  {
    name: 'rpc_lists_gone_agents',
    faults: [{ name: 'rpc_lists_gone_agents' }],
    red: ['run agents_left max'],
    verdict: 'fail',
    why: 'Agents that were unregistered can still be found.',
  },
  closesConnections('steady'),
  scriptThrows('action'),
  {
    name: 'too few VUs',
    faults: each('latency', PLAIN, { ms: 300 }),
    settings: { VUS: 10 },
    red: ['steady * dropped_share|goodput|samples', 'steady health|resource|resources|action|agent_ping samples'],
    verdict: 'invalid',
    why: 'Ten VUs send 55 requests a second at most.',
  },
]

/** Half of the answers are right: users are served, and the limit on that holds. */
const HALF = { ...LATER, share: 0.5 }

/** Invalid content under the status of success: k6 takes all of it for valid answers. */
const content = (
  name: string,
  gates: readonly string[],
  why: string,
  order: Readonly<Record<string, string | number>> = {},
): Case => ({
  name,
  faults: [{ name, ...order }],
  red: [...gates.map((gate) => `users ${gate}`), 'users * error_rate'],
  verdict: 'fail',
  why,
})

const failing = (name: string, why: string, order: Readonly<Record<string, string | number>> = {}): Case => ({
  name,
  faults: [{ name, share: 0.2, ...LATER, ...order }],
  red: ['users * error_rate'],
  verdict: 'fail',
  why,
})

/** Who gets no answer waits in vain, and then for another connection. */
const unanswered = (name: string, why: string, order: Readonly<Record<string, string | number>> = {}): Case => ({
  ...failing(name, why, order),
  red: ['users * error_rate|p95_ms|late_share|new_connections'],
})

const slow = (name: string, why: string, order: Readonly<Record<string, string | number>>): Case => ({
  name,
  faults: [{ name, ...LATER, ...order }],
  settings: { DURATION: '4s', THINK_TIME: '10ms' },
  red: ['users * p95_ms|late_share'],
  verdict: 'fail',
  why,
})

const users: readonly Case[] = [
  closesConnections('users'),
  noToken({ red: ['any any samples', 'users * rps'] }),
  noToken({
    name: 'token_endpoint_down',
    faults: [{ name: 'token_endpoint_down' }],
    red: ['any any samples', 'users * rps'],
    verdict: 'fail',
    why: 'Without a token nothing is sent; that it answers 503, and does not refuse, is proven against the gateway.',
  }),
  slow('latency', 'One request of twelve is slow.', { ms: 1500, share: 0.08 }),
  slow('latency_bimodal', 'Eight of each hundred are slow.', { fast_ms: 1, slow_ms: 1500, slow_percent: 8 }),
  slow('slow_body', 'What trickles in is slow, too: the time counts to the last byte.', { ms: 1500, share: 0.08 }),
  {
    ...slow('slow_headers', 'Headers that come line by line, and the connection is closed after them.', {
      ms: 1500,
      share: 0.08,
    }),
    red: ['users * p95_ms|late_share|new_connections'],
  },
  failing('error_500', 'One answer of five is a 500.'),
  failing('error_503', 'One answer of five is a 503.'),
  failing('paints_the_screen', 'One answer of five holds what a terminal or a CI system would obey: the verdict is our own.'),
  failing('echoes_credentials', 'One answer of five repeats the token that it was sent.'),
  failing('error_502_html', "One answer of five is a proxy's page."),
  failing('not_found', 'A wrong deployment: 404 for all.', { share: 1 }),
  unanswered(
    'connection_reset',
    'Requests without an answer. Those that change nothing are sent once more by the HTTP client, so all must be reset.',
    {
      endpoint: 'resource',
      share: 1,
      after_requests: 0,
    },
  ),
  unanswered('close_mid_body', 'Half an answer is none.'),
  failing('rejects_good_tokens', 'One good token of five is refused.'),
  {
    name: 'refuse_connections',
    faults: [{ name: 'refuse_connections', after_s: 6 }],
    settings: { DURATION: '8s' },
    red: ['users * error_rate|p95_ms|late_share'],
    verdict: 'fail',
    why: 'Nobody listens any more in the middle of the run.',
  },
  content('empty_object', ['any failed_checks'], 'The status of success and {}.', HALF),
  content('truncated_json', ['any failed_checks'], 'Half of the JSON, whole as far as HTTP can see.', HALF),
  content('wrong_content_type', ['any failed_checks'], 'JSON under the name of HTML.', HALF),
  content('another_id', ['resource failed_checks'], "Somebody else's resource."),
  content('stale_content', ['resource failed_checks'], 'Older than what the list has shown.'),
  { ...content('cache_always_stale', ['resource failed_checks'], 'A cache that never looks behind itself.'), ci: true },
  content('missing_items', ['resources failed_checks'], 'A page that lacks its last item.'),
  content('duplicate_items', ['resources failed_checks'], 'An item on two pages.'),
  content('wrong_total', ['resources failed_checks'], 'A total that the last page does not bear out.'),
  content('missing_etag', ['resource failed_checks'], 'The contract has an ETag.'),
  content('missing_x_cache', ['resource failed_checks'], 'The contract has an X-Cache.'),
  content('action_not_echoed', ['action failed_checks'], 'An answer to another action.'),
  content('action_id_repeated', ['action failed_checks'], 'Ids are to be fresh.'),
  content('unhealthy_status', ['health failed_checks'], 'Health answers 200 and says that it is not well.'),
  content(
    'nested_right',
    ['any failed_checks'],
    'The valid answer as a part of an invalid one, once the first were valid.',
    HALF,
  ),
  content('html_page_with_id', ['any failed_checks'], 'A page that quotes the valid answer, once the first were valid.', HALF),
  content('error_with_id', ['health|resource|resources|action failed_checks'], 'An error beside the right members.', HALF),
  content('wrong_type', ['health|resource|resources|action failed_checks'], 'Numbers as texts and texts as numbers.', HALF),
  content('action_rejected', ['action failed_checks'], 'Echoed, but not accepted, and without its payload.'),
  { ...content('empty_list', ['resources failed_checks'], 'No resources, although the target names 500.'), ci: true },
  content(
    'another_body',
    ['resource failed_checks'],
    'One resource under the ids of all others: the list calls them by their names.',
  ),
  content('rpc_error', ['any rpc_errors'], 'An error of JSON-RPC comes with HTTP 200.', LATER),
  content('rpc_success_false', ['any rpc_errors'], 'A result that says of itself that it is none.', LATER),
  content('rpc_wrong_id', [`${RPC} failed_checks`], 'The answer to another request.', LATER),
  content('rpc_wrong_result', [`${RPC} failed_checks`], 'A result of another shape.', LATER),
  {
    name: 'sheds_load',
    faults: [{ name: 'sheds_load', share: 0.2, ...LATER }],
    red: ['users * shed_rate|error_rate'],
    verdict: 'fail',
    why: "In the closed model a shed request is a failed one, too: the rate is k6's own.",
  },
  scriptThrows('action', { red: ['run * script_errors', 'users * error_rate'] }),
]

export const http: readonly Suite[] = [
  {
    script: 'http',
    name: 'http',
    settings: { PROFILE: 'smoke', WARMUP: '1s', RATE: 200, DURATION: '15s', STALL: 2 },
    cases: withBeginnings(cases, {
      warmup: 'resources',
      rpc: 'agent.ping',
      also: TO_THE_END,
    }),
  },
  {
    script: 'http',
    name: 'http users',
    settings: { PROFILE: 'smoke', USERS: 20, THINK_TIME: '50ms', DURATION: '2s' },
    cases: withBeginnings(users, { also: TO_THE_END, renewal: { settings: { DURATION: '6s' } } }),
  },
]
