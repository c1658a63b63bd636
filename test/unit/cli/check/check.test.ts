import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { check } from '../../../../cli/check/check.ts'
import { UsageError } from '../../../../lib/base/errors.ts'
import { folderOf, madeUpProject, put, quietTerminal } from '../made-up-project.ts'
import { ordersApi } from '../orders-api.ts'

const SECRET = 'planted-4f1c9a'
type Json = Record<string, unknown>

const ORDER = { method: 'GET', path: '/orders/:id', values: { id: [7, 8, 9] }, expect: { json: { id: '{id}' } } }

/** Runs check on a target file with these endpoints. */
async function checked(t: TestContext, base_url: string, endpoints: Json, more: Json = {}, env: Record<string, string> = {}) {
  const file = put(
    join(folderOf(t), 'target.json'),
    JSON.stringify({ name: 'orders', base_url, auth: { flow: 'none' }, endpoints, ...more }),
  )
  const { terminal, printed, noted } = quietTerminal()
  const code = await check({ target: file }, madeUpProject(t), terminal, env)
  const text = [...printed, ...noted].join('\n')
  assert.ok(!text.includes(SECRET), text)
  return { code, text, last: noted.at(-1) ?? '' }
}

test('each endpoint is sent once, in order, with every expectation and what came', async (t) => {
  const { url, seen } = await ordersApi(t)
  const create = {
    method: 'POST',
    path: '/orders',
    body: { customer: '{choice:a|b}' },
    expect: { status: [201], json: { customer: '{customer}' } },
  }
  const { code, text } = await checked(t, url, { create, order: ORDER })
  assert.equal(code, 0, text)
  assert.deepEqual(
    seen.map((one) => one.replace(/\d+/, 'n')),
    ['POST /orders', 'GET /orders/n', 'GET /orders/n'],
  )
  assert.notEqual(seen[1], seen[2])
  assert.match(text, /^POST http:\/\/127\.0\.0\.1:\d+\/orders {2}201 {2}[\d.]+ ms {2}create$/m)
  assert.match(text, /^ {2}ok {4}status 201$/m)
  assert.match(text, /^ {2}ok {4}customer = \{customer\}: "[ab]"$/m)
  assert.match(text, /^loadgate check: all 2 endpoints answered correctly$/m)
})

test('a server that gives everybody order 1 is seen', async (t) => {
  const { url } = await ordersApi(t, { alwaysOne: true })
  const { code, text, last } = await checked(t, url, { order: ORDER })
  assert.equal(code, 99)
  assert.match(text, /WRONG id = \{id\}: the answer has id 1, not [789]/)
  assert.equal(last, 'loadgate check: 2 requests were not answered correctly')
})

test('what breakage nothing would notice is named; an expectation that notices none is refused', async (t) => {
  const { url } = await ordersApi(t)
  const strong = await checked(t, url, { order: ORDER })
  assert.match(
    strong.text,
    /proof: \d+ of \d+ breakages noticed; not: no customer, no note, no lines, .*another type of customer/,
  )
  assert.doesNotMatch(strong.text, /not: .*(another id|half|HTML|another request)/)
  const blind = { ...ORDER, expect: { status: [200] } }
  const { code, last, text } = await checked(t, url, { order: blind })
  assert.equal(code, 2)
  assert.match(text, /checked weakly: only the status of its answers is looked at/)
  assert.match(
    last,
    /endpoints\.order\.expect: notices none of \d+ breakages of its answer; say what it carries \(expect\.json\), or why nobody can: "weak": "…"$/,
  )
  const excused = await checked(t, url, { order: { ...blind, weak: 'the id is secret' } })
  assert.equal(excused.code, 0)
  assert.match(excused.text, /checked weakly, says the file: the id is secret/)
})

test('a schema counts for every breakage, though a run samples it', async (t) => {
  const { url } = await ordersApi(t)
  const schema = { type: 'object', required: ['id', 'customer', 'note', 'lines'], properties: { customer: { type: 'string' } } }
  const { text } = await checked(t, url, { order: { ...ORDER, expect: { ...ORDER.expect, schema } } })
  assert.match(text, /its schema \(a run looks at the first answers and one in \d+\)$/m)
  assert.doesNotMatch(text, /not: .*(no (customer|note|lines)[,\n]|another type of customer)/)
})

test('what answers give is taken by later requests, whatever the order of the file', async (t) => {
  const { url, seen } = await ordersApi(t)
  const order = { method: 'GET', path: '/orders/{order_id}', expect: { json: { id: '{order_id}' } } }
  const create = {
    method: 'POST',
    path: '/orders',
    body: { customer: 'a' },
    expect: { status: [201], json: { customer: '{customer}' } },
    take: { order_id: 'id' },
  }
  assert.equal((await checked(t, url, { order, create })).code, 0)
  assert.deepEqual(seen, ['POST /orders', 'GET /orders/21'])
})

test('a chain that broke upstream is said, and not sent', async (t) => {
  const { url, seen } = await ordersApi(t, { page: true })
  const order = { method: 'GET', path: '/orders/{order_id}', expect: { json: { id: '{order_id}' } } }
  const create = {
    method: 'POST',
    path: '/orders',
    body: { customer: 'a' },
    expect: { status: [201], type: 'application/json' },
    take: { order_id: 'id' },
  }
  const { code, text } = await checked(t, url, { create, order })
  assert.equal(code, 99)
  assert.deepEqual(seen, ['POST /orders'])
  assert.match(text, /it is a page: is http:\/\/127\.0\.0\.1:\d+ where the API is \(base_url\)\?/)
  assert.match(text, /^GET \/orders\/\{order_id\} {2}not sent {2}order\n {2}WRONG no answer before it gave \{order_id\}$/m)
})

