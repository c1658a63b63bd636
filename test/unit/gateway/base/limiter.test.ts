import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Limiter } from '../../../../gateway/base/limiter.ts'
import { bearer, openApp } from '../app-under-test.ts'
import { stopLimiterClock } from './limiter-clock.ts'

test('within any one window no key gets more than its limit', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 200 }),
      (limit, gaps) => {
        const limiter = new Limiter(limit, 1000)
        const windows = new Map<number, number>()
        let now = 0
        let opened = Number.NEGATIVE_INFINITY
        for (const gap of gaps) {
          now += gap
          if (now >= opened + 1000) opened = now
          const quota = limiter.take('key', now)
          if (quota.allowed) windows.set(opened, (windows.get(opened) ?? 0) + 1)
          assert.equal(quota.remaining, limit - (windows.get(opened) ?? 0))
          assert.equal(quota.allowed || quota.remaining === 0, true)
          assert.equal(quota.resetS, 1)
        }
        for (const count of windows.values()) assert.ok(count <= limit)
      },
    ),
  )
})

test('keys do not share a window', () => {
  const limiter = new Limiter(1)
  assert.equal(limiter.take('a', 0).allowed, true)
  assert.equal(limiter.take('b', 0).allowed, true)
  assert.equal(limiter.take('a', 10).allowed, false)
  assert.equal(limiter.take('a', 1000).allowed, true)
})

test('over the limit: 429 with Retry-After, and the quota on every answer', async (t) => {
  stopLimiterClock(t)
  const app = await openApp(t, { rateLimit: 3 })
  const headers = bearer(app)
  const get = (h: Record<string, string> = headers) => app.inject({ url: '/api/v1/resource/r-0001', headers: h })
  for (const remaining of ['2', '1', '0']) {
    const answer = await get()
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['x-ratelimit-limit'], '3')
    assert.equal(answer.headers['x-ratelimit-remaining'], remaining)
    assert.equal(answer.headers['x-ratelimit-reset'], '1')
    assert.equal(answer.headers['retry-after'], undefined)
  }
  const over = await get()
  assert.equal(over.statusCode, 429)
  assert.equal(over.json().error.code, 'rate_limited')
  assert.match(String(over.headers['retry-after']), /^[1-9]\d*$/)
  assert.equal(over.headers['x-ratelimit-remaining'], '0')
  assert.equal((await get(bearer(app))).statusCode, 200, 'another token has a window of its own')
  assert.equal((await get({})).statusCode, 401, 'no token: counted by address')
  assert.match((await app.inject('/metrics')).body, /^gateway_rate_limited_total 1$/m)
})

test('inventing tokens does not escape the limit', async (t) => {
  stopLimiterClock(t)
  const app = await openApp(t, { rateLimit: 2 })
  const statuses: number[] = []
  for (const token of ['a', 'b', 'c']) {
    const answer = await app.inject({ url: '/api/v1/resource/r-0001', headers: { authorization: `Bearer ${token}` } })
    statuses.push(answer.statusCode)
  }
  assert.deepEqual(statuses, [401, 401, 429])
})

test('health, authorization and metrics are exempt, and without the option nothing is limited', async (t) => {
  stopLimiterClock(t)
  const limited = await openApp(t, { rateLimit: 1 })
  for (let n = 0; n < 5; n++) {
    assert.equal((await limited.inject('/api/v1/health')).statusCode, 200)
    assert.equal((await limited.inject('/metrics')).statusCode, 200)
    assert.equal(
      (await limited.inject({ method: 'POST', url: '/auth/refresh', payload: { refresh_token: 'x' } })).statusCode,
      401,
    )
  }
  const open = await openApp(t)
  const answer = await open.inject({ url: '/api/v1/resource/r-0001', headers: bearer(open) })
  assert.equal(answer.headers['x-ratelimit-limit'], undefined)
})
