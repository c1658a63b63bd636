/** `http` against the reference gateway: green at the planned rate, red for answers that are wrong, plain ones and those of JSON-RPC. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { thorough } from '../thorough.ts'
import { withoutLatency } from './lenient-limits.ts'
import { type Fault, startGateway } from './reference-gateway.ts'
import { assertPassed, assertRed, gateOf, runScript } from './script-run.ts'

const SIZE = { PROFILE: 'smoke', RATE: 88, DURATION: '3s', WARMUP: '1s', STALL: '4s' }

const against = (t: TestContext, ...faults: readonly Fault[]) => sized(t, {}, ...faults)

async function sized(t: TestContext, size: Readonly<Record<string, string | number>>, ...faults: readonly Fault[]) {
  const { url } = await startGateway(t, faults)
  return runScript(t, 'http', { ...SIZE, ...size, BASE_URL: url, THRESHOLDS: await withoutLatency(t, 'http') })
}

test('plain HTTP and JSON-RPC are sent in the same proportions', async (t) => {
  const run = await against(t)
  assertPassed(run)
  assert.ok(gateOf(run, 'steady * goodput').ok)
  const { planned } = run.summary?.windows.find(({ name }) => name === 'steady') ?? {}
  const shares = Object.entries(planned ?? {}).map(([name, count]) => [name, Math.round(count / 6)])
  assert.deepEqual(Object.fromEntries(shares), {
    ...{ health: 10, resource: 8, resources: 5, action: 3 },
    ...{ agent_ping: 8, agent_discover: 5, task_create: 3, task_query: 2 },
  })
})

thorough('a JSON-RPC error inside HTTP 200 is red', async (t) => {
  const run = await against(t, { name: 'rpc_error', method: 'agent.ping', share: 0.1 })
  assertRed(run, 'steady agent_ping rpc_errors', 'steady * error_rate')
})

test('an answer without content is red', async (t) => {
  assertRed(await against(t, { name: 'empty_object', endpoint: 'resource', share: 0.1 }), 'steady resource failed_checks')
})

thorough('with CHECK_EVERY the content of few answers is checked, enough to be red, and the summary says so', async (t) => {
  const run = await sized(t, { CHECK_EVERY: 10, VUS: 4 }, { name: 'empty_object', endpoint: 'resource' })
  assertRed(run, 'steady resource failed_checks')
  const { sent = 0, failures = {} } =
    run.summary?.endpoints.find(({ window, endpoint }) => window === 'steady' && endpoint === 'resource') ?? {}
  assert.ok(sent >= 40, `${sent} sent`)
  // Each VU checks its first answer and then every tenth.
  assert.ok((failures.failed_check ?? 0) <= sent / 10 + 4, JSON.stringify(failures))
  assert.ok(run.summary?.not_tested.some((text) => text.startsWith('the content of 9 in 10 answers')))
})
