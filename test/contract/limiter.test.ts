import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { resources } from '../../lib/rest/resources.ts'
import { stopLimiterClock } from '../unit/gateway/base/limiter-clock.ts'
import { openReference } from './gateway.ts'

const LIMIT = 20

/** Asks more often than the gateway allows in a second, which never ends here; what came of it. */
async function overload(t: TestContext, fault?: object): Promise<{ right: number; outcomes: string[] }> {
  stopLimiterClock(t)
  const gateway = await openReference({ rateLimit: LIMIT })
  t.after(() => gateway.close())
  const vu = await gateway.vu()
  const off = fault === undefined ? undefined : gateway.arm({ endpoint: 'resources', ...fault })
  const outcomes = await Promise.all(Array.from({ length: 3 * LIMIT }, () => vu.ask(resources)))
  if (off !== undefined) assert.ok(off() > 0, 'the fault did not act')
  const failed = outcomes.filter((outcome) => typeof outcome === 'string')
  return { right: outcomes.length - failed.length, outcomes: [...new Set(failed)] }
}

test('load over the limit is shed as announced, and nothing but shed', async (t) => {
  const { right, outcomes } = await overload(t)
  assert.equal(right, LIMIT - 1, 'one was used up when setup() registered agents')
  assert.deepEqual(outcomes, ['shed: has status 429, not 200'])
})

test('a refusal that does not say when to come back is a failed check', async (t) => {
  const { outcomes } = await overload(t, { name: 'no_retry_after' })
  assert.deepEqual(outcomes, ['failed_check: has status 429, not 200'])
})

test('a refusal that says when to come back in words that mean nothing is a failed check', async (t) => {
  const { outcomes } = await overload(t, { name: 'wrong_retry_after' })
  assert.deepEqual(outcomes, ['failed_check: has status 429, not 200'])
})

test('a limiter that acts too early sheds what it should have let through', async (t) => {
  const { right, outcomes } = await overload(t, { name: 'limits_too_early', part: 0 })
  assert.equal(right, 0)
  assert.deepEqual(outcomes, ['shed: has status 429, not 200'])
})

test('a limiter that never acts sheds nothing: a gate on what must be shed sees it', async (t) => {
  const { right, outcomes } = await overload(t, { name: 'never_limits' })
  assert.equal(right, 3 * LIMIT)
  assert.deepEqual(outcomes, [])
})
