/**
 * Requests that a gateway must refuse, each with the one right answer that docs/contract.md has for it; and two odd ones
 * that it must bear. Only `failure` sends them, so they are apart from the catalogue, which every VU of every script loads.
 */
import type { Answer, Call, Endpoint, Wrong } from './endpoint.ts'
import { a, is, judgeAnswer, object, type Rule, readOnce, text, uuid } from './rules.ts'

const MIB = 1_048_576
const JSON_TYPE = { 'Content-Type': 'application/json' }
/** Neither a JWT nor known to anyone. */
const BAD_TOKEN = 'loadgate-not-a-token'
/** Deep enough that a parser or writer that recurses runs out of stack; 120 KB, far below any limit on size. */
const LEVELS = 20_000
/** Over the 16 KiB that the contract grants. */
const HEADER_BYTES = 20_000

type Check = (answer: Pick<Answer, 'body' | 'headers'>) => Wrong

/** Nothing but an error with this code and a message. */
const errorOf =
  (code: Rule): Check =>
  ({ body }) => {
    const answer = readOnce(body)
    const wrong = object({ error: object({ code, message: text }) })(answer, '')
    if (wrong !== undefined) return wrong
    const { error, ...besides } = answer as { error: object }
    const [stranger] = [...Object.keys(besides), ...Object.keys(error).filter((key) => key !== 'code' && key !== 'message')]
    return stranger === undefined ? undefined : `carries ${stranger} beside its error's code and message`
  }
const errorCode = (code: string): Check => errorOf(is(code))

/** A list such as that of `Allow`, or of challenges, has this word among its elements. */
const header =
  (name: string, word: string): Check =>
  ({ headers }) =>
    (headers[name] ?? '').split(',').some((element) => element.trim().split(' ', 1)[0] === word)
      ? undefined
      : `has no ${name} of ${word}`

/** The answer of success. */
const answers =
  (rule: Rule): Check =>
  ({ body }) =>
    judgeAnswer(body, rule)

type Fields = Pick<Endpoint, 'name' | 'path' | 'status'> & Partial<Omit<Endpoint, 'calls' | 'check'>>

function refusal(fields: Fields, calls: () => Call[], ...checks: readonly Check[]): Endpoint {
  return {
    method: 'GET',
    auth: false,
    type: 'application/json',
    ...fields,
    calls,
    // Few are sent, and what is wrong with a refusal is mostly a detail: each is read.
    check: () => ({
      judge(body, _, headers) {
        for (const check of checks) {
          const wrong = check({ body, headers })
          if (wrong !== undefined) return wrong
        }
        return undefined
      },
    }),
  }
}

const ACTION = { at: 'action', method: 'POST', path: '/api/v1/action', auth: true } as const
const plain = (): Call[] => [{}]
const post =
  (body: Pick<Call, 'body' | 'pieces'>, headers: Readonly<Record<string, string>> = JSON_TYPE) =>
  (): Call[] => [{ ...body, headers }]

const bodies: readonly Endpoint[] = [
  refusal(
    { ...ACTION, name: 'malformed_json', status: [400] },
    post({ body: '{"action":"loadgate",' }),
    errorCode('malformed_json'),
  ),
  refusal(
    { ...ACTION, name: 'wrong_content_type', status: [415] },
    post({ body: '{"action":"loadgate","payload":{}}' }, { 'Content-Type': 'text/plain' }),
    errorCode('unsupported_media_type'),
  ),
  refusal(
    { ...ACTION, name: 'oversized_body', status: [413] },
    post({
      pieces: [
        ['{"action":"loadgate","payload":{"fill":"', 1],
        ['x', MIB],
        ['"}}', 1],
      ],
    }),
    errorCode('body_too_large'),
  ),
  refusal(
    { ...ACTION, name: 'deep_json', status: [422] },
    post({
      pieces: [
        ['{"action":"loadgate","payload":', 1],
        ['{"a":', LEVELS],
        ['1', 1],
        ['}', LEVELS + 1],
      ],
    }),
    errorCode('invalid_body'),
  ),
  refusal(
    // `Expect` makes k6 send the head by itself and the body after it: as late as stock k6 can send a body.
    { ...ACTION, name: 'late_body', status: [200, 201] },
    post({ body: '{"action":"loadgate.late","payload":{}}' }, { ...JSON_TYPE, Expect: '100-continue' }),
    answers(object({ id: uuid, action: is('loadgate.late'), payload: is({}), status: is('accepted') })),
  ),
  refusal(
    {
      name: 'unknown_rpc_method',
      at: 'jsonrpc',
      method: 'POST',
      path: '/api/v1/jsonrpc',
      auth: true,
      status: [200],
    },
    post({ body: '{"jsonrpc":"2.0","id":"loadgate-1","method":"loadgate.no_such_method","params":{}}' }),
    ({ body }) =>
      object({
        jsonrpc: is('2.0'),
        id: is('loadgate-1'),
        result: a('none beside the error', (result) => result === undefined),
        error: object({ code: is(-32601), message: text }),
      })(readOnce(body), ''),
  ),
]

