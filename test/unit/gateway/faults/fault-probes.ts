import assert from 'node:assert/strict'
import { Agent, get } from 'node:http'
import type { TestContext } from 'node:test'
import { type Faulty, until } from '../app-under-test.ts'
import { connect, Refused } from '../socket-client.ts'

/** How it is shown that a fault acts: what to order, what to look at, and what a gateway without it answers. */
export interface Probe {
  readonly order?: object
  /** Throws while the gateway is right; passes when the fault shows. */
  readonly shows: (gateway: Faulty, t: TestContext) => Promise<void>
}

interface Got {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly ms: number
}

/** Asks one after another over connections that are kept where the gateway keeps them: how many found one, and how many got no answer. */
async function onConnections({ url }: Faulty, times: number): Promise<{ reused: number; errors: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  let reused = 0
  let errors = 0
  for (let turn = 0; turn < times; turn++)
    await new Promise<void>((resolve) => {
      const asked = get(`${url}${HEALTH}`, { agent }, (answer) => {
        if (asked.reusedSocket) reused++
        answer.resume().on('end', () => setImmediate(resolve))
      }).on('error', () => {
        errors++
        resolve()
      })
    })
  agent.destroy()
  return { reused, errors }
}

const json = (got: Got) => JSON.parse(got.text)

async function call(
  gateway: Faulty,
  path: string,
  init: RequestInit & { json?: unknown; token?: string | null } = {},
): Promise<Got> {
  const { json: body, token = gateway.token, headers, ...rest } = init
  const started = performance.now()
  const answer = await fetch(`${gateway.url}${path}`, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    ...rest,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, text, ms: performance.now() - started }
}

const HEALTH = '/api/v1/health'
const RESOURCE = '/api/v1/resource/r-0042'
const LIST = '/api/v1/resources'
const ACTION = '/api/v1/action'
const RPC = '/api/v1/jsonrpc'
const CARD = '/.well-known/agent-card.json'
const HOOKS = '/api/v1/integration/webhooks'

const act = (gateway: Faulty) => call(gateway, ACTION, { json: { action: 'go', payload: { a: 1 }, ref: 'x' } })
const ping = { jsonrpc: '2.0', id: 1, method: 'agent.ping', params: { agent_id: 'a' } }

const slower = (path: string, ms: number) => async (gateway: Faulty) => {
  const got = await call(gateway, path)
  assert.equal(got.status, 200)
  assert.ok(got.ms >= ms - 2, `${got.ms} ms`)
}

const status = (path: string, expected: number) => async (gateway: Faulty) => {
  assert.equal((await call(gateway, path)).status, expected)
}

const broken = (path: string) => (gateway: Faulty) => assert.rejects(call(gateway, path), TypeError)

async function ticks(gateway: Faulty, count = 12, headers: Record<string, string> = {}): Promise<number[]> {
  const { text } = await call(gateway, `/api/v1/events/stream?interval=10&count=${count}`, { headers })
  return [...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]))
}

/** The numbers of the first events of a topic. */
async function heard(gateway: Faulty, t: TestContext, count: number): Promise<number[]> {
  const client = await connect(t, gateway)
  client.send({ type: 'subscribe', topic: `topic-${Math.random()}` })
  await until(`${count} events came`, () => client.ofType('event').length >= count)
  return client.ofType('event').map((event) => Number(event.seq))
}

async function webhookWith(gateway: Faulty, delivered: number): Promise<void> {
  const { id } = json(await call(gateway, HOOKS, { json: { url: 'internal:sink', events: ['e'] } }))
  await call(gateway, '/api/v1/integration/events/publish', { json: { type: 'e', data: {} } })
  const stats = json(await call(gateway, `${HOOKS}/${id}/stats`))
  assert.deepEqual(stats, { id, delivered, failed: 0, pending: 0 })
}

/** The gateway runs in this process, so what holds it up holds up this loop too. */
function held(ms: number): Promise<void> {
  let last = performance.now()
  return until(`the event loop is held for ${ms} ms`, () => {
    const gap = performance.now() - last
    last += gap
    return gap >= ms
  })
}

