import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bearer, listen, openApp, until } from '../app-under-test.ts'

interface Tick {
  readonly id: number
  readonly seq: number
  readonly sent_at: number
}

export function ticks(body: string): Tick[] {
  return body
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      const [, id, data] = /^id: (\d+)\nevent: tick\ndata: (.*)$/.exec(block) ?? assert.fail(`not an event: ${block}`)
      return { id: Number(id), ...JSON.parse(data ?? '') }
    })
}

test('a stream starts at 1, ascends by 1, keeps its interval and ends after count', async (t) => {
  const { url, token } = await listen(t)
  const answer = await fetch(`${url}/api/v1/events/stream?interval=20&count=6`, { headers: { authorization: `Bearer ${token}` } })
  assert.equal(answer.status, 200)
  assert.match(String(answer.headers.get('content-type')), /^text\/event-stream/)
  const events = ticks(await answer.text())
  assert.deepEqual(
    events.map(({ id }) => id),
    [1, 2, 3, 4, 5, 6],
  )
  for (const { id, seq } of events) assert.equal(seq, id)
  const [first, last] = [events[0]?.sent_at ?? 0, events[5]?.sent_at ?? 0]
  assert.ok(last - first >= 95 && last - first < 5000, `${last - first} ms for five intervals of 20`)
})

test('the first event comes at once, not after an interval', async (t) => {
  const { url, token } = await listen(t)
  const asked = Date.now()
  const answer = await fetch(`${url}/api/v1/events/stream?interval=10000&count=1`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const [first] = ticks(await answer.text())
  assert.ok((first?.sent_at ?? Number.NaN) - asked < 9000)
})

test('Last-Event-ID resumes with the next id', async (t) => {
  const { url, token } = await listen(t)
  const headers = { authorization: `Bearer ${token}`, 'last-event-id': '41' }
  const answer = await fetch(`${url}/api/v1/events/stream?interval=10&count=2`, { headers })
  assert.deepEqual(
    ticks(await answer.text()).map(({ seq }) => seq),
    [42, 43],
  )
})

test('a bad query or Last-Event-ID is 422, no token 401', async (t) => {
  const app = await openApp(t)
  const url = '/api/v1/events/stream'
  assert.equal((await app.inject(url)).statusCode, 401)
  for (const bad of ['interval=9', 'interval=10001', 'interval=x', 'count=0', 'count=-1', 'count=']) {
    const answer = await app.inject({ url: `${url}?${bad}`, headers: bearer(app) })
    assert.equal(answer.statusCode, 422, bad)
    assert.equal(answer.json().error.code, 'invalid_query')
  }
  for (const bad of ['x', '-1', '1.5', '1'.repeat(30)]) {
    const answer = await app.inject({ url, headers: { ...bearer(app), 'last-event-id': bad } })
    assert.equal(answer.statusCode, 422, bad)
  }
})

test('an open stream is counted until its reader leaves', async (t) => {
  const { app, url, token } = await listen(t)
  const abort = new AbortController()
  const answer = await fetch(`${url}/api/v1/events/stream`, {
    headers: { authorization: `Bearer ${token}` },
    signal: abort.signal,
  })
  assert.equal(answer.status, 200)
  assert.match((await app.inject('/metrics')).body, /^gateway_active_connections\{kind="sse"\} 1$/m)
  abort.abort()
  await until('the stream is forgotten', () => app.gateway.connections.count().sse === 0)
})
