/**
 * Requests that a gateway must refuse, each with the one valid answer that docs/reference/contract.md has for it; and one odd one
 * that it must accept. Only `failure` sends them, so they are apart from the catalogue, which every VU of every script loads.
 */

import type { Call, Endpoint } from '../endpoint/endpoint.ts'
import { a, checkAnswer, is, object, type Rule, readOnce, text, uuid } from '../endpoint/rules.ts'
import { action } from '../rest/action.ts'
import { events } from '../rest/events.ts'
import { llmComplete } from '../rest/llm.ts'
import { resource } from '../rest/resource.ts'
import { resources } from '../rest/resources.ts'
import { upload } from '../rest/upload.ts'
import { type ErrorCheck, errorCode, errorOf, header } from './error-answer.ts'
import { FORMS, type Guarded, guarded, unauthorized } from './unauthorized.ts'

const MIB = 1_048_576
const JSON_TYPE = { 'Content-Type': 'application/json' }
/** Deep enough that a parser or writer that recurses runs out of stack; 120 KB, far below any limit on size. */
const LEVELS = 20_000
/** Over the 16 KiB that the contract grants. */
const HEADER_BYTES = 20_000

/** The answer of success. */
const answers =
  (rule: Rule): ErrorCheck =>
  ({ body }) =>
    checkAnswer(body, rule)

type Fields = Pick<Endpoint, 'name' | 'path' | 'status'> & Partial<Omit<Endpoint, 'calls' | 'check'>>

function refusal(fields: Fields, calls: () => Call[], ...checks: readonly ErrorCheck[]): Endpoint {
  return {
    method: 'GET',
    auth: false,
    type: 'application/json',
    ...fields,
    calls,
    // Few are sent, and what is wrong with a refusal is mostly a detail: each is read.
    check: () => ({
      check(body, _, headers) {
        for (const check of checks) {
          const wrong = check({ body, headers })
          if (wrong !== undefined) return wrong
        }
        return undefined
      },
    }),
  }
}

const NOBODY = 'loadgate-nobody'
const ACTION = { at: 'action', method: 'POST', path: '/api/v1/action', auth: true } as const
const plain = (): Call[] => [{}]
const post =
  (body: Pick<Call, 'body' | 'pieces'>, headers: Readonly<Record<string, string>> = JSON_TYPE) =>
  (): Call[] => [{ ...body, headers }]

/** JSON, and no action. */
const WRONG_SHAPES = [
  '[]',
  '{"payload":{}}',
  '{"action":"","payload":{}}',
  `{"action":"${'x'.repeat(65)}","payload":{}}`,
  '{"action":"loadgate","payload":[]}',
  '{"action":"loadgate","payload":{},"ref":1}',
]

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
    { ...ACTION, name: 'wrong_shape', status: [422] },
    () => WRONG_SHAPES.map((body) => ({ body, headers: JSON_TYPE })),
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

const WRONG_PAGES = ['limit=0&offset=0', 'limit=101&offset=0', 'limit=20&offset=-1', 'limit=few&offset=0']