/** What a streamed task of A2A 1.0 sends. */
async function updates(gateway: Faulty): Promise<{ error?: { code: number }; result?: { unexpected?: boolean } }[]> {
  const message = { role: 'ROLE_USER', messageId: 'm', parts: [{ text: 'hello' }] }
  const { text } = await call(gateway, RPC, {
    json: { ...ping, method: 'SendStreamingMessage', params: { message } },
    headers: { 'a2a-version': '1.0' },
  })
  return [...text.matchAll(/^data: (.*)$/gm)].map((match) => JSON.parse(match[1] ?? ''))
}

const metric = (text: string, name: string): number => Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1])
const expiredToken = (gateway: Faulty): string => {
  const { jwt } = gateway.app
  const now = Date.now()
  return jwt.sign({ sub: 'x', use: 'access', exp: Math.floor(now / 1000) - 60, exp_ms: now - 60_000, jti: 'x' })
}

export const PROBES: Readonly<Record<string, Probe>> = {
  latency: { order: { ms: 60, endpoint: 'health' }, shows: slower(HEALTH, 60) },
  latency_ramp: {
    order: { ms_per_s: 1000, max_ms: 50 },
    shows: (gateway) => until('the wait is at its end', async () => (await call(gateway, HEALTH)).ms >= 48),
  },
  latency_bimodal: {
    order: { fast_ms: 0, slow_ms: 307, slow_percent: 10 },
    async shows(gateway, t) {
      // A machine that stalls makes fast answers slow, but nobody wait so long on purpose.
      const { mock } = t.mock.method(globalThis, 'setTimeout')
      const took = await Promise.all(Array.from({ length: 100 }, async () => (await call(gateway, HEALTH)).ms))
      assert.equal(mock.calls.filter(({ arguments: [, ms] }) => ms === 307).length, 10)
      assert.ok(took.filter((ms) => ms >= 306).length >= 10, `${took}`)
    },
  },
  stall: { order: { ms: 150 }, shows: () => held(140) },
  slow_body: { order: { ms: 80, pieces: 4 }, shows: slower(HEALTH, 60) },
  slow_headers: { order: { ms: 80 }, shows: slower(HEALTH, 70) },

  reused_reset: {
    async shows(gateway) {
      const { reused, errors } = await onConnections(gateway, 4)
      assert.deepEqual([reused, errors], [0, 2], 'every second request meets the connection of the one before')
    },
  },
  close_after_answer: {
    async shows(gateway) {
      assert.deepEqual(await onConnections(gateway, 4), { reused: 0, errors: 0 })
    },
  },
  slow_connect: {
    order: { ms: 80 },
    async shows(gateway) {
      const started = performance.now()
      assert.deepEqual(await onConnections(gateway, 2), { reused: 1, errors: 0 })
      const ms = performance.now() - started
      assert.ok(ms >= 78, `${ms} ms`)
    },
  },

  error_500: { shows: status(HEALTH, 500) },
  error_503: {
    async shows(gateway) {
      const got = await call(gateway, RESOURCE)
      assert.equal(got.status, 503)
      assert.equal(got.headers.get('retry-after'), '1')
    },
  },
  paints_the_screen: {
    async shows(gateway) {
      const got = await call(gateway, HEALTH)
      assert.equal(got.status, 500)
      for (const part of ['\u001b[2J', '\n::warning::', '![image](', '</script>']) assert.ok(got.text.includes(part), part)
    },
  },
  echoes_credentials: {
    async shows(gateway) {
      const got = await call(gateway, HEALTH)
      assert.equal(got.status, 500)
      const said = `Bearer ${gateway.token}`
      for (const form of [said, Buffer.from(said).toString('base64'), Buffer.from(said).toString('hex')])
        assert.ok(got.text.includes(form), form)
    },
  },
  error_502_html: {
    async shows(gateway) {
      const got = await call(gateway, HEALTH)
      assert.equal(got.status, 502)
      assert.match(got.text, /^<html>/)
    },
  },
  not_found: { shows: status(HEALTH, 404) },
  answers_anything: { shows: status('/nowhere', 200) },
  parser_says_400: {
    async shows(gateway) {
      const got = await call(gateway, HEALTH, { headers: { 'x-fill': 'x'.repeat(20_000) } })
      assert.equal(got.status, 400)
    },
  },
  connection_reset: { shows: broken(HEALTH) },
  close_mid_body: { shows: broken(RESOURCE) },
  refuse_connections: { shows: broken(HEALTH) },

  empty_object: {
    async shows(gateway) {
      const got = await act(gateway)
      assert.equal(got.status, 201)
      assert.equal(got.text, '{}')
    },
  },
  another_id: {
    async shows(gateway) {
      assert.equal(json(await call(gateway, RESOURCE)).id, 'r-0043')
    },
  },
  stale_content: {
    async shows(gateway) {
      const listed = json(await call(gateway, `${LIST}?limit=1&offset=42`)).items[0].revision
      assert.equal(json(await call(gateway, RESOURCE)).revision, listed - 1)
    },
  },
  truncated_json: {
    async shows(gateway) {
      const got = await call(gateway, HEALTH)
      assert.throws(() => json(got), SyntaxError)
    },
  },
  missing_items: {
    async shows(gateway) {
      const page = json(await call(gateway, `${LIST}?limit=10`))
      assert.equal(page.items.length, 9)
      assert.equal(page.limit, 10)
    },
  },
  duplicate_items: {
    async shows(gateway) {
      const first = json(await call(gateway, `${LIST}?limit=10`)).items
      const second = json(await call(gateway, `${LIST}?limit=10&offset=10`)).items
      assert.equal(second[0].id, first[9].id)
    },
  },
  wrong_total: {
    async shows(gateway) {
      assert.equal(json(await call(gateway, LIST)).total, 507)
    },
  },
  wrong_content_type: {
    async shows(gateway) {
      assert.match(String((await call(gateway, HEALTH)).headers.get('content-type')), /^text\/html/)
    },
  },
  missing_etag: {
    async shows(gateway) {
      assert.equal((await call(gateway, RESOURCE)).headers.get('etag'), null)
    },
  },
  missing_x_cache: {
    async shows(gateway) {
      assert.equal((await call(gateway, RESOURCE)).headers.get('x-cache'), null)
    },
  },
  action_not_echoed: {
    async shows(gateway) {
      assert.notEqual(json(await act(gateway)).action, 'go')
    },
  },
  action_id_repeated: {
    async shows(gateway) {
      assert.equal(json(await act(gateway)).id, json(await act(gateway)).id)
    },
  },
  unhealthy_status: {
    async shows(gateway) {
      const got = await call(gateway, HEALTH)
      assert.equal(got.status, 200)
      assert.equal(json(got).status, 'degraded')
    },
  },
  upload_wrong_digest: {
    async shows(gateway) {
      const headers = { 'content-type': 'application/octet-stream', 'x-filename': 'a.bin' }
      const got = await call(gateway, '/api/v1/integration/storage/upload', { method: 'POST', body: 'hello', headers })
      assert.equal(json(got).size, 5)
      assert.equal(json(got).sha256, '0'.repeat(64))
    },
  },

  nested_right: {
    async shows(gateway) {
      const { status, parts } = json(await call(gateway, HEALTH))
      assert.equal(status, 'unhealthy')
      assert.equal(parts[0].status, 'healthy')
    },
  },
  html_page_with_id: {
    async shows(gateway) {
      const got = await call(gateway, RESOURCE)
      assert.match(String(got.headers.get('content-type')), /^application\/json/)
      assert.match(got.text, /^<html>.*"id":"r-0042"/)
    },
  },
  error_with_id: {
    async shows(gateway) {
      const got = await call(gateway, RESOURCE)
      assert.equal(got.status, 200)
      assert.equal(json(got).id, 'r-0042')
      assert.equal(json(got).error.code, 'internal_error')
    },
  },
  wrong_type: {
    async shows(gateway) {
      const { revision, tags } = json(await call(gateway, RESOURCE))
      assert.equal(typeof revision, 'string')
      assert.ok(Array.isArray(tags[0]))
    },
  },
  action_rejected: {
    async shows(gateway) {
      const { status, payload, ref } = json(await act(gateway))
      assert.deepEqual([status, payload, ref], ['rejected', {}, 'x'])
    },
  },
  empty_list: {
    async shows(gateway) {
      const { total, items } = json(await call(gateway, LIST))
      assert.deepEqual([total, items], [0, []])
    },
  },
  another_body: {
    async shows(gateway) {
      const first = json(await call(gateway, RESOURCE))
      const second = json(await call(gateway, '/api/v1/resource/r-0043'))
      assert.deepEqual(second, { ...first, id: 'r-0043' })
      assert.equal(first.name, 'Resource 42')
    },
  },

  accepts_expired_tokens: {
    async shows(gateway) {
      assert.equal((await call(gateway, RESOURCE, { token: expiredToken(gateway) })).status, 200)
      assert.equal((await call(gateway, RESOURCE, { token: 'forged' })).status, 401)
    },
  },
  accepts_forged_tokens: {
    async shows(gateway) {
      assert.equal((await call(gateway, RESOURCE, { token: 'forged' })).status, 200)
      assert.equal((await call(gateway, RESOURCE, { token: null })).status, 401)
    },
  },
  accepts_missing_tokens: {
    async shows(gateway) {
      assert.equal((await call(gateway, RESOURCE, { token: null })).status, 200)
      assert.equal((await call(gateway, RESOURCE, { token: 'forged' })).status, 401)
    },
  },
  last_token_only: {
    async shows(gateway) {
      assert.equal((await call(gateway, RESOURCE)).status, 200)
      const credentials = { grant_type: 'password', username: 'loadgate', password: 'loadgate-password' }
      const newer = json(await call(gateway, '/auth/token', { token: null, json: credentials })).access_token
      assert.equal((await call(gateway, RESOURCE, { token: newer })).status, 200)
      assert.equal((await call(gateway, RESOURCE)).status, 401)
    },
  },
  rejects_good_tokens: {
    order: { share: 0.5 },
    async shows(gateway) {
      const statuses: number[] = []
      for (let n = 0; n < 4; n++) statuses.push((await call(gateway, RESOURCE)).status)
      assert.deepEqual(statuses, [200, 401, 200, 401])
    },
  },
  token_endpoint_down: {
    async shows(gateway) {
      assert.equal((await call(gateway, '/auth/token', { json: {} })).status, 503)
      assert.equal((await call(gateway, '/auth/refresh', { json: {} })).status, 422, 'the other one is not touched')
    },
  },
  token_endpoint_401: {
    async shows(gateway) {
      const grant = { grant_type: 'password', username: 'loadgate', password: 'loadgate-password' }
      assert.equal((await call(gateway, '/auth/token', { json: grant })).status, 401)
    },
  },

  never_limits: {
    async shows(gateway) {
      for (let n = 0; n < 10; n++) assert.equal((await call(gateway, RESOURCE)).status, 200)
    },
  },
  limits_too_early: {
    async shows(gateway) {
      const statuses: number[] = []
      for (let n = 0; n < 4; n++) statuses.push((await call(gateway, RESOURCE)).status)
      assert.deepEqual(statuses, [200, 200, 429, 429])
    },
  },
  no_retry_after: {
    async shows(gateway) {
      for (let n = 0; n < 4; n++) assert.equal((await call(gateway, RESOURCE)).status, 200)
      const got = await call(gateway, RESOURCE)
      assert.equal(got.status, 429)
      assert.equal(got.headers.get('retry-after'), null)
    },
  },
  wrong_retry_after: {
    async shows(gateway) {
      for (let n = 0; n < 4; n++) assert.equal((await call(gateway, RESOURCE)).status, 200)
      const got = await call(gateway, RESOURCE)
      assert.deepEqual([got.status, got.headers.get('retry-after')], [429, 'banana'])
    },
  },
  keeps_limiting: {
    order: { ms: 60_000 },
    async shows(gateway, t) {
      for (let n = 0; n < 4; n++) assert.equal((await call(gateway, RESOURCE)).status, 200)
      assert.equal((await call(gateway, RESOURCE)).status, 429)
      // The clock of the limiter goes on, and its first second is long over.
      t.mock.restoreAll()
      assert.equal((await call(gateway, RESOURCE)).status, 429)
    },
  },

  sheds_load: {
    async shows(gateway) {
      const got = await call(gateway, RESOURCE)
      assert.equal(got.status, 429)
      assert.equal(got.headers.get('retry-after'), '1')
    },
  },

  cache_never_hits: {
    async shows(gateway) {
      for (let n = 0; n < 3; n++) assert.equal((await call(gateway, RESOURCE)).headers.get('x-cache'), 'MISS')
    },
  },
  cache_always_stale: {
    async shows(gateway) {
      const got = await call(gateway, RESOURCE)
      assert.equal(got.headers.get('x-cache'), 'HIT')
      assert.equal(json(got).revision, 0)
    },
  },

  ignores_if_none_match: {
    async shows(gateway) {
      const etag = String((await call(gateway, CARD)).headers.get('etag'))
      assert.equal((await call(gateway, CARD, { headers: { 'if-none-match': etag } })).status, 200)
    },
  },

  sse_lost_event: {
    order: { share: 0.25 },
    async shows(gateway) {
      assert.deepEqual(await ticks(gateway), [1, 2, 3, 5, 6, 7, 9, 10, 11])
    },
  },
  sse_duplicate_event: {
    order: { share: 0.25 },
    async shows(gateway) {
      assert.deepEqual(await ticks(gateway, 8), [1, 2, 3, 4, 4, 5, 6, 7, 8, 8])
    },
  },
  sse_reordered_events: {
    order: { share: 0.25 },
    async shows(gateway) {
      assert.deepEqual(await ticks(gateway, 7), [1, 2, 3, 5, 4, 6, 7])
    },
  },
  sse_stalls: {
    order: { after_events: 3 },
    async shows(gateway) {
      const stop = new AbortController()
      const answer = await fetch(`${gateway.url}/api/v1/events/stream?interval=10`, {
        headers: { authorization: `Bearer ${gateway.token}` },
        signal: stop.signal,
      })
      let seen = ''
      const count = () => seen.match(/^id:/gm)?.length ?? 0
      const reading = assert.rejects(async () => {
        for await (const chunk of answer.body ?? []) seen += Buffer.from(chunk).toString()
      }, 'the stream stays open')
      await until('three events came', () => count() >= 3)
      // The time of twenty more.
      setTimeout(() => stop.abort(), 200)
      await reading
      assert.equal(count(), 3)
    },
  },
  sse_closes_early: {
    order: { after_events: 3 },
    async shows(gateway) {
      assert.deepEqual(await ticks(gateway), [1, 2, 3])
    },
  },
  sse_ignores_last_event_id: {
    async shows(gateway) {
      assert.deepEqual(await ticks(gateway, 2, { 'last-event-id': '40' }), [1, 2])
    },
  },

  sse_wrong_event: {
    order: { share: 0.5 },
    async shows(gateway) {
      const { text } = await call(gateway, '/api/v1/events/stream?interval=10&count=4')
      assert.deepEqual(
        [...text.matchAll(/^data: (.*)$/gm)].map((match) => match[1] === '{}'),
        [false, true, false, true],
      )
    },
  },

  ws_refuses: {
    order: { share: 0.5 },
    async shows(gateway, t) {
      await connect(t, gateway)
      await assert.rejects(connect(t, gateway), (error) => error instanceof Refused && error.status === 503)
      await connect(t, gateway)
    },
  },
  ws_drops: {
    order: { after_open_s: 0.05 },
    async shows(gateway, t) {
      const { socket } = await connect(t, gateway)
      const code = await new Promise((resolve) => socket.on('close', resolve))
      assert.equal(code, 1006)
    },
  },
  ws_lost_event: {
    order: { share: 0.25 },
    async shows(gateway, t) {
      assert.deepEqual((await heard(gateway, t, 6)).slice(0, 6), [1, 2, 3, 5, 6, 7])
    },
  },
  ws_duplicate_event: {
    order: { share: 0.25 },
    async shows(gateway, t) {
      assert.deepEqual((await heard(gateway, t, 6)).slice(0, 6), [1, 2, 3, 4, 4, 5])
    },
  },
  ws_reordered_events: {
    order: { share: 0.25 },
    async shows(gateway, t) {
      assert.deepEqual((await heard(gateway, t, 6)).slice(0, 6), [1, 2, 3, 5, 4, 6])
    },
  },
  ws_delays_pongs: {
    order: { ms: 100 },
    async shows(gateway, t) {
      const client = await connect(t, gateway)
      const sent = performance.now()
      client.send({ type: 'ping', id: 1 })
      await client.next('pong')
      assert.ok(performance.now() - sent >= 98)
    },
  },
  ws_no_pongs: {
    async shows(gateway, t) {
      const client = await connect(t, gateway)
      client.send({ type: 'ping', id: 1 })
      // Frames keep their order, so the answer to this one would come after the pong.
      client.send({ type: 'unsubscribe', topic: 'x' })
      await client.next('unsubscribed')
      assert.deepEqual(client.ofType('pong'), [])
    },
  },
  ws_wrong_frame: {
    order: { share: 0.5 },
    async shows(gateway, t) {
      const client = await connect(t, gateway)
      client.send({ type: 'subscribe', topic: 'x' })
      await client.next('surprise')
      await client.next('event')
    },
  },
  ws_late_events: {
    order: { behind: 3 },
    async shows(gateway, t) {
      const client = await connect(t, gateway)
      client.send({ type: 'subscribe', topic: 'x' })
      const { sent_at } = await client.next('event')
      const lateMs = Date.now() - Number(sent_at)
      // After an event that was held up the next one comes at once, the others at their distance of 10 ms.
      assert.ok(lateMs >= 17, `${lateMs} ms for two intervals of 10`)
    },
  },
  ws_no_greeting: {
    async shows(gateway, t) {
      const client = await connect(t, gateway)
      client.send({ type: 'ping', id: 1 })
      await client.next('pong')
      assert.deepEqual(client.ofType('connection'), [])
    },
  },
  ws_ignores_subscriptions: {
    async shows(gateway, t) {
      const client = await connect(t, gateway)
      client.send({ type: 'subscribe', topic: 'x' })
      client.send({ type: 'ping', id: 1 })
      await client.next('pong')
      assert.deepEqual(client.ofType('subscribed'), [])
    },
  },
  ws_ignores_close: {
    async shows(gateway, t) {
      const { socket } = await connect(t, gateway)
      const code = new Promise((resolve) => socket.on('close', resolve))
      socket.close(1000)
      assert.equal(await code, 1006)
    },
  },
  ws_clock_ahead: {
    order: { ms: 60_000 },
    async shows(gateway, t) {
      const client = await connect(t, gateway)
      client.send({ type: 'ping', id: 1 })
      client.send({ type: 'subscribe', topic: 'x' })
      for (const type of ['pong', 'event']) assert.ok(Number((await client.next(type)).sent_at) > Date.now() + 50_000, type)
    },
  },

  rpc_error: {
    async shows(gateway) {
      const got = await call(gateway, RPC, { json: ping })
      assert.equal(got.status, 200)
      assert.equal(json(got).error.code, -32_603)
      assert.equal('result' in json(got), false)
    },
  },
  rpc_wrong_id: {
    async shows(gateway) {
      assert.equal(json(await call(gateway, RPC, { json: ping })).id, 2)
    },
  },
  rpc_missing_batch_answer: {
    async shows(gateway) {
      assert.equal(json(await call(gateway, RPC, { json: ping })).id, 1, 'a single call is not touched')
      assert.equal(json(await call(gateway, RPC, { json: [ping, { ...ping, id: 2 }] })).length, 1)
    },
  },
  rpc_success_false: {
    order: { method: 'agent.register' },
    async shows(gateway) {
      const params = { agent_id: 'a', name: 'A', capabilities: [] }
      await call(gateway, RPC, { json: { ...ping, method: 'agent.register', params } })
      assert.equal(json(await call(gateway, RPC, { json: ping })).result.success, true, 'another method is not touched')
      const got = json(await call(gateway, RPC, { json: { ...ping, method: 'agent.register', params } }))
      assert.equal(got.result.success, false)
    },
  },
  rpc_wrong_result: {
    async shows(gateway) {
      assert.deepEqual(json(await call(gateway, RPC, { json: ping })).result, { unexpected: true })
    },
  },
  rpc_stream_error: {
    async shows(gateway) {
      assert.equal((await updates(gateway)).filter(({ error }) => error?.code === -32_603).length, 3)
    },
  },
  rpc_stream_wrong_result: {
    order: { share: 0.5 },
    async shows(gateway) {
      assert.equal((await updates(gateway)).filter(({ result }) => result?.unexpected).length, 1)
    },
  },
  rpc_lists_gone_agents: {
    async shows(gateway) {
      const ask = async (method: string, params: object) =>
        json(await call(gateway, RPC, { json: { ...ping, method, params } })).result
      for (const agent_id of ['a', 'b']) await ask('agent.register', { agent_id, name: 'A', capabilities: [`of-${agent_id}`] })
      await ask('agent.unregister', { agent_id: 'a' })
      const agents = (found: { agents: { agent_id: string }[] }) => found.agents.map(({ agent_id }) => agent_id)
      assert.deepEqual(agents(await ask('agent.discover', {})), ['b', 'a'])
      assert.deepEqual(agents(await ask('agent.discover', { capability: 'of-b' })), ['b'])
    },
  },

  webhook_delivered_twice: { shows: (gateway) => webhookWith(gateway, 2) },
  webhook_never_delivered: { shows: (gateway) => webhookWith(gateway, 0) },
  webhook_id_unusable: {
    async shows(gateway) {
      const got = await call(gateway, HOOKS, { json: { url: 'internal:sink', events: ['e'] } })
      assert.equal(got.status, 201)
      assert.equal((await call(gateway, `${HOOKS}/${json(got).id}/stats`)).status, 404)
    },
  },

  memory_leak: {
    order: { mb_per_s: 400, max_mb: 300 },
    async shows(gateway) {
      const rss = async () => metric((await call(gateway, '/metrics')).text, 'process_resident_memory_bytes')
      const before = await rss()
      await until('memory has grown by 40 MB', async () => (await rss()) - before > 40 * 1024 * 1024)
    },
  },
  cpu_burn: {
    order: { part: 0.9 },
    shows: () => held(40),
  },
  connection_leak: {
    order: { per_s: 200 },
    async shows(gateway) {
      const open = async () => metric((await call(gateway, '/metrics')).text, 'gateway_active_connections\\{kind="http"\\}')
      await until('twenty are open', async () => (await open()) >= 20)
    },
  },
  worker_restart: {
    order: { down_ms: 250 },
    async shows(gateway) {
      const cut = Date.now()
      await assert.rejects(call(gateway, HEALTH), TypeError, 'nobody listens')
      const reached = () =>
        call(gateway, HEALTH).then(
          // It says when it began, by a clock that may be some milliseconds off.
          (got) => Date.now() - 1000 * json(got).uptime_s > cut - 50,
          () => false,
        )
      await until('it is back', reached)
      assert.ok(metric((await call(gateway, '/metrics')).text, 'gateway_cache_misses_total') === 0)
    },
  },
  metrics_frozen: {
    async shows(gateway) {
      const first = (await call(gateway, '/metrics')).text
      await call(gateway, HEALTH)
      assert.equal((await call(gateway, '/metrics')).text, first)
    },
  },
  metrics_missing: {
    order: { metric: 'gateway_cache_hits_total' },
    async shows(gateway) {
      const { text } = await call(gateway, '/metrics')
      assert.doesNotMatch(text, /gateway_cache_hits_total/)
      assert.match(text, /^gateway_cache_misses_total/m)
    },
  },
  metrics_relabelled: {
    async shows(gateway) {
      assert.match((await call(gateway, '/metrics')).text, /\bmethod="/)
      const { text } = await call(gateway, '/metrics')
      assert.match(text, /\bits_method="/)
      assert.doesNotMatch(text, /\bmethod="/)
    },
  },
  metrics_not_found: { shows: status('/metrics', 404) },
}
