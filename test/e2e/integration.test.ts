/** `integration` against the reference gateway: green when events reach their webhooks once, red when they do not, and when ids cannot be used. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import reference from '../../targets/reference.json' with { type: 'json' }
import { thorough } from '../thorough.ts'
import { withoutLatency } from './lenient-limits.ts'
import { type Fault, startGateway } from './reference-gateway.ts'
import { assertPassed, assertRed, gateOf, jsonFile, runScript } from './script-run.ts'
import { webhookReceiver } from './servers/webhook-receiver.ts'

/** Small, with VUs enough for a machine that stands still now and then. */
const SIZE = { PROFILE: 'smoke', RATE: 100, SERIES: 4, DURATION: '4s', WARMUP: '1s', STALL: '4s' }

async function runAgainst(t: TestContext, ...faults: readonly Fault[]) {
  const { url } = await startGateway(t, faults)
  return runScript(t, 'integration', { BASE_URL: url, ...SIZE, THRESHOLDS: await withoutLatency(t, 'integration') })
}

test('green where every event reaches its webhooks once', async (t) => {
  const run = await runAgainst(t)
  assertPassed(run)
  for (const name of ['events_lost', 'events_twice']) assert.equal(gateOf(run, `run ${name} max`).measured, 0)
})

test('events delivered twice are red, in the load and in the count at its end', async (t) => {
  const run = await runAgainst(t, { name: 'webhook_delivered_twice', share: 0.1 })
  assertRed(run, 'run events_twice max', 'delivery webhook_stats failed_checks')
  assert.equal(gateOf(run, 'run events_lost max').measured, 0)
  assert.match(run.output, /delivered twice/)
})

thorough('events that are never delivered are red, in the load and in the count at its end', async (t) => {
  const run = await runAgainst(t, { name: 'webhook_never_delivered', share: 0.1 })
  assertRed(run, 'run events_lost max', 'delivery webhook_stats failed_checks')
  assert.equal(gateOf(run, 'run events_twice max').measured, 0)
})

thorough('an id that cannot be used is red', async (t) => {
  // The tenth webhook is the first: those that setup() makes can be used.
  const run = await runAgainst(t, { name: 'webhook_id_unusable', share: 0.1 })
  assertRed(run, 'delivery * error_rate')
  assert.match(run.output, /webhook_stats.*client_error/)
})

thorough('an upload with another digest is red, and so is a list that lacks webhooks', async (t) => {
  const run = await runAgainst(
    t,
    { name: 'upload_wrong_digest', share: 0.5 },
    { name: 'missing_items', endpoint: 'webhook_list', share: 0.2 },
  )
  assertRed(run, 'mix upload failed_checks', 'mix webhook_list failed_checks')
})

thorough('counts that cannot be read at the end are red, not green', async (t) => {
  const run = await runAgainst(t, { name: 'error_503', endpoint: 'webhook_list' })
  assertRed(run, 'run events_verified min_share', 'mix * error_rate')
})

thorough('two instances that share the run each follow their own events', async (t) => {
  const { url } = await startGateway(t)
  const THRESHOLDS = await withoutLatency(t, 'integration')
  const runs = await Promise.all(
    ['0:1/2', '1/2:1'].map((segment) =>
      runScript(
        t,
        'integration',
        { BASE_URL: url, ...SIZE, THRESHOLDS, INSTANCES: 2 },
        ...['--execution-segment', segment, '--execution-segment-sequence', '0,1/2,1'],
      ),
    ),
  )
  for (const run of runs) assertPassed(run)
})

thorough('a gateway without webhooks is tested on what it has, and nothing is asked of deliveries', async (t) => {
  const { url } = await startGateway(t)
  const webhooks = { webhook_create: false, webhook_list: false, webhook_stats: false, event_publish: false } as const
  const TARGET = await jsonFile(t, 'target.json', { ...reference, endpoints: { ...reference.endpoints, ...webhooks } })
  const THRESHOLDS = await withoutLatency(t, 'integration', /^(events_|event_publish$|webhook_|delivery$)/)
  const run = await runScript(t, 'integration', { BASE_URL: url, TARGET, ...SIZE, THRESHOLDS })
  assertPassed(run)
  assert.deepEqual([...new Set(run.summary?.endpoints.map(({ endpoint }) => endpoint))].sort(), ['llm_complete', 'upload'])
  assert.ok(run.summary?.not_tested.includes('webhook_create'))
})

async function runWithReceiver(t: TestContext, status: number) {
  const { url } = await startGateway(t)
  const receiver = await webhookReceiver(t, status)
  const endpoints = { ...reference.endpoints, webhook_create: { values: { url: [receiver.url] } } }
  const TARGET = await jsonFile(t, 'target.json', { ...reference, endpoints })
  const settings = { BASE_URL: url, TARGET, ...SIZE, THRESHOLDS: await withoutLatency(t, 'integration') }
  return { run: await runScript(t, 'integration', settings), receiver }
}

thorough('green with webhooks that somebody receives', async (t) => {
  const { run, receiver } = await runWithReceiver(t, 200)
  assertPassed(run)
  const verified = run.summary?.figures.events_verified?.values.count ?? 0
  assert.ok(receiver.taken() >= verified && verified > 0, `${receiver.taken()} taken, ${verified} verified`)
})

thorough('webhooks that nobody takes are red', async (t) => {
  const { run } = await runWithReceiver(t, 500)
  assertRed(run, 'delivery webhook_stats failed_checks', 'run events_lost max')
})
