/** `smoke` against the reference gateway: green when every endpoint answers correctly, red when a single one does not. */
import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { thorough } from '../thorough.ts'
import { withoutLatency } from './lenient-limits.ts'
import { type Fault, startGateway } from './reference-gateway.ts'
import { assertPassed, assertRed, runScript } from './script-run.ts'

const SIZE = { PROFILE: 'smoke', DURATION: '3s' }

async function against(t: TestContext, faults: readonly Fault[], settings: Readonly<Record<string, string>> = {}) {
  const { url } = await startGateway(t, faults)
  return runScript(t, 'smoke', { ...SIZE, BASE_URL: url, ...settings })
}

// Most of a run is waiting.
/** What wants a token, as who has none asks for it. */
const CLOSED = ['action', 'events', 'resource', 'resources'].map((name) => `${name}.no_token`)

describe('smoke', { concurrency: 2 }, () => {
  test('every endpoint is asked once, then by users', async (t) => {
    const run = await against(t, [], { THRESHOLDS: await withoutLatency(t, 'smoke') })
    assertPassed(run)
    const once = run.summary?.endpoints.filter(({ window }) => window === 'once')
    assert.deepEqual(
      once?.map(({ endpoint, sent, ok }) => [endpoint, sent, ok]).sort(),
      ['action', 'events', 'health', 'metrics', 'resource', 'resources']
        .concat(CLOSED)
        .sort()
        .map((name) => [name, 1, 1]),
    )
  })

  test('an endpoint that needs no token is red', async (t) => {
    const run = await against(t, [{ name: 'accepts_missing_tokens', endpoint: 'events' }])
    assertRed(run, 'once events.no_token failed_checks', 'once * error_rate')
  })

  thorough('an endpoint that fails is red, once and for users', async (t) => {
    const run = await against(t, [{ name: 'error_500', endpoint: 'action' }])
    assertRed(run, 'once * error_rate', 'once * goodput', 'users * error_rate')
  })

  test('an answer with status 200 that says nothing is red', async (t) => {
    assertRed(await against(t, [{ name: 'empty_object', endpoint: 'health' }]), 'once health failed_checks')
  })

  thorough('a gateway that lets its users wait is red', async (t) => {
    assertRed(await against(t, [{ name: 'latency', ms: 400 }]), 'users * p95_ms')
  })
})
