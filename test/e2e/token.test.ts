/** The token: not to be had, refused, or at its end while the load runs. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { thorough } from '../thorough.ts'
import { loadgate, withFaults } from './loadgate-run.ts'
import { startGateway } from './reference-gateway.ts'
import { assertPassed, assertRed, EXIT, jsonFile, runScript } from './script-run.ts'

const SIZE = { PROFILE: 'smoke', WARMUP: '0s', DURATION: '5s', RATE: '80' }
const SECRET = 'not-the-password'
const loose = (t: TestContext) =>
  jsonFile(t, 'own.json', {
    windows: { steady: { '*': { p95_ms: 5000, error_rate: 0, goodput: 0.8, why: 'Not one request may be refused.' } } },
    run: { dropped_share: 0.2 },
  })

test('the token endpoint is down', async (t) => {
  const { url } = await startGateway(t, [{ name: 'token_endpoint_down' }])
  const run = await runScript(t, 'burst', { PROFILE: 'smoke', BASE_URL: url })
  assert.equal(run.code, EXIT.aborted, run.output)
  assert.match(run.output, /test aborted: no token: POST http:\/\/\S+\/auth\/token answered 503/)
})

test('nobody listens where the token is asked for', async (t) => {
  const { url } = await startGateway(t)
  const auth = { flow: 'password', username: 'loadgate', password: 'loadgate-password', base_url: 'http://127.0.0.1:9' }
  const endpoints = { resource: { values: { id: 'r-0001' } } }
  const TARGET = await jsonFile(t, 'own.json', { name: 'own', base_url: url, auth, endpoints })
  const run = await runScript(t, 'smoke', { PROFILE: 'smoke', TARGET })
  assert.equal(run.code, EXIT.aborted, run.output)
  assert.match(run.output, /no token: POST http:\/\/127\.0\.0\.1:9\/auth\/token did not answer: dial: connection refused/)
})

test('the secret is wrong: said, and not shown', async (t) => {
  const { url } = await startGateway(t)
  const run = await runScript(t, 'burst', { PROFILE: 'smoke', BASE_URL: url, AUTH_PASSWORD: SECRET })
  assert.equal(run.code, EXIT.aborted, run.output)
  assert.match(run.output, /no token: POST \S+\/auth\/token answered 401: are the user name and the secret right\?/)
  assert.ok(!run.output.includes(SECRET))
})

thorough('loadgate run says what to look at', async (t) => {
  const down = await loadgate(t, ['run', 'burst', '--no-record', ...withFaults({ name: 'token_endpoint_down' })])
  assert.equal(down.code, 99, down.out + down.err)
  assert.match(down.out, /FAIL {2}The gateway failed before the load: no token: POST \S+ answered 503\./)

  const refused = await loadgate(t, ['run', 'burst', '--no-record'], { AUTH_PASSWORD: SECRET })
  assert.equal(refused.code, 3, refused.out + refused.err)
  assert.match(
    refused.out,
    /INVALID {2}The gateway gave no token: POST \S+ answered 401: are the user name and the secret right\?/,
  )
  assert.match(refused.out, /Check the credentials \(AUTH_USERNAME, AUTH_PASSWORD/)
  assert.ok(![refused.out, refused.err, refused.file('k6.log'), refused.file('verdict.json')].join('').includes(SECRET))
})

thorough('a token that expires under load is renewed before it does', async (t) => {
  const gateway = await startGateway(t, [], '--token-ttl', '8')
  // Renewed after 7 s at most: whatever the machine does in that last second, the token is good.
  const run = await runScript(t, 'http', { ...SIZE, DURATION: '9s', BASE_URL: gateway.url, THRESHOLDS: await loose(t) })
  assertPassed(run)
  assert.ok((await gateway.requests('/auth/refresh')) > 0, 'no token was renewed')
  assert.equal(
    run.summary?.endpoints.reduce((sum, { failures }) => sum + (failures.client_error ?? 0), 0),
    0,
  )
})

thorough('a token that cannot be renewed is red', async (t) => {
  // The first token is granted, and none after it.
  const down = [
    { name: 'token_endpoint_down', endpoint: 'auth', after_requests: 1 },
    { name: 'token_endpoint_down', endpoint: 'refresh' },
  ]
  const { url } = await startGateway(t, down, '--token-ttl', '2')
  const run = await runScript(t, 'http', { ...SIZE, BASE_URL: url, THRESHOLDS: await loose(t) })
  assertRed(run, 'steady * error_rate')
  assert.match(run.output, /has status 401, not 200/)
})