const routes: readonly Endpoint[] = [
  refusal(
    { name: 'unknown_id', at: 'resource', path: '/api/v1/resource/:id', auth: true, status: [404] },
    () => [{ params: { id: NOBODY } }],
    errorCode('not_found'),
  ),
  refusal(
    { name: 'wrong_page', at: 'resources', path: '/api/v1/resources', auth: true, status: [422] },
    () => WRONG_PAGES.map((query) => ({ query })),
    errorCode('invalid_query'),
  ),
  refusal({ name: 'unknown_route', path: '/api/v1/loadgate-no-such-route', status: [404] }, plain, errorCode('not_found')),
  refusal(
    { name: 'wrong_verb', at: 'health', method: 'DELETE', path: '/api/v1/health', status: [405] },
    plain,
    header('Allow', 'GET'),
    errorCode('method_not_allowed'),
  ),
  refusal(
    { name: 'path_traversal', path: '/api/v1', status: [404, 400], auth: true, each: true },
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

const about = { agent_id: NOBODY }
const task = { task_id: NOBODY }
/** Methods of JSON-RPC, each with params that it could take: none may act for who has no right. */
export const METHODS: readonly (readonly [method: string, params: object])[] = [
  ['agent.ping', about],
  ['agent.register', { ...about, name: NOBODY, capabilities: [NOBODY] }],
  ['agent.discover', { capability: NOBODY, limit: 1 }],
  ['agent.unregister', about],
  ['task.create', { ...about, type: NOBODY, input: {} }],
  ['task.get', task],
  ['task.query', { ...about, limit: 1 }],
  ['task.cancel', task],
  ['health.get_stats', {}],
  ['route.message', { from: NOBODY, to: NOBODY, message: {} }],
]
const MESSAGE = { messageId: NOBODY, role: 'ROLE_USER', parts: [{ text: 'Is anybody there?' }] }
const A2A_METHODS: typeof METHODS = [
  ['SendMessage', { message: MESSAGE }],
  ['SendStreamingMessage', { message: MESSAGE }],
  ['GetTask', { id: NOBODY }],
  ['ListTasks', { pageSize: 1 }],
  ['CancelTask', { id: NOBODY }],
]
const rpc = (methods: typeof METHODS, headers: Readonly<Record<string, string>> = JSON_TYPE) => ({
  method: 'POST' as const,
  path: '/api/v1/jsonrpc',
  calls: (): Call[] =>
    methods.map(([method, params]) => ({
      body: JSON.stringify({ jsonrpc: '2.0', id: 'loadgate-1', method, params }),
      headers,
    })),
})

const INTEGRATION = '/api/v1/integration'
const read = (at: string, path: string, call: Call): Guarded => ({
  ...{ at, method: 'GET', path: INTEGRATION + path },
  calls: () => [call],
})
const write = (at: string, path: string, body: string, headers: Readonly<Record<string, string>> = JSON_TYPE): Guarded => ({
  ...{ at, method: 'POST', path: INTEGRATION + path },
  calls: () => [{ body, headers }],
})

/** Everything of the contract that wants authorization. */
export const GUARDED: readonly Guarded[] = [
  ...[resource, resources, action, events].map(guarded),
  {
    ...{ at: 'stream', method: 'GET', path: '/api/v1/events/stream' },
    // A stream of one event: where it is given by mistake it ends by itself, and is checked at once.
    calls: () => [{ query: 'interval=10&count=1', headers: { Accept: 'text/event-stream' } }],
  },
  {
    ...{ at: 'websocket', method: 'GET', path: '/api/v1/ws', handshake: true },
    calls: () => [
      {
        // The handshake of RFC 6455 as a plain request: a refusal's status and body can then be checked like any other's.
        headers: {
          Connection: 'Upgrade',
          Upgrade: 'websocket',
          'Sec-WebSocket-Version': '13',
          'Sec-WebSocket-Key': 'bG9hZGdhdGUtbG9hZGdhdA==',
        },
      },
    ],
  },
  { at: 'jsonrpc', ...rpc(METHODS) },
  { at: 'a2a', ...rpc(A2A_METHODS, { ...JSON_TYPE, 'A2A-Version': '1.0' }) },
  guarded(llmComplete),
  guarded(upload),
  write('webhook_create', '/webhooks', `{"url":"internal:sink","events":["${NOBODY}"]}`),
  read('webhook_list', '/webhooks', { query: 'limit=1&offset=0' }),
  read('webhook_stats', '/webhooks/:id/stats', { params: { id: NOBODY } }),
  write('event_publish', '/events/publish', `{"type":"${NOBODY}","data":{}}`),
]

const tokens: readonly Endpoint[] = GUARDED.flatMap((endpoint) =>
  (Object.keys(FORMS) as (keyof typeof FORMS)[]).map((form) => unauthorized(endpoint, form)),
)

/** By name, in the order they are sent. */
export const REFUSALS: Readonly<Record<string, Endpoint>> = Object.fromEntries(
  [...bodies, ...routes, ...tokens].map((endpoint) => [endpoint.name, endpoint]),
)