/** Encoded and not, forwards and backwards: each layer of a gateway decodes a path once more. */
const CLIMBS = [
  '../../etc/passwd',
  '%2e%2e/%2e%2e/etc/passwd',
  '..%2f..%2f..%2fetc%2fpasswd',
  '%252e%252e/%252e%252e/etc/passwd',
  'resource/..%2f..%2fpackage.json',
  '..%5c..%5cboot.ini',
]
const SECRETS = /root:|\[boot loader\]|"(version|scripts|dependencies)":/

const routes: readonly Endpoint[] = [
  refusal({ name: 'unknown_route', path: '/api/v1/loadgate-no-such-route', status: [404] }, plain, errorCode('not_found')),
  refusal(
    { name: 'wrong_verb', at: 'health', method: 'DELETE', path: '/api/v1/health', status: [405] },
    plain,
    header('Allow', 'GET'),
    errorCode('method_not_allowed'),
  ),
  refusal(
    { name: 'path_traversal', path: '/api/v1', status: [404, 400], auth: true },
    () => CLIMBS.map((climb) => ({ suffix: `/${climb}` })),
    ({ body }) => (SECRETS.test(body) ? 'carries a file of the server' : undefined),
    errorOf(a('a code in snake_case', (code) => typeof code === 'string' && /^[a-z]+(?:_[a-z]+)*$/.test(code))),
  ),
  refusal(
    { name: 'oversized_header', at: 'health', path: '/api/v1/health', status: [431] },
    () => [{ headers: { 'X-Loadgate-Fill': 'x'.repeat(HEADER_BYTES) } }],
    errorCode('headers_too_large'),
  ),
]

const unauthorized = [errorCode('unauthorized'), header('Www-Authenticate', 'Bearer')]
const RESOURCES = { at: 'resources', path: '/api/v1/resources', status: [401], wants: 'authorization' } as const
const BAD = { Authorization: `Bearer ${BAD_TOKEN}` }

const tokens: readonly Endpoint[] = [
  refusal({ ...RESOURCES, name: 'no_token' }, plain, ...unauthorized),
  refusal({ ...RESOURCES, name: 'bad_token' }, () => [{ headers: BAD }], ...unauthorized),
  refusal({ ...RESOURCES, name: 'forged_token', auth: true, token: 'forged' }, plain, ...unauthorized),
  refusal({ ...RESOURCES, name: 'unsigned_token', auth: true, token: 'unsigned', wants: 'token' }, plain, ...unauthorized),
  refusal({ ...RESOURCES, name: 'expired_token', auth: true, token: 'expired', wants: 'expired_token' }, plain, ...unauthorized),
  refusal(
    { name: 'sse_bad_token', at: 'stream', path: '/api/v1/events/stream', status: [401], wants: 'authorization' },
    // A stream of one event: where it is given by mistake it ends by itself, and is judged at once.
    () => [{ query: 'interval=10&count=1', headers: { ...BAD, Accept: 'text/event-stream' } }],
    ({ headers }) => (headers['Content-Type']?.includes('text/event-stream') ? 'is an event stream' : undefined),
    ...unauthorized,
  ),
  refusal(
    { name: 'ws_bad_token', at: 'websocket', path: '/api/v1/ws', status: [401], wants: 'authorization', handshake: true },
    () => [
      {
        query: `token=${BAD_TOKEN}`,
        // The handshake of RFC 6455 as a plain request: a refusal's status and body can then be judged like any other's.
        headers: {
          Connection: 'Upgrade',
          Upgrade: 'websocket',
          'Sec-WebSocket-Version': '13',
          'Sec-WebSocket-Key': 'bG9hZGdhdGUtbG9hZGdhdA==',
        },
      },
    ],
    ...unauthorized,
  ),
]

/** By name, in the order they are sent. */
export const REFUSALS: Readonly<Record<string, Endpoint>> = Object.fromEntries(
  [...bodies, ...routes, ...tokens].map((endpoint) => [endpoint.name, endpoint]),
)
