import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { authPlan, type Grant, refreshRequest, renewAt } from '../../lib/auth/auth.ts'
import { TAMPERED } from '../../lib/auth/forged-tokens.ts'
import { readSettings } from '../../lib/base/settings.ts'
import { bindTarget } from '../../lib/target/target.ts'
import { grantFor, openReference, type Running } from './gateway.ts'
import { PATIENCE_MS } from './http-client.ts'

let gateway: Running
before(async () => {
  gateway = await openReference()
})
after(() => gateway.close())

function planFor(env: Record<string, string>) {
  const settings = readSettings({ BASE_URL: gateway.url, ...env })
  return authPlan(
    bindTarget(JSON.parse(readFileSync('targets/reference.json', 'utf8')), 'reference.json', settings, true),
    settings,
  )
}
const granted = async (env: Record<string, string> = {}, more: object = {}): Promise<Grant> =>
  (await grantFor(planFor(env).tokenRequest, more)) ?? assert.fail('no token')

for (const flow of ['password', 'client_credentials'])
  test(`the ${flow} flow gets a token that opens the gateway, and one to renew it`, async () => {
    const grant = await granted({ AUTH: flow })
    assert.equal(await gateway.statusOf(grant.access_token), 200)
    assert.equal(grant.expires_in, 3600)
    assert.ok(grant.refresh_token)
    assert.ok(renewAt(grant, 0) > Date.now())
  })

test('a token is renewed with its refresh token; the new one opens the gateway, and can be renewed itself', async () => {
  const plan = planFor({})
  const first = await granted()
  const second = (await grantFor(refreshRequest(plan, first))) ?? assert.fail('not renewed')
  const third = (await grantFor(refreshRequest(plan, second))) ?? assert.fail('not renewed again')
  assert.equal(new Set([first, second, third].map(({ access_token }) => access_token)).size, 3)
  for (const { access_token } of [first, second, third]) assert.equal(await gateway.statusOf(access_token), 200)
})

test('a token carried as it is works in the bearer flow', async () => {
  const { access_token } = await granted()
  const { fixed, header } = planFor({ AUTH: 'bearer', TOKEN: access_token })
  assert.deepEqual(header, { name: 'Authorization', prefix: 'Bearer ' })
  assert.equal(await gateway.statusOf(fixed?.access_token ?? ''), 200)
})

test('a wrong secret gets no token, and neither does a wrong refresh token', async () => {
  for (const env of [
    { AUTH_PASSWORD: 'wrong' },
    { AUTH_USERNAME: 'nobody' },
    { AUTH: 'client_credentials', CLIENT_SECRET: 'wrong' },
    { AUTH: 'client_credentials', CLIENT_ID: 'nobody' },
  ] as Record<string, string>[])
    assert.equal(await grantFor(planFor(env).tokenRequest), undefined, JSON.stringify(env))
  const grant = await granted()
  assert.equal(await grantFor(refreshRequest(planFor({}), { ...grant, refresh_token: 'wrong' })), undefined)
  assert.equal(await grantFor(refreshRequest(planFor({}), { ...grant, refresh_token: grant.access_token })), undefined)
})

test('a refresh token opens nothing, and neither does a token that was tampered with', async () => {
  const { access_token, refresh_token = '' } = await granted()
  for (const token of [refresh_token, TAMPERED.forged(access_token), TAMPERED.unsigned(access_token), '', 'x'])
    assert.equal(await gateway.statusOf(token), 401)
})

test('a shorter life is granted where it is asked for, and ends', async () => {
  const grant = await granted({}, { expires_in: 1 })
  assert.equal(grant.expires_in, 1)
  const renewal = renewAt(grant, 1)
  assert.ok(renewal <= grant.issued + 850, 'it is renewed before its end')
  const deadline = performance.now() + PATIENCE_MS
  while ((await gateway.statusOf(grant.access_token)) !== 401) assert.ok(performance.now() < deadline, 'it does not end')
  assert.ok(await grantFor(refreshRequest(planFor({}), grant)), 'its refresh token outlives it')
})

test('where the token endpoint fails there is no token, and no refresh either', async () => {
  const grant = await granted()
  for (const name of ['token_endpoint_down', 'token_endpoint_401']) {
    for (const endpoint of ['auth', 'refresh']) {
      const off = gateway.arm({ name, endpoint })
      const asked = endpoint === 'auth' ? planFor({}).tokenRequest : refreshRequest(planFor({}), grant)
      assert.equal(await grantFor(asked), undefined, `${name} at ${endpoint}`)
      assert.equal(off(), 1)
    }
  }
})

test('an answer of the token endpoint that carries no token is none', async () => {
  for (const name of ['empty_object', 'truncated_json', 'error_500', 'not_found']) {
    const off = gateway.arm({ name, endpoint: 'auth' })
    assert.equal(await grantFor(planFor({}).tokenRequest), undefined, name)
    assert.ok(off() > 0)
  }
})