test('only what the mix has is sent', async (t) => {
  const { url, seen } = await ordersApi(t)
  const remove = { method: 'DELETE', path: '/orders/7' }
  const { code, text } = await checked(t, url, { order: ORDER, remove }, { mix: { order: 1 } })
  assert.equal(code, 0)
  assert.ok(seen.every((one) => one.startsWith('GET ')))
  assert.match(text, /^not sent, since the mix has not: remove$/m)
})

test('the authorization is told, and never shown', async (t) => {
  const { url } = await ordersApi(t, { token: SECRET })
  const bearer = { auth: { flow: 'bearer' } }
  const right = await checked(t, url, { order: ORDER }, bearer, { TOKEN: SECRET })
  assert.equal(right.code, 0)
  assert.match(right.text, /^GET \S+ {2}200 {2}[\d.]+ ms {2}order {2}Authorization: Bearer <redacted>$/m)
  const wrong = await checked(t, url, { order: ORDER }, bearer, { TOKEN: 'another-token' })
  assert.equal(wrong.code, 99)
  assert.match(wrong.text, /401: it does not take what was sent: is TOKEN right, and not over\?/)
  const none = await checked(t, url, { order: ORDER })
  assert.match(none.text, /401: it wants an authorization \(TOKEN in the environment and --auth bearer, or auth\.flow/)
  await assert.rejects(checked(t, url, { order: ORDER }, bearer), /^UsageError: setting TOKEN: missing/)
})

test('who has no token, or one that nobody has given out, must be refused', async (t) => {
  const bearer = { auth: { flow: 'bearer' } }
  const { url, seen } = await ordersApi(t, { token: SECRET })
  const { code, text, last } = await checked(t, url, { order: ORDER }, bearer, { TOKEN: SECRET })
  assert.equal(code, 0, text)
  assert.equal(seen.length, 7)
  assert.match(text, /401 .*order\.no_token {2}no authorization\n {2}ok {4}status 401\n/)
  assert.match(text, /401 .*order\.bad_token {2}Authorization: Bearer <redacted>, bad\n {2}ok {4}status 401\n/)
  assert.match(text, /401 .*order\.forged_token {2}Authorization: Bearer <redacted>, forged\n {2}ok {4}status 401\n/)
  assert.equal(last, 'loadgate check: the endpoint answered correctly')
  const open = await checked(t, (await ordersApi(t)).url, { order: ORDER }, bearer, { TOKEN: SECRET })
  assert.equal(open.code, 99, open.text)
  assert.match(open.text, /WRONG the answer has status 200, not 401 or 403/)
  assert.match(open.text, /200: it serves who has no right to it; if it is for everybody: endpoints\.order\.auth: false/)
  const everybody = { ...ORDER, refused: false }
  const shut = await checked(t, (await ordersApi(t)).url, { order: everybody }, bearer, { TOKEN: SECRET })
  assert.equal(shut.code, 0, shut.text)
})

test('a token that somebody has made of the right one must be refused', async (t) => {
  const { url } = await ordersApi(t, { token: `e30.${SECRET}.c2lnbmVk`, believes: true })
  const { code, text } = await checked(
    t,
    url,
    { order: ORDER },
    { auth: { flow: 'bearer' } },
    { TOKEN: `e30.${SECRET}.c2lnbmVk` },
  )
  assert.equal(code, 99, text)
  for (const form of ['extended', 'forged', 'unsigned'])
    assert.match(
      text,
      new RegExp(`200 .*order\\.${form}_token {2}Authorization: Bearer <redacted>, ${form}\n {2}WRONG the answer has status 200`),
    )
  assert.match(text, /401 .*order\.bad_token/)
})

test('a token endpoint that is not there is said where it hurts', async (t) => {
  const password = { auth: { flow: 'password', username: 'u', password: SECRET, token_path: '/auth/token' } }
  const guarded = await checked(t, (await ordersApi(t, { token: SECRET })).url, { order: ORDER }, password)
  assert.equal(guarded.code, 99)
  assert.match(
    guarded.text,
    /401: the token endpoint answered 404: POST \S+\/auth\/token; does this gateway want auth at all\? --auth none/,
  )
  const open = await checked(t, (await ordersApi(t)).url, { order: ORDER }, password)
  assert.equal(open.code, 3)
  assert.match(open.last, /no token: the token endpoint answered 404/)
})

test('nobody there is neither right nor wrong', async (t) => {
  const { code, last, text } = await checked(t, 'http://127.0.0.1:9', { order: ORDER })
  assert.equal(code, 3)
  assert.match(text, /the answer did not come: nobody listens there/)
  assert.match(last, /nobody answered; is the gateway running/)
})

test('the nearest mend goes with a wrong status', async (t) => {
  const { url } = await ordersApi(t)
  const { text } = await checked(t, url, { gone: { method: 'GET', path: '/gone' }, order: { ...ORDER, path: '/nothing/:id' } })
  assert.match(text, /404: is the path right\? It is below http/)
  assert.match(text, /404: does that id exist\? Values that do belong into endpoints\.order\.values\.id/)
})

test('what is no use to check is refused before anything is sent', async (t) => {
  const { url, seen } = await ordersApi(t)
  const nothing = checked(t, url, {}, { others: false })
  await assert.rejects(nothing, /endpoints: expected an endpoint that one request can be sent to, found none/)
  await assert.rejects(checked(t, 'https://api.example.com', { order: ORDER }), /ALLOW_TARGET/)
  const { terminal } = quietTerminal()
  await assert.rejects(
    check({}, madeUpProject(t), terminal, {}),
    (error) => error instanceof UsageError && /^--target: missing/.test(error.message),
  )
  assert.deepEqual(seen, [])
})
