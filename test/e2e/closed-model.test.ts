import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { thorough } from '../thorough.ts'
import { type Fault, startGateway } from './reference-gateway.ts'
import { assertRed, runScript } from './script-run.ts'

/** The figures that an old report has: requests, errors, requests a second, p95. */
async function users(t: TestContext, script: string, settings: Record<string, string | number>, faults: Fault[] = []) {
  const { url } = await startGateway(t, faults)
  const run = await runScript(t, script, { BASE_URL: url, ...settings })
  const total = run.summary?.windows.find(({ name }) => name === 'users')?.total ?? assert.fail(run.output.slice(-3000))
  return { run, total }
}

thorough('ten users for ten seconds: PROFILE=smoke', async (t) => {
  const { run, total } = await users(t, 'smoke', { PROFILE: 'smoke' })
  assert.equal(total.errors, 0)
  assert.equal(Math.round(total.sent / total.rps), 10)
  assert.ok((total.latency?.p95 ?? 0) > 0)
  // Laid beside an old report, line by line.
  assert.match(run.output, /window +requests +errors +shed +sent\/s +p95\n/)
  assert.match(run.output, / {2}users +[\d,]+ +0 +0 +[\d.]+\/s +[\d.]+ ms\n/)
})

thorough('many users with think time: USERS, DURATION and THINK_TIME', async (t) => {
  const { total } = await users(t, 'http', { PROFILE: 'smoke', USERS: 60, DURATION: '5s', THINK_TIME: '500ms' })
  // Sixty users who think half a second make at most 120 requests a second, whatever the gateway does.
  assert.ok(total.rps > 20 && total.rps <= 121, `${total.rps}/s`)
  assert.equal(total.errors, 0)
})

thorough('a slow gateway slows its users down: the closed model sees fewer requests, not a queue', async (t) => {
  const slow = [{ name: 'latency', ms: 500 }]
  const { run, total } = await users(t, 'http', { PROFILE: 'smoke', USERS: 20, DURATION: '5s', THINK_TIME: '500ms' }, slow)
  assertRed(run, 'users * p95_ms')
  assert.ok(total.rps <= 21, `${total.rps}/s`)
})

thorough('errors are counted, and are red', async (t) => {
  const faults = [{ name: 'error_500', endpoint: 'resource', share: 0.2 }]
  const { run, total } = await users(t, 'http', { PROFILE: 'smoke', USERS: 20, DURATION: '5s', THINK_TIME: '100ms' }, faults)
  assertRed(run, 'users * error_rate')
  assert.ok(total.errors > 0 && total.errors < total.sent * 0.25, JSON.stringify(total))
})
