import assert from 'node:assert/strict'
import { test } from 'node:test'
import { draftOfHar } from '../../../../cli/init/har/har.ts'
import { isId } from '../../../../cli/init/har/paths.ts'
import { targetFileOf } from '../../../../cli/init/target-file.ts'
import { UsageError } from '../../../../lib/base/errors.ts'
import { describe, type Surroundings } from '../../../../lib/described/describe.ts'
import { describedEndpoint } from '../../../../lib/described/endpoint.ts'
import type { DescribedFile } from '../../../../lib/described/schema.ts'
import { VuState } from '../../../../lib/endpoint/vu-state.ts'
import type { FileEndpoint } from '../../../../lib/target/schema.ts'

const SECRET = 'planted-4f1c9a'
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlc2lnbmF0dXJl'

interface Entry {
  url: string
  method?: string
  headers?: Record<string, string>
  post?: { mimeType: string; text: string }
  status?: number
  type?: string
  json?: unknown
  text?: string
}
const entry = ({ url, method = 'GET', headers = {}, post, status = 200, type = 'application/json', json, text }: Entry) => ({
  request: {
    method,
    url: /^\w+:/.test(url) ? url : `https://api.example.com${url}`,
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    ...(post === undefined ? {} : { postData: post }),
  },
  response: {
    status,
    headers: [],
    content: { mimeType: type, ...(json === undefined && text === undefined ? {} : { text: text ?? JSON.stringify(json) }) },
  },
})
const recording = (...entries: Entry[]) => JSON.stringify({ log: { version: '1.2', entries: entries.map(entry) } })
function made(text: string, include: string[] = [], baseUrl?: string) {
  const draft = draftOfHar(text, 'x.har', baseUrl)
  return { ...draft, ...targetFileOf(draft, include, 'x.har'), text: JSON.stringify(draft) }
}
const valuesOf = (endpoint: FileEndpoint | undefined) => (endpoint === false ? undefined : endpoint?.values)
const order = (id: number) => ({
  url: `/orders/${id}`,
  json: { id, customer: `c${id}`, note: id === 7 ? null : 'a', total: id / 2 },
})

test('requests are put together to templates, with values, weights, and what answers have in common', () => {
  const { file } = made(
    recording(
      order(7),
      order(8),
      order(9),
      {
        url: '/orders?limit=2',
        json: [
          { id: 7, open: true },
          { id: 8, open: false },
        ],
      },
      order(7),
    ),
  )
  assert.equal(file.base_url, 'https://api.example.com')
  assert.deepEqual(file.mix, { get_orders: 4, get_orders_2: 1 })
  assert.deepEqual(file.endpoints.get_orders, {
    method: 'GET',
    path: '/orders/{order_id}',
    values: { order_id: ['7', '8', '9'] },
    expect: {
      status: [200],
      type: 'application/json',
      json: { id: '{order_id}', customer: { type: 'string' }, total: { type: 'number' } },
    },
  })
  assert.deepEqual(file.endpoints.get_orders_2, {
    method: 'GET',
    path: '/orders',
    query: { limit: '2' },
    expect: {
      status: [200],
      type: 'application/json',
      json: { $: { type: 'array' }, '[*].id': { type: 'integer' }, '[*].open': { type: 'boolean' } },
    },
  })
})

test('what was recorded in some combinations only is not sent in others', () => {
  const line = (user: number, item: number) => ({ url: `/users/${user}/items/${item}`, json: { id: item } })
  const { file } = made(recording(line(1, 10), line(1, 11), line(2, 20)))
  const { get_users_items: endpoint } = file.endpoints
  assert.deepEqual(valuesOf(endpoint), { item_id: ['10', '11'], user_id: ['1'] })
  const whole = made(recording(line(1, 10), line(1, 11), line(2, 10), line(2, 11))).file.endpoints.get_users_items
  assert.deepEqual(valuesOf(whole), { user_id: ['1', '2'], item_id: ['10', '11'] })
})

