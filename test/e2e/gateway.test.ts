import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { thorough } from '../thorough.ts'
import { withoutLatency } from './lenient-limits.ts'
import { type Fault, startGateway } from './reference-gateway.ts'
import { assertPassed, assertRed, jsonFile, type K6Run, runScript } from './script-run.ts'

// Monitors send a tenth of the rate; the others have enough in five seconds.
const SHORT = { PROFILE: 'smoke', WARMUP: '1s', DURATION: '5s', RATE: 60 }

async function against(t: TestContext, faults: Fault[], settings: Record<string, string | number> = {}): Promise<K6Run> {
  const { url } = await startGateway(t, faults)
  return runScript(t, 'gateway', { ...SHORT, THRESHOLDS: await withoutLatency(t, 'gateway'), BASE_URL: url, ...settings })
}

describe('gateway', { concurrency: 2 }, () => {
  test('all users at once pass, and each was there', async (t) => {
    const run = await against(t, [])
    assertPassed(run)
    const windows = run.summary?.windows.filter(({ gated }) => gated).map(({ name }) => name)
    assert.deepEqual(windows, ['monitor', 'api', 'bursty', 'listeners'])
    assert.equal(run.summary?.figures.sse_held?.values.count, 20)
  })

  thorough('what only listeners suffer is seen', async (t) => {
    // No share that the number of streams divides: they go in step, so that always the same one would lose all of its events.
    assertRed(await against(t, [{ name: 'sse_lost_event', share: 0.07 }]), 'run sse_events_lost max')
    assertRed(await against(t, [{ name: 'sse_closes_early', share: 0.5, after_events: 5 }]), 'run sse_held min_share')
  })

  thorough('what only API users suffer is seen', async (t) => {
    const run = await against(t, [{ name: 'error_500', endpoint: 'action', share: 0.2 }])
    assertRed(run, 'api * error_rate')
  })

  thorough('a target without streams has no listeners, and its report says so', async (t) => {
    const { url } = await startGateway(t)
    const target = { name: 'quiet', base_url: url, auth: { flow: 'none' } }
    const endpoints = { stream: false, resource: false, action: false, resources: false }
    const TARGET = await jsonFile(t, 'quiet.json', { ...target, endpoints })
    const THRESHOLDS = await withoutLatency(t, 'gateway', /^(resource$|sse_)/)
    const run = await runScript(t, 'gateway', { ...SHORT, TARGET, THRESHOLDS })
    assertPassed(run)
    assert.ok(run.summary?.not_tested.includes('stream'))
    assert.equal(
      run.summary?.gates.some(({ endpoint }) => endpoint.startsWith('sse_')),
      false,
    )
  })
})
