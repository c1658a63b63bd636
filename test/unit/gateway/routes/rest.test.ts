import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bearer, openApp } from '../app-under-test.ts'

test('health needs no token and says healthy', async (t) => {
  const app = await openApp(t)
  const answer = await app.inject('/api/v1/health')
  assert.equal(answer.statusCode, 200)
  assert.match(String(answer.headers['content-type']), /^application\/json/)
  const { status, version, uptime_s } = answer.json()
  assert.equal(status, 'healthy')
  assert.match(version, /^\d+\.\d+\.\d+/)
  assert.ok(uptime_s >= 0)
})

test('a resource has its id, an ETag and a cache mark', async (t) => {
  const app = await openApp(t)
  const get = (headers: Record<string, string> = {}) =>
    app.inject({ url: '/api/v1/resource/r-0042', headers: { ...bearer(app), ...headers } })
  const first = await get()
  assert.equal(first.statusCode, 200)
  assert.equal(first.headers['x-cache'], 'MISS')
  assert.equal(first.json().id, 'r-0042')
  assert.deepEqual(Object.keys(first.json()), ['id', 'name', 'owner', 'tags', 'revision', 'payload'])
  assert.ok(Math.abs(first.body.length - 600) < 100, `${first.body.length} bytes`)
  const etag = String(first.headers.etag)
  assert.match(etag, /^"[^"]+"$/)

  const second = await get()
  assert.equal(second.headers['x-cache'], 'HIT')
  assert.equal(second.body, first.body)

  for (const wanted of [etag, `"other", W/${etag}`, '*']) {
    const unchanged = await get({ 'if-none-match': wanted })
    assert.equal(unchanged.statusCode, 304, wanted)
    assert.equal(unchanged.body, '')
    assert.equal(unchanged.headers.etag, etag)
  }
  assert.equal((await get({ 'if-none-match': '"other"' })).statusCode, 200)
})

test('every seeded resource answers and no other id does', async (t) => {
  const app = await openApp(t)
  const headers = bearer(app)
  for (let index = 0; index < 500; index += 7) {
    const id = `r-${String(index).padStart(4, '0')}`
    assert.equal((await app.inject({ url: `/api/v1/resource/${id}`, headers })).json().id, id)
  }
  for (const id of ['r-0500', 'r-9999', 'r-42', 'R-0042', 'r-00420', '..', '%2e%2e', 'x'.repeat(600)]) {
    const answer = await app.inject({ url: `/api/v1/resource/${id}`, headers })
    assert.equal(answer.statusCode, 404, id)
    assert.equal(answer.json().error.code, 'not_found')
  }
})

test('the cache is bounded and counts hits and misses', async (t) => {
  const app = await openApp(t, { cacheSize: 2 })
  const headers = bearer(app)
  const mark = async (id: string) => (await app.inject({ url: `/api/v1/resource/${id}`, headers })).headers['x-cache']
  assert.equal(await mark('r-0001'), 'MISS')
  assert.equal(await mark('r-0002'), 'MISS')
  assert.equal(await mark('r-0001'), 'HIT')
  assert.equal(await mark('r-0003'), 'MISS')
  assert.equal(await mark('r-0002'), 'MISS', 'the least recently used one had to go')
  const { body } = await app.inject('/metrics')
  assert.match(body, /^gateway_cache_hits_total 1$/m)
  assert.match(body, /^gateway_cache_misses_total 4$/m)
})

test('an action is echoed with a fresh id', async (t) => {
  const app = await openApp(t)
  const sent = { action: 'restart', payload: { deep: [1, { a: null }], text: 'ä"\\', __proto__x: true }, ref: 'ref-1' }
  const send = () => app.inject({ method: 'POST', url: '/api/v1/action', headers: bearer(app), payload: sent })
  const [first, second] = [await send(), await send()]
  assert.equal(first.statusCode, 201)
  const { id, status, ...echo } = first.json()
  assert.deepEqual(echo, sent)
  assert.equal(status, 'accepted')
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.notEqual(second.json().id, id)
})