test('files of pages, other hosts, errors and other protocols are left out, and counted', () => {
  const { file, leftOut } = made(
    recording(
      order(7),
      order(8),
      { url: '/app.js', type: 'text/javascript' },
      { url: '/logo', type: 'image/png' },
      { url: 'https://cdn.example.com/x', json: {} },
      { url: '/gone', status: 404, json: {} },
      { url: '/live', type: 'text/event-stream' },
      { url: '/pre', method: 'OPTIONS' },
      { url: 'wss://api.example.com/ws' },
      { url: '/none', status: 0 },
    ),
  )
  assert.deepEqual(Object.keys(file.endpoints), ['get_orders'])
  assert.deepEqual(
    new Set(leftOut),
    new Set([
      '2 requests: files of pages (scripts, styles, images, fonts)',
      '1 request: over another protocol than HTTP (WebSocket, data)',
      '1 request: OPTIONS',
      '1 request: to another host (cdn.example.com)',
      '1 request: answered 404: an error is nothing to expect',
      '1 request: endless event streams',
      '1 request: without an answer',
    ]),
  )
})

test('no secret of a recording is written, and each place is named', () => {
  const headers = { Authorization: `Bearer ${SECRET}`, Cookie: `sid=${SECRET}`, 'X-Api-Key': SECRET }
  const { file, redacted, off, text } = made(
    recording(
      { ...order(7), headers },
      { ...order(8), headers },
      { url: `/me?access_token=${SECRET}`, json: { id: 1 } },
      { url: `/reset/${JWT}`, json: { ok: true } },
      {
        url: '/login',
        method: 'POST',
        post: {
          mimeType: 'application/json',
          text: JSON.stringify({ user: 'ann', password: SECRET, deep: { apiKey: SECRET, at: JWT } }),
        },
        json: { token: SECRET },
      },
      {
        url: '/form',
        method: 'POST',
        post: { mimeType: 'application/x-www-form-urlencoded', text: `user=ann&client_secret=${SECRET}` },
        json: { ok: true },
      },
    ),
    ['POST /login'],
  )
  assert.ok(!text.includes(SECRET) && !text.includes(JWT), text)
  assert.ok(!JSON.stringify(file).includes(SECRET))
  assert.deepEqual(file.auth, { flow: 'bearer' })
  assert.deepEqual(redacted, [
    'header authorization',
    'header cookie',
    'header x-api-key',
    'GET /me: access_token of the query',
    'POST /login: password of the body',
    'POST /login: deep.apiKey of the body',
    'POST /login: deep.at of the body',
    'POST /form: client_secret of the form',
  ])
  assert.deepEqual(
    off.map(({ said, why }) => `${said}: ${why}`),
    [
      'GET /me: its query had a secret (access_token)',
      'POST /form: its body had a secret; write REDACTED over in endpoints.post_form.body',
    ],
  )
  const { get_me: me } = file.endpoints
  assert.equal(me !== false && me?.auth, false)
})

test('an echo counts where the value varied, or where its name says so', () => {
  const one = made(recording({ url: '/a/7', json: { count: 7, id: 7 } })).file.endpoints.get_a
  assert.deepEqual(one && 'expect' in one && one.expect?.json, { count: { type: 'integer' }, id: '{a_id}' })
  const two = made(recording({ url: '/a/7', json: { data: { no: 7 } } }, { url: '/a/8', json: { data: { no: 8 } } })).file
    .endpoints.get_a
  assert.deepEqual(two && 'expect' in two && two.expect?.json, { data: { type: 'object' }, 'data.no': '{a_id}' })
})

test('a server that answered everything alike has no echo', () => {
  const { get_a: endpoint } = made(recording({ url: '/a/7', json: { id: 7 } }, { url: '/a/8', json: { id: 7 } })).file.endpoints
  assert.deepEqual(endpoint && 'expect' in endpoint && endpoint.expect?.json, { id: { type: 'integer' } })
})

