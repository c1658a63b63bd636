import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { isDeliverable, MAX_WEBHOOKS, SINK, Webhooks } from '../../../../gateway/domain/webhooks.ts'
import { bearer, openApp, until } from '../app-under-test.ts'

const BASE = '/api/v1/integration'

async function client(t: TestContext) {
  const app = await openApp(t)
  const headers = bearer(app)
  return {
    app,
    post: (path: string, payload: object) => app.inject({ method: 'POST', url: `${BASE}/${path}`, headers, payload }),
    get: (path: string) => app.inject({ url: `${BASE}/${path}`, headers }),
  }
}

test('a completion is bounded by max_tokens and counts its tokens', async (t) => {
  const { post } = await client(t)
  const answer = await post('llm/complete', { model: 'small', prompt: 'four words of text', max_tokens: 5 })
  assert.equal(answer.statusCode, 200)
  const { id, model, completion, usage } = answer.json()
  assert.match(id, /^cmpl-/)
  assert.equal(model, 'small')
  assert.equal(completion.split(' ').length, 5)
  assert.deepEqual(usage, { prompt_tokens: 4, completion_tokens: 5 })
  for (const bad of [
    {},
    { model: 'm' },
    { model: 'm', prompt: 7 },
    { model: 'm', prompt: 'x', max_tokens: 0 },
    { model: 'm', prompt: 'x', max_tokens: '5' },
  ])
    assert.equal((await post('llm/complete', bad)).statusCode, 422, JSON.stringify(bad))
})

test('webhooks: created, listed, and each matching one gets a published event once', async (t) => {
  const { post, get } = await client(t)
  const created = await post('webhooks', { url: SINK, events: ['order', 'refund'] })
  assert.equal(created.statusCode, 201)
  const { id, url, events, created_at } = created.json()
  assert.equal(url, SINK)
  assert.deepEqual(events, ['order', 'refund'])
  assert.ok(Math.abs(Date.now() - created_at) < 60_000)
  const other = (await post('webhooks', { url: SINK, events: ['refund'] })).json().id

  const published = (await post('events/publish', { type: 'order', data: { a: 1 } })).json()
  assert.equal(published.type, 'order')
  assert.equal(published.matched, 1)
  assert.equal((await post('events/publish', { type: 'refund', data: null })).json().matched, 2)
  assert.equal((await post('events/publish', { type: 'nobody', data: 1 })).json().matched, 0)
  await until('all are delivered', async () => (await get(`webhooks/${other}/stats`)).json().pending === 0)
  assert.deepEqual((await get(`webhooks/${id}/stats`)).json(), { id, delivered: 2, failed: 0, pending: 0 })
  assert.deepEqual((await get(`webhooks/${other}/stats`)).json(), { id: other, delivered: 1, failed: 0, pending: 0 })

  assert.deepEqual((await get('webhooks?limit=1&offset=1')).json(), {
    total: 2,
    items: [{ id: other, url: SINK, events: ['refund'] }],
  })
  assert.equal((await get('webhooks?limit=0')).statusCode, 422)
  assert.equal((await get('webhooks/nothing/stats')).statusCode, 404)
})

test('only loopback is ever called', async (t) => {
  const { post } = await client(t)
  for (const url of [
    'http://example.com/',
    'http://127.0.0.1.example.com/',
    'ftp://127.0.0.1/',
    'http://10.0.0.1/',
    'internal:other',
    'x',
  ])
    assert.equal((await post('webhooks', { url, events: ['e'] })).statusCode, 422, url)
  for (const url of ['http://127.0.0.1:1/x', 'http://localhost/', 'http://[::1]:8080/a', 'https://127.1.2.3/'])
    assert.equal(isDeliverable(url), true, url)
  fc.assert(
    fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), (url) => {
      assert.equal(isDeliverable(url), /^(localhost|127\.)/.test(new URL(url).hostname))
    }),
  )
})

test('a receiver on loopback gets the event once; one that fails is counted as failed', async (t) => {
  const got: { id: string; type: string; data: unknown }[] = []
  const read = async (request: IncomingMessage): Promise<string> => {
    let text = ''
    for await (const chunk of request) text += chunk
    return text
  }
  const receiver = createServer(async (request, response) => {
    got.push(JSON.parse(await read(request)))
    response.statusCode = request.url === '/broken' ? 500 : 204
    response.end()
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  t.after(() => receiver.close())
  const { post, get } = await client(t)
  const base = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  const good = (await post('webhooks', { url: `${base}/good`, events: ['e'] })).json().id
  const broken = (await post('webhooks', { url: `${base}/broken`, events: ['e'] })).json().id
  for (let n = 0; n < 40; n++) await post('events/publish', { type: 'e', data: { n } })
  const stats = async (id: string) => (await get(`webhooks/${id}/stats`)).json()
  await until('nothing is pending', async () => (await stats(good)).pending + (await stats(broken)).pending === 0)
  assert.equal((await stats(good)).delivered, 40)
  assert.equal((await stats(broken)).failed, 40)
  const ids = got.map(({ id }) => id)
  assert.equal(ids.length, 80)
  assert.equal(new Set(ids).size, 40)
})

test('webhooks are bounded, and the oldest goes', () => {
  const webhooks = new Webhooks(async () => true)
  const first = webhooks.create(SINK, ['e'])
  for (let n = 0; n < MAX_WEBHOOKS; n++) webhooks.create(SINK, ['e'])
  assert.equal(webhooks.list(1, 0).total, MAX_WEBHOOKS)
  assert.equal(webhooks.get(first.id), undefined)
  assert.equal(webhooks.publish('e', 1).matched, MAX_WEBHOOKS)
})

test('bodies of another shape are refused', async (t) => {
  const { post } = await client(t)
  for (const bad of [
    {},
    { url: SINK },
    { url: SINK, events: [] },
    { url: SINK, events: 'e' },
    { url: SINK, events: ['e', 'e'] },
    { url: 7, events: ['e'] },
  ])
    assert.equal((await post('webhooks', bad)).statusCode, 422, JSON.stringify(bad))
  for (const bad of [{}, { type: 'e' }, { type: '', data: 1 }, { data: 1 }])
    assert.equal((await post('events/publish', bad)).statusCode, 422, JSON.stringify(bad))
})

test('an upload is answered with the size and digest of its bytes', async (t) => {
  const app = await openApp(t)
  const upload = (payload: Buffer, headers: Record<string, string> = {}) =>
    app.inject({
      method: 'POST',
      url: `${BASE}/storage/upload`,
      headers: { ...bearer(app), 'content-type': 'application/octet-stream', 'x-filename': 'a b.bin', ...headers },
      payload,
    })
  for (const size of [0, 1, 3 * 1024 * 1024]) {
    const bytes = Buffer.alloc(size, 7)
    const answer = await upload(bytes)
    assert.equal(answer.statusCode, 201)
    const { id, ...found } = answer.json()
    assert.match(id, /^[0-9a-f-]{36}$/)
    assert.deepEqual(found, { size, sha256: createHash('sha256').update(bytes).digest('hex') })
  }
  assert.equal((await upload(Buffer.from('x'), { 'content-type': 'text/plain' })).statusCode, 415)
  for (const name of ['', '../x', '/etc/passwd', 'a\\b'])
    assert.equal((await upload(Buffer.from('x'), { 'x-filename': name })).statusCode, 422, name)
})
