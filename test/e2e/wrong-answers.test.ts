/** Answers that come, and are none: what k6 alone takes for successes, and what it counts as done. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { EndpointSummary } from '../../lib/summary/model.ts'
import { withoutLatency } from './lenient-limits.ts'
import { loadgate, withFaults } from './loadgate-run.ts'
import { type Fault, startGateway } from './reference-gateway.ts'
import { assertPassed, assertRed, type K6Run, redGates, runScript } from './script-run.ts'

const USERS = { PROFILE: 'smoke', USERS: 10, DURATION: '3s' }
const ENDPOINTS = ['action', 'events', 'health', 'metrics', 'resource', 'resources']

async function against(t: TestContext, ...faults: Fault[]): Promise<K6Run> {
  const { url } = await startGateway(t, faults)
  return runScript(t, 'smoke', { ...USERS, BASE_URL: url, THRESHOLDS: await withoutLatency(t, 'smoke') })
}

const everywhere = (name: string): Fault[] => [{ name }, { name, endpoint: 'metrics' }]
const rowsOf = ({ summary }: K6Run): readonly EndpointSummary[] => summary?.endpoints ?? assert.fail('there is no summary')

test('right answers pass, and every endpoint was asked', async (t) => {
  const run = await against(t)
  assertPassed(run)
  for (const window of ['once', 'users']) {
    const asked = rowsOf(run).filter((row) => row.window === window && row.sent > 0 && row.ok === row.sent)
    assert.deepEqual(asked.map(({ endpoint }) => endpoint).sort(), ENDPOINTS)
  }
})

test('where every answer is 404, not one counts as right', async (t) => {
  const run = await against(t, ...everywhere('not_found'))
  assertRed(run, 'once * error_rate', 'once * delivered', 'users * error_rate', 'users * rps')
  for (const { sent, ok, failures } of rowsOf(run)) {
    assert.ok(sent > 0)
    assert.deepEqual({ ok, failures }, { ok: 0, failures: { client_error: sent } })
  }
})

test('where every answer is 200 with {}, not one counts as right', async (t) => {
  const run = await against(t, ...everywhere('empty_object'))
  const wrong = ENDPOINTS.filter((name) => name !== 'events').flatMap((endpoint) =>
    ['once', 'users'].map((window) => `${window} ${endpoint} wrong_answers`),
  )
  assertRed(run, 'once * error_rate', 'users * error_rate', ...wrong)
  // An event stream has no body to be emptied.
  for (const { sent, ok, failures } of rowsOf(run).filter(({ endpoint }) => endpoint !== 'events')) {
    assert.ok(sent > 0)
    assert.deepEqual({ ok, failures }, { ok: 0, failures: { wrong_answer: sent } })
  }
})

test('an answer about another resource than the one asked for is wrong, and no other endpoint is blamed', async (t) => {
  const run = await against(t, { name: 'another_id' })
  assertRed(run, 'users resource wrong_answers')
  assert.deepEqual(
    redGates(run).filter((gate) => gate.endsWith('wrong_answers')),
    ['once resource wrong_answers', 'users resource wrong_answers'],
  )
  for (const { endpoint, sent, ok } of rowsOf(run)) assert.equal(ok, endpoint === 'resource' ? 0 : sent, endpoint)
})

test('a script that needs right answers before its load stops at the first wrong one, and that is a failure of the gateway', async (t) => {
  const run = await loadgate(t, ['run', 'http', '--no-record', '--profile', 'smoke', ...withFaults({ name: 'not_found' })])
  assert.equal(run.code, 99, run.out + run.err)
  assert.match(run.out, /No load was sent/)
  assert.match(
    run.out,
    /FAIL {2}The gateway failed before the load: agent 1 of 20 could not be registered: .* status 404, not 200\./,
  )
})

for (const [fault, says] of [
  ['not_found', /^100 % of the requests of window once failed \(client_error 6\); the limit is 0 %\.$/],
  ['empty_object', /^83\.33 % of the requests of window once failed \(wrong_answer 5\)/],
] as const)
  test(`${fault} everywhere: the verdict is fail`, async (t) => {
    const run = await loadgate(t, ['run', 'smoke', '--no-record', ...withFaults(...everywhere(fault))], {
      ...USERS,
      USERS: '10',
    })
    assert.equal(run.code, 99, run.out + run.err)
    const { verdict, reasons } = run.verdict()
    assert.equal(verdict, 'fail')
    assert.match(reasons[0]?.sentence ?? '', says)
  })
