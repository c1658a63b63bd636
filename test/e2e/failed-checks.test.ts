/** Answers that come, and are none: what k6 alone takes for successes, and what it counts as done. */
import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { EndpointSummary } from '../../lib/summary/model.ts'
import { thorough } from '../thorough.ts'
import { loadgate, withFaults } from './loadgate-run.ts'
import { type Fault, startGateway } from './reference-gateway.ts'
import { restTarget } from './rest-target.ts'
import { assertPassed, assertRed, jsonFile, type K6Run, redGates, runScript } from './script-run.ts'

const ENDPOINTS = ['action', 'health', 'resource', 'resources']
const LIMITS = { windows: { users: { '*': { error_rate: 0.001, rps: 10, why: 'Ten users get ten valid answers a second.' } } } }

/** Ten users of whom each waits a tenth of a second. */
async function users(t: TestContext, ...faults: Fault[]) {
  const { url } = await startGateway(t, faults)
  const size = { PROFILE: 'smoke', USERS: '10', THINK_TIME: '100ms', DURATION: '3s' }
  return { ...size, TARGET: await restTarget(t, url), THRESHOLDS: await jsonFile(t, 'own.json', LIMITS) }
}

const rowsOf = ({ summary }: K6Run): readonly EndpointSummary[] => summary?.endpoints ?? assert.fail('there is no summary')

/** Each endpoint was asked, and whatever it answered was of this class. */
function assertAll(run: K6Run, failure: string): void {
  assert.deepEqual(
    rowsOf(run).map(({ endpoint, sent, ok, failures }) => [endpoint, sent > 0, ok, failures[failure] === sent]),
    rowsOf(run).map(({ endpoint }) => [endpoint, true, 0, true]),
  )
  assert.equal(rowsOf(run).length, ENDPOINTS.length)
}

describe('failed checks', { concurrency: 2 }, () => {
  test('valid ones pass, and every endpoint was asked', async (t) => {
    const run = await runScript(t, 'http', await users(t))
    assertPassed(run)
    const right = rowsOf(run).filter(({ sent, ok }) => sent > 0 && ok === sent)
    assert.deepEqual(right.map(({ endpoint }) => endpoint).sort(), ENDPOINTS)
  })

  test('where every answer is 404, not one counts as right', async (t) => {
    const run = await runScript(t, 'http', await users(t, { name: 'not_found' }))
    assertRed(run, 'users * error_rate', 'users * rps')
    assertAll(run, 'client_error')
  })

  test('where every answer is 200 with {}, not one counts as right', async (t) => {
    const run = await runScript(t, 'http', await users(t, { name: 'empty_object' }))
    assertRed(run, 'users * error_rate', 'users * rps', ...ENDPOINTS.map((endpoint) => `users ${endpoint} failed_checks`))
    assertAll(run, 'failed_check')
  })

  thorough('an answer about another resource than the one asked for is wrong, and no other endpoint is blamed', async (t) => {
    const run = await runScript(t, 'http', await users(t, { name: 'another_id' }))
    assertRed(run, 'users * error_rate')
    assert.deepEqual(
      redGates(run).filter((gate) => gate.endsWith('failed_checks')),
      ['users resource failed_checks'],
    )
    for (const { endpoint, sent, ok } of rowsOf(run)) assert.equal(ok, endpoint === 'resource' ? 0 : sent, endpoint)
  })

  for (const [fault, failure, what] of [
    ['not_found', 'client_error', 'requests were refused'],
    ['empty_object', 'failed_check', 'answers failed their check'],
  ] as const)
    thorough(`${fault}: the verdict is fail`, async (t) => {
      const run = await loadgate(t, ['run', 'http', '--no-record', '--no-probe'], await users(t, { name: fault }))
      assert.equal(run.code, 99, run.out + run.err)
      assert.equal(run.verdict().verdict, 'fail')
      assert.match(
        run.out,
        new RegExp(`FAIL {2}4 endpoints \\(.*\\): ([\\d,]+) of \\1 ${what} in window users: .* \\(${failure} \\d+\\)\\.`),
      )
    })

  thorough(
    'a script that needs valid answers before its load stops at the first invalid one: the gateway has failed',
    async (t) => {
      const run = await loadgate(t, ['run', 'http', '--no-record', '--profile', 'smoke', ...withFaults({ name: 'not_found' })])
      assert.equal(run.code, 99, run.out + run.err)
      assert.match(run.out, /No load was sent/)
      assert.match(
        run.out,
        /FAIL {2}The gateway failed before the load: agent 1 of 20 could not be registered: .* status 404, not 200\./,
      )
    },
  )
})
