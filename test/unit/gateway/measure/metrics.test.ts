import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bearer, listen, openApp } from '../app-under-test.ts'

test('requests are counted by method, pattern and status', async (t) => {
  const app = await openApp(t)
  for (const id of ['r-0001', 'r-0002', 'nothing']) await app.inject({ url: `/api/v1/resource/${id}`, headers: bearer(app) })
  await app.inject('/api/v1/resource/r-0001')
  await app.inject('/some/where/else')
  await app.inject({ method: 'POST', url: '/api/v1/health' })
  const answer = await app.inject('/metrics')
  assert.match(String(answer.headers['content-type']), /^text\/plain; version=0\.0\.4/)
  const expected = [
    'gateway_requests_total{method="GET",route="/api/v1/resource/:id",status="200"} 2',
    'gateway_requests_total{method="GET",route="/api/v1/resource/:id",status="404"} 1',
    'gateway_requests_total{method="GET",route="/api/v1/resource/:id",status="401"} 1',
    'gateway_requests_total{method="GET",route="unmatched",status="404"} 1',
    'gateway_requests_total{method="POST",route="/api/v1/health",status="405"} 1',
    'gateway_request_duration_seconds_count{method="GET",route="/api/v1/resource/:id"} 4',
    'gateway_request_duration_seconds_bucket{le="+Inf",method="GET",route="/api/v1/resource/:id"} 4',
  ]
  for (const line of expected) assert.ok(answer.body.split('\n').includes(line), `${line}\nnot in\n${answer.body}`)
  for (const name of ['process_resident_memory_bytes', 'process_cpu_seconds_total', 'process_start_time_seconds'])
    assert.match(answer.body, new RegExp(`^${name} [\\d.e+]+$`, 'm'))
  assert.doesNotMatch(answer.body, /r-0001|some\/where/, 'never the raw path')
})

test('histogram buckets only ever grow and end with the count', async (t) => {
  const app = await openApp(t)
  for (let n = 0; n < 20; n++) await app.inject('/api/v1/health')
  const { body } = await app.inject('/metrics')
  const counts = [...body.matchAll(/_bucket\{le="([^"]+)",method="GET",route="\/api\/v1\/health"\} (\d+)/g)].map((m) =>
    Number(m[2]),
  )
  assert.ok(counts.length > 10)
  assert.deepEqual(
    counts,
    [...counts].sort((a, b) => a - b),
  )
  assert.equal(counts.at(-1), 20)
})

test('open connections are counted', async (t) => {
  const { app, url } = await listen(t)
  await (await fetch(`${url}/api/v1/health`)).text()
  assert.ok(app.gateway.connections.count().http >= 1)
})
