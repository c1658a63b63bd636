import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { thorough } from '../thorough.ts'
import { looseLimits } from './lenient-limits.ts'
import { type Fault, startGateway } from './reference-gateway.ts'
import { assertPassed, assertRed, EXIT, gateOf, jsonFile, runScript } from './script-run.ts'

const SHORT = { PROFILE: 'smoke', WARMUP: '1s', RATE: 60, SPIKE: 3, DURATION: '4s' }

const LIMIT = 100
const limitedTarget = (t: TestContext, url: string, limiter: object = { rps: LIMIT, exempt: ['health'] }) =>
  jsonFile(t, 'limited.json', {
    name: 'limited',
    base_url: url,
    auth: { flow: 'password', username: 'loadgate', password: 'loadgate-password' },
    endpoints: { resource: { values: { id: 'r-{0000..0499}' } } },
    limiter,
  })

/** A spike well above the limit of a gateway that has one. */
async function spike(t: TestContext, faults: Fault[], settings: Record<string, string | number> = {}) {
  const { url } = await startGateway(t, faults, '--rate-limit', String(LIMIT))
  const THRESHOLDS = await looseLimits(t, 'burst')
  return runScript(t, 'burst', { ...SHORT, SPIKE: 5, TARGET: await limitedTarget(t, url), THRESHOLDS, ...settings })
}

thorough('a gateway without a limiter bears the spike and has the windows it always had', async (t) => {
  const { url } = await startGateway(t)
  const run = await runScript(t, 'burst', { ...SHORT, BASE_URL: url, THRESHOLDS: await looseLimits(t, 'burst') })
  assertPassed(run)
  assert.deepEqual(
    run.summary?.windows.map(({ name }) => name),
    ['warmup', 'base', 'spike', 'settle', 'recovery'],
  )
})

thorough('spikes repeat, each with its recovery and all under the same limits', async (t) => {
  const { url } = await startGateway(t)
  const settings = { ...SHORT, BASE_URL: url, SPIKES: 2, THRESHOLDS: await looseLimits(t, 'burst') }
  const run = await runScript(t, 'burst', settings)
  assertPassed(run)
  const gated = run.summary?.windows.filter(({ gated }) => gated).map(({ name }) => name)
  assert.deepEqual(gated, ['base', 'spike-1', 'recovery-1', 'spike-2', 'recovery-2'])
  for (const name of ['spike-1', 'spike-2']) assert.equal(gateOf(run, `${name} * p95_ms`).limit, 300 * 50)
})

test('errors and slowness are red in the window they belong to', async (t) => {
  const { url } = await startGateway(t, [
    { name: 'error_503', endpoint: 'action', share: 0.5 },
    { name: 'latency', endpoint: 'resource', ms: 400 },
  ])
  const run = await runScript(t, 'burst', { ...SHORT, BASE_URL: url })
  assertRed(run, 'base * error_rate', 'spike * error_rate', 'base * p95_ms', 'recovery * p95_ms')
})

thorough('above its limit a gateway must shed, and what it sheds is no error', async (t) => {
  const run = await spike(t, [])
  assertPassed(run)
  assert.ok((gateOf(run, 'spike * shed_excess').measured ?? 0) > 0.8)
  const total = run.summary?.windows.find(({ name }) => name === 'spike')?.total
  assert.ok(total && total.shed > 100 && total.errors === 0, JSON.stringify(total))
  assert.equal(run.summary?.advice, undefined, 'nothing is red, so there is nothing to advise')
})

test('a limiter that never starts is red', async (t) => {
  assertRed(await spike(t, [{ name: 'never_limits' }]), 'spike * shed_excess')
})

thorough('a limiter that starts too early takes from what it promises', async (t) => {
  assertRed(await spike(t, [{ name: 'limits_too_early', part: 0.4 }]), 'spike * goodput')
})

thorough('a 429 that does not say when to come back is a failed check', async (t) => {
  const run = await spike(t, [{ name: 'no_retry_after' }])
  assertRed(run, 'spike resource failed_checks', 'spike * error_rate')
  assert.match(run.output, /has no Retry-After/)
})

thorough('a target whose 429 never says so is taken as it is', async (t) => {
  const { url } = await startGateway(t, [{ name: 'no_retry_after' }], '--rate-limit', String(LIMIT))
  const TARGET = await limitedTarget(t, url, { rps: LIMIT, exempt: ['health'], retry_after: false })
  const run = await runScript(t, 'burst', { ...SHORT, SPIKE: 5, TARGET, THRESHOLDS: await looseLimits(t, 'burst') })
  const total = run.summary?.windows.find(({ name }) => name === 'spike')?.total
  assert.ok(total && total.shed > 100 && total.errors === 0, JSON.stringify(total))
  assert.ok(gateOf(run, 'spike * error_rate').ok)
  assert.ok(gateOf(run, 'spike resource failed_checks').ok)
})

thorough('an unexpected limiter reads as one, with the advice to raise it', async (t) => {
  const { url } = await startGateway(t, [], '--rate-limit', String(LIMIT))
  const run = await runScript(t, 'burst', { ...SHORT, SPIKE: 5, BASE_URL: url })
  assertRed(run, 'spike * shed_rate', 'spike * goodput')
  assert.match(run.output, /requests were shed by the rate limiter \(429\)\. Raise the gateway's limit/)
})

thorough('a steady load above the limit is a mistake, said before anything is sent', async (t) => {
  const { url } = await startGateway(t, [], '--rate-limit', String(LIMIT))
  const run = await runScript(t, 'burst', { ...SHORT, RATE: 200, TARGET: await limitedTarget(t, url) })
  assert.equal(run.code, EXIT.stopped)
  assert.match(
    run.output,
    /setting RATE: 200 requests a second are more than the 100 that the rate limiter of target limited lets through/,
  )
  assert.equal(run.summary, undefined)
})