test('ids are told from words', () => {
  for (const id of [
    '7',
    '0042',
    '3f2504e0-4f89-11d3-9a0c-0305e82c3301',
    '5f1d7a84ab3c8e0012345678',
    'r-0042',
    '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    'ord_123',
  ])
    assert.ok(isId(id), id)
  for (const word of ['orders', 'v1', 'v2.1', 'api', 'order-lines', 'healthz', 'me', 'face']) assert.ok(!isId(word), word)
})

test('the host of --base-url is taken, or the most frequent one', () => {
  const text = recording(order(7), { url: 'http://127.0.0.1:9/b', json: { ok: true } }, order(8))
  assert.equal(made(text).file.base_url, 'https://api.example.com')
  assert.deepEqual(Object.keys(made(text, [], 'http://127.0.0.1:9').file.endpoints), ['get_b'])
  assert.throws(
    () => made(text, [], 'http://127.0.0.1:8'),
    /^UsageError: --base-url: nothing in x\.har was sent to http:\/\/127\.0\.0\.1:8; it has https:\/\/api\.example\.com \(2\), http:\/\/127\.0\.0\.1:9 \(1\)$/,
  )
})

test('what is no recording is one sentence', () => {
  for (const [text, message] of [
    ['{"log":{', /^x\.har: expected JSON, found something else/],
    ['[]', /^x\.har: log\.entries: expected a recording .*found nothing there$/],
    ['{"openapi":"3.1.0"}', /found an OpenAPI document; give it with --openapi$/],
    ['{"log":{"entries":5}}', /found no list$/],
    ['{"log":{"entries":[]}}', /expected at least one request, found none$/],
    ['{"log":{"entries":[null,5,{"request":{}}]}}', /found none over HTTP$/],
    [recording({ url: '/a.css', type: 'text/css' }), /found files of pages only/],
    [recording({ url: '/a', status: 500 }), /none of its 1 requests can be sent again \(1 request: answered 500/],
    [
      recording({ url: '/a', method: 'POST', json: {} }),
      /none of its operations is safe to load unasked \(POST \/a.*--include "POST \/a"$/,
    ],
  ] as const)
    assert.throws(
      () => made(text),
      (error: Error) => {
        assert.ok(error instanceof UsageError, error.stack)
        assert.match(error.message, message)
        return true
      },
    )
})

test('words in braces that were sent are sent again as they were: they are no placeholders', () => {
  const query = 'query Order($id:ID!){order(id:$id){id}}'
  const sent = { query, note: '{uuid}', list: ['{now:iso} and {0}', '{a} {open_brace}'] }
  const { file } = made(
    recording(
      { url: '/graphql', method: 'POST', post: { mimeType: 'application/json', text: JSON.stringify(sent) }, json: { data: {} } },
      { url: '/search?filter=%7Bname%7D', json: { found: 1 } },
      { url: '/raw', method: 'POST', post: { mimeType: 'text/plain', text: 'Dear {name},' }, json: { found: 1 } },
    ),
    ['POST /graphql', 'POST /raw'],
  )
  const around: Surroundings = {
    ...{ file: 'x.json', seed: 1, authorized: false, expired: false, values: {}, document: {}, dialect: '2020-12' },
    read: assert.fail,
  }
  const callOf = (name: string) => {
    const written = file.endpoints?.[name] as DescribedFile
    const [found] = describe({ [name]: written }, around)
    assert.ok(found)
    return describedEndpoint(found.described).session(new VuState(1, 'run'), {}).next(0)
  }
  assert.deepEqual(JSON.parse(callOf('post_graphql')?.body ?? ''), sent)
  assert.equal(callOf('post_raw')?.body, 'Dear {name},')
  assert.equal(callOf('get_search')?.query, 'filter=%7Bname%7D')
})
