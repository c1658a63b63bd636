import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { GUARDED, REFUSALS } from '../../lib/refusals/refusals.ts'
import { FORMS } from '../../lib/refusals/unauthorized.ts'
import { thorough } from '../thorough.ts'
import { looseLimits } from './lenient-limits.ts'
import { type Fault, startGateway } from './reference-gateway.ts'
import { assertPassed, assertRed, EXIT, gateOf, jsonFile, runScript, startScript } from './script-run.ts'
import { until } from './until.ts'

const SHORT = { PROFILE: 'smoke', WARMUP: '1s', DURATION: '8s' }

const loose = async (t: TestContext) => ({ ...SHORT, THRESHOLDS: await looseLimits(t, 'failure') })

const against = async (t: TestContext, ...faults: Fault[]) => {
  const { url } = await startGateway(t, faults)
  return runScript(t, 'failure', { ...(await loose(t)), BASE_URL: url })
}

test('a gateway that refuses what it must passes, and was asked everything', async (t) => {
  const run = await against(t)
  assertPassed(run)
  const asked = (run.summary?.endpoints ?? []).filter(({ window, sent }) => window === 'refused' && sent >= 1)
  assert.deepEqual(asked.map(({ endpoint }) => endpoint).sort(), Object.keys(REFUSALS).sort())
  assert.deepEqual(run.summary?.not_tested, [])
})

const of = (...forms: string[]) => GUARDED.flatMap(({ at }) => forms.map((form) => `${at}.${form}`))

const HOLES: readonly [fault: string, red: readonly string[]][] = [
  ['accepts_missing_tokens', of('no_token', 'odd_scheme')],
  [
    'accepts_forged_tokens',
    // In a header, one of the odd schemes is `bearer`; a WebSocket looks for its token elsewhere.
    of('bad_token', 'odd_scheme', 'extended_token', 'forged_token', 'unsigned_token').filter(
      (name) => name !== 'websocket.odd_scheme',
    ),
  ],
  ['accepts_expired_tokens', of('expired_token')],
]
for (const [name, holes] of HOLES)
  thorough(`${name}: each such request is a failed check, at every endpoint`, async (t) => {
    const run = await against(t, { name })
    assertRed(run, 'refused * error_rate', ...holes.map((hole) => `refused ${hole} failed_checks`))
    const wrong = (run.summary?.endpoints ?? []).filter(
      ({ window, failures }) => window === 'refused' && Object.keys(failures).length > 0,
    )
    assert.deepEqual(wrong.map(({ endpoint }) => endpoint).sort(), [...holes].sort())
  })

test('a gateway that looks at tokens on one route only is seen', async (t) => {
  const run = await against(t, { name: 'accepts_missing_tokens', endpoint: 'resources' })
  assertRed(run, 'refused * error_rate', 'refused resources.no_token failed_checks')
  assert.equal(gateOf(run, 'refused resource.no_token failed_checks').ok, true)
})

thorough('a crash on a malformed request is a failure, whatever status was expected', async (t) => {
  const run = await against(t, { name: 'error_500', endpoint: 'action' })
  assertRed(run, 'refused * error_rate')
  const { failures } = run.summary?.endpoints.find(({ endpoint }) => endpoint === 'malformed_json') ?? assert.fail('not asked')
  assert.ok((failures.server_error ?? 0) > 0, JSON.stringify(failures))
})

thorough('another refusal than the right one is a failed check', async (t) => {
  const run = await against(t, { name: 'not_found', endpoint: 'action' })
  assertRed(run, 'refused malformed_json failed_checks', 'refused oversized_body failed_checks')
})

thorough('normal users who suffer are seen', async (t) => {
  const { url } = await startGateway(t, [
    { name: 'latency', endpoint: 'resource', ms: 300 },
    { name: 'error_503', endpoint: 'resources', share: 0.2 },
  ])
  assertRed(await runScript(t, 'failure', { ...SHORT, BASE_URL: url }), 'normal * p95_ms', 'normal * error_rate')
})

thorough('a gateway that is started anew by a request has crashed', async (t) => {
  const gateway = await startGateway(t, [], '--faults')
  const { done } = await startScript(t, 'failure', { ...(await loose(t)), BASE_URL: gateway.url })
  const over = done.then(({ output }) => assert.fail(`the run was over before: ${output}`))
  await Promise.race([until(async () => (await gateway.requests('/api/v1/resource/:id')) > 60), over])
  await gateway.arm({ name: 'worker_restart', down_ms: 20 })
  assertRed(await done, 'run watch_restarts max')
})

const reference = (url: string, auth: object, more: object = {}) => ({
  name: 'other',
  base_url: url,
  auth,
  endpoints: { resource: { values: { id: 'r-{0000..0499}' } } },
  ...more,
})
const LOGIN = { flow: 'password', username: 'loadgate', password: 'loadgate-password' }

thorough('without a way to an expired token that case is not tested; a given one is used', async (t) => {
  const { url } = await startGateway(t)
  const TARGET = await jsonFile(t, 'target.json', reference(url, LOGIN))
  const without = await runScript(t, 'failure', { ...(await loose(t)), TARGET })
  assertPassed(without)
  assert.deepEqual(without.summary?.not_tested?.toSorted(), of('expired_token').sort())

  const login = { grant_type: 'password', username: 'loadgate', password: 'loadgate-password' }
  const answer = await fetch(`${url}/auth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...login, expires_in: 1 }),
  })
  const { access_token: token } = (await answer.json()) as { access_token: string }
  const given = await runScript(t, 'failure', { ...(await loose(t)), TARGET, EXPIRED_TOKEN: token })
  assertPassed(given)
  assert.equal(gateOf(given, 'refused resource.expired_token samples').ok, true)
  assert.equal(given.output.includes(token), false, 'the token is shown nowhere')
})

thorough('a target that has no authorization is not asked about it', async (t) => {
  const { url } = await startGateway(t, [{ name: 'accepts_missing_tokens' }])
  const TARGET = await jsonFile(t, 'target.json', reference(url, { flow: 'none' }))
  const run = await runScript(t, 'failure', { ...(await loose(t)), TARGET })
  assertPassed(run)
  const { not_tested: missed = [] } = run.summary ?? {}
  for (const name of of(...Object.keys(FORMS))) assert.ok(missed.includes(name), `${name} is among ${missed.join(', ')}`)
})

thorough('a token that was never good stops the run: its refusal would prove nothing', async (t) => {
  const { url } = await startGateway(t)
  const moved = { resource: { values: { id: 'r-{0000..0499}' } }, 'resource.expired_token': { path: '/api/v1/nowhere' } }
  const TARGET = await jsonFile(t, 'target.json', reference(url, { ...LOGIN, expires_in: true }, { endpoints: moved }))
  const run = await runScript(t, 'failure', { ...(await loose(t)), TARGET })
  assert.equal(run.code, EXIT.aborted)
  assert.match(run.output, /no expired token: a token of 1 s was refused .* with status 404 while it was good/)
})

thorough('a token that was at its end before anybody could try it is asked for anew', async (t) => {
  // The second token of the run, whose life is a second.
  const run = await against(t, { name: 'slow_body', endpoint: 'auth', ms: 1500, share: 0.5 })
  assertPassed(run)
})
