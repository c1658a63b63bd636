import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byAnswerLog, byArrivals, byPlan, deviations, type Figures, percentile } from '../../../bench/truth/known.ts'

test('percentiles lie between two values as k6 has them', () => {
  assert.equal(percentile([3, 1, 2], 0.5), 2)
  assert.equal(percentile([1, 2], 0.5), 1.5)
  assert.ok(Math.abs(percentile([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100], 0.95) - 95) < 1e-9)
  assert.ok(Number.isNaN(percentile([], 0.5)))
})

test('a record of answers has percentiles, errors and rate of one route', () => {
  const answers = Array.from({ length: 101 }, (_, i) => ['GET /a', 5000 + i * 10, i, i < 10 ? 500 : 200] as const)
  const figures = byAnswerLog({ answers: [...answers, ['GET /b', 0, 9999, 500]] }, 'GET /a')
  assert.deepEqual(figures, { p50: 50, p95: 95, p99: 99, errors: 10 / 101, rps: 100 })
})

test('who comes during a stall waits for what is left of it', () => {
  // 200 a second for 20 s, of which 2 s stand still: a tenth waits, evenly from 2 s down to 0.
  const { p50, p95, p99 } = byArrivals(200, 20, 2000, 1)
  assert.equal(p50, 1)
  assert.ok(Math.abs(p95 - 1001) < 5, String(p95))
  assert.ok(Math.abs(p99 - 1801) < 5, String(p99))
})

test('who was being answered when it began waits to its end as well', () => {
  // 10 a second, each answered after 300 ms: three were on their way, and wait for 2 s and what was left of them.
  const { p50, p99 } = byArrivals(10, 20, 2000, 300)
  assert.equal(p50, 300)
  assert.ok(p99 > 2100 && p99 <= 2300, String(p99))
})

test('who waits while the gateway stands still has waited since the moment that was planned for him', () => {
  // 50 a second from 300 ms on, each answered after 1 ms; none from 2 s to 4 s, then who waited, one every 0.3 ms.
  const planned = Array.from({ length: 1000 }, (_, i) => 300 + i * 20)
  const came: number[] = []
  for (const at of planned) came.push(Math.max(at > 2000 && at < 4000 ? 4000 : at, (came.at(-1) ?? 0) + 0.3))
  const answers = came.map((at) => ['GET /a', at, 1, at === 300 ? 500 : 200] as const)
  const { errors, rps, ...waits } = byPlan({ answers: [...answers, ['GET /b', 2000, 1, 200]] }, 'GET /a', 50)
  const waited = planned.map((at, i) => (came[i] ?? 0) + 1 - at)
  for (const [name, share] of [
    ['p50', 0.5],
    ['p95', 0.95],
    ['p99', 0.99],
  ] as const)
    assert.ok(Math.abs(waits[name] - percentile(waited, share)) < 1e-6, `${name} ${waits[name]}`)
  assert.deepEqual([errors, rps], [0.001, 50])
  assert.ok(Number.isNaN(byPlan({ answers: [] }, 'GET /a', 50).p95))
})

test('3 % or 1 ms: a figure that is further off does not hold', () => {
  const truth: Figures = { p50: 5, p95: 100, p99: 400, errors: 0.05, rps: 100 }
  const off = (more: Partial<Figures>) =>
    deviations({ ...truth, ...more }, truth).flatMap(({ figure, holds }) => (holds ? [] : [figure]))
  assert.deepEqual(off({}), [])
  assert.deepEqual(off({ p50: 5.9, p95: 102.9, p99: 389, errors: 0.0514, rps: 97.1 }), [])
  assert.deepEqual(off({ p50: 6.1, p95: 103.1, p99: 387, errors: 0.0516, rps: 96.9 }), ['p50', 'p95', 'p99', 'errors', 'rps'])
  assert.deepEqual(
    deviations({ ...truth, errors: 0.001 }, { ...truth, errors: 0 }).find(({ figure }) => figure === 'errors')?.holds,
    false,
  )
})