test('a wrong action is refused by what is wrong with it', async (t) => {
  const app = await openApp(t)
  const json = 'application/json'
  const cases: readonly [payload: string, type: string | undefined, status: number, code: string][] = [
    ['{"action":', json, 400, 'malformed_json'],
    ['', json, 400, 'malformed_json'],
    ['null', json, 422, 'invalid_body'],
    ['[]', json, 422, 'invalid_body'],
    ['{"payload":{}}', json, 422, 'invalid_body'],
    ['{"action":"a"}', json, 422, 'invalid_body'],
    ['{"action":"","payload":{}}', json, 422, 'invalid_body'],
    ['{"action":7,"payload":{}}', json, 422, 'invalid_body'],
    ['{"action":"a","payload":[]}', json, 422, 'invalid_body'],
    ['{"action":"a","payload":{},"ref":1}', json, 422, 'invalid_body'],
    [`{"action":"${'a'.repeat(65)}","payload":{}}`, json, 422, 'invalid_body'],
    [`{"action":"a","payload":{"x":${'['.repeat(300_000)}${']'.repeat(300_000)}}}`, json, 422, 'invalid_body'],
    ['{"action":"a","payload":{}}', 'text/plain', 415, 'unsupported_media_type'],
    ['{"action":"a","payload":{}}', undefined, 415, 'unsupported_media_type'],
    [`"${'x'.repeat(1024 * 1024)}"`, json, 413, 'body_too_large'],
  ]
  for (const [payload, type, status, code] of cases) {
    const headers = { ...bearer(app), ...(type === undefined ? {} : { 'content-type': type }) }
    const answer = await app.inject({ method: 'POST', url: '/api/v1/action', headers, payload })
    assert.equal(answer.statusCode, status, payload.slice(0, 40))
    assert.equal(answer.json().error.code, code, payload.slice(0, 40))
  }
})

test('the list is stable: no item twice, none missing, the right total', async (t) => {
  const app = await openApp(t)
  const headers = bearer(app)
  const page = async (query: string) => (await app.inject({ url: `/api/v1/resources${query}`, headers })).json()
  assert.deepEqual(Object.keys(await page('')), ['total', 'limit', 'offset', 'items'])
  assert.equal((await page('')).items.length, 20)
  const ids: string[] = []
  for (let offset = 0; offset < 500; offset += 70) {
    const { total, items, limit } = await page(`?limit=70&offset=${offset}`)
    assert.equal(total, 500)
    assert.equal(limit, 70)
    assert.equal(items.length, Math.min(70, 500 - offset))
    for (const item of items) ids.push(item.id)
  }
  assert.equal(new Set(ids).size, 500)
  assert.deepEqual((await page('?offset=500')).items, [])
  for (const bad of ['limit=0', 'limit=101', 'limit=x', 'offset=-1', 'limit=1.5', 'limit=', 'limit=1&limit=2']) {
    const answer = await app.inject({ url: `/api/v1/resources?${bad}`, headers })
    assert.equal(answer.statusCode, 422, bad)
    assert.equal(answer.json().error.code, 'invalid_query')
  }
})

test('an item of the list agrees with its resource', async (t) => {
  const app = await openApp(t)
  const headers = bearer(app)
  const { items } = (await app.inject({ url: '/api/v1/resources?limit=3&offset=123', headers })).json()
  for (const item of items) {
    const { id, name, revision } = (await app.inject({ url: `/api/v1/resource/${item.id}`, headers })).json()
    assert.deepEqual(item, { id, name, revision })
  }
})

test('unknown routes are 404, wrong verbs 405 with Allow, climbing paths never a file', async (t) => {
  const app = await openApp(t)
  for (const url of ['/', '/api/v1', '/api/v1/nothing', '/api/v1/health/', '/API/v1/health']) {
    const answer = await app.inject(url)
    assert.equal(answer.statusCode, 404, url)
    assert.equal(answer.json().error.code, 'not_found')
  }
  const verbs = [
    ['POST', '/api/v1/health', 'GET, HEAD'],
    ['DELETE', '/api/v1/resource/r-0001', 'GET, HEAD'],
    ['GET', '/api/v1/action', 'POST'],
    ['PUT', '/auth/token?x=1', 'POST'],
    ['HEAD', '/api/v1/events/stream', 'GET'],
  ] as const
  for (const [method, url, allow] of verbs) {
    // A body of a type that the gateway does not read must not turn the answer into a 415.
    const answer = await app.inject({ method, url, payload: method === 'POST' ? 'x' : '', headers: { 'content-type': 'text/x' } })
    assert.equal(answer.statusCode, 405, `${method} ${url}`)
    assert.equal(answer.headers.allow, allow)
    if (method !== 'HEAD') assert.equal(answer.json().error.code, 'method_not_allowed')
  }
  const climbing = [
    '/api/v1/../../etc/passwd',
    '/api/v1/resource/..%2f..%2f..%2fetc%2fpasswd',
    '/api/v1/resource/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    '/..%2f..%2fetc/passwd',
    '/api/v1/%2e%2e/%2e%2e/etc/passwd',
    '/api/v1/resource/%c0%ae%c0%ae%c0%afetc',
  ]
  for (const headers of [{}, bearer(app)])
    for (const url of climbing) {
      const answer = await app.inject({ url, headers })
      assert.ok([400, 404].includes(answer.statusCode), `${url}: ${answer.statusCode}`)
      assert.ok(answer.json().error.code)
    }
})
