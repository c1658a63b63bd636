import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CATALOGUE } from '../../../../gateway/faults/catalogue.ts'
import { listenFaulty, PATIENCE_MS, until } from '../app-under-test.ts'
import { stopLimiterClock } from '../base/limiter-clock.ts'
import { PROBES } from './fault-probes.ts'

/** Faults that only a gateway with a limit can show. */
const LIMITED = new Set(['never_limits', 'limits_too_early', 'no_retry_after', 'wrong_retry_after', 'keeps_limiting'])

test('every fault of the catalogue has a probe, and every probe a fault', () => {
  assert.deepEqual(Object.keys(PROBES).sort(), [...CATALOGUE.keys()].sort())
  assert.ok(CATALOGUE.size >= 40)
})

test('each fault acts', async (t) => {
  for (const [name, probe] of Object.entries(PROBES)) {
    await t.test(name, async (t) => {
      if (LIMITED.has(name)) stopLimiterClock(t)
      const gateway = await listenFaulty(t, { eventIntervalMs: 10, rateLimit: LIMITED.has(name) ? 4 : 0 })
      if (!LIMITED.has(name))
        await gateway.app.inject({ url: '/api/v1/resource/r-0042', headers: { authorization: `Bearer ${gateway.token}` } })
      gateway.arm({ name, ...probe.order })
      // A fault that hangs must not hang the suite.
      const limit = new Promise<never>((_resolve, reject) =>
        setTimeout(() => reject(new Error('it hangs')), 2 * PATIENCE_MS).unref(),
      )
      await Promise.race([probe.shows(gateway, t), limit])
    })
  }
})

test('threads burn CPU beside the event loop, which goes on', async (t) => {
  const gateway = await listenFaulty(t)
  const id = gateway.arm({ name: 'cpu_burn', part: 0, threads: 1 })
  const before = process.cpuUsage()
  await until('a tenth of a second was burnt', () => process.cpuUsage(before).user > 100_000)
  gateway.injector.disarm(id)
})

test('once a fault is off again, its probe no longer shows it', async (t) => {
  const instant = [
    'error_500',
    'empty_object',
    'another_id',
    'missing_etag',
    'cache_always_stale',
    'rpc_wrong_id',
    'refuse_connections',
  ]
  for (const name of [...instant, 'webhook_delivered_twice', 'accepts_missing_tokens', 'worker_restart', 'unhealthy_status']) {
    await t.test(name, async (t) => {
      const gateway = await listenFaulty(t)
      const id = gateway.arm({ name, ...PROBES[name]?.order })
      assert.equal(gateway.injector.disarm(id), true)
      await assert.rejects(async () => PROBES[name]?.shows(gateway, t), assert.AssertionError)
      assert.deepEqual(gateway.injector.describe(), [])
    })
  }
})
