import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { openApp, PASSWORD_GRANT } from '../app-under-test.ts'

const CLIENT_GRANT = { grant_type: 'client_credentials', client_id: 'loadgate-client', client_secret: 'loadgate-secret' }

const post = (app: FastifyInstance, url: string, payload: object) => app.inject({ method: 'POST', url, payload })
const statusWith = async (app: FastifyInstance, authorization?: string) =>
  (await app.inject({ url: '/api/v1/resource/r-0001', headers: authorization === undefined ? {} : { authorization } })).statusCode

test('both grants give a token that opens the bearer routes', async (t) => {
  const app = await openApp(t)
  for (const grant of [PASSWORD_GRANT, CLIENT_GRANT]) {
    const answer = await post(app, '/auth/token', grant)
    assert.equal(answer.statusCode, 200)
    const { access_token, token_type, expires_in, refresh_token } = answer.json()
    assert.equal(token_type, 'Bearer')
    assert.equal(expires_in, 3600)
    assert.notEqual(refresh_token, access_token)
    assert.equal(JSON.parse(Buffer.from(access_token.split('.')[0], 'base64url').toString()).alg, 'HS256')
    assert.equal(await statusWith(app, `Bearer ${access_token}`), 200)
    assert.equal(await statusWith(app, `bearer  ${access_token}`), 200, 'the scheme has no case')
    assert.equal(await statusWith(app, `Bearer ${refresh_token}`), 401, 'a refresh token is not an access token')
  }
})

test('wrong grants are refused by kind', async (t) => {
  const app = await openApp(t)
  const cases: readonly [payload: object, status: number, code: string][] = [
    [{ ...PASSWORD_GRANT, password: 'x' }, 401, 'invalid_grant'],
    [{ ...PASSWORD_GRANT, username: 'toString' }, 401, 'invalid_grant'],
    [{ ...PASSWORD_GRANT, username: '', password: '' }, 401, 'invalid_grant'],
    [{ ...CLIENT_GRANT, client_secret: 'x' }, 401, 'invalid_grant'],
    [{ grant_type: 'magic' }, 400, 'unsupported_grant_type'],
    [{ grant_type: 'password' }, 422, 'invalid_body'],
    [{ grant_type: 7 }, 422, 'invalid_body'],
    [{}, 422, 'invalid_body'],
  ]
  for (const [payload, status, code] of cases) {
    const answer = await post(app, '/auth/token', payload)
    assert.equal(answer.statusCode, status, JSON.stringify(payload))
    assert.equal(answer.json().error.code, code)
  }
})

test('a refresh token gives new tokens and stays usable', async (t) => {
  const app = await openApp(t)
  const first = (await post(app, '/auth/token', PASSWORD_GRANT)).json()
  const second = (await post(app, '/auth/refresh', { refresh_token: first.refresh_token })).json()
  const third = (await post(app, '/auth/refresh', { refresh_token: first.refresh_token })).json()
  assert.equal(new Set([first, second, third].map((answer) => answer.access_token)).size, 3)
  assert.equal(new Set([first, second, third].map((answer) => answer.refresh_token)).size, 3)
  assert.equal(await statusWith(app, `Bearer ${third.access_token}`), 200)
  for (const refresh_token of [first.access_token, 'x', '']) {
    const answer = await post(app, '/auth/refresh', { refresh_token })
    assert.equal(answer.statusCode, 401)
    assert.equal(answer.json().error.code, 'invalid_grant')
  }
})

test('no token, a malformed one and a forged one are 401 with a challenge', async (t) => {
  const app = await openApp(t)
  const { access_token: token } = (await post(app, '/auth/token', PASSWORD_GRANT)).json()
  const [head = '', body = '', signature = ''] = token.split('.')
  const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
  const foreign = createHmac('sha256', 'another key').update(`${head}.${body}`).digest('base64url')
  const forged = [
    `${head}.${body}.${signature.slice(0, -2)}AA`,
    `${head}.${body}.${foreign}`,
    `${head}.${body}.`,
    `${none}.${body}.`,
    `${none}.${body}.${signature}`,
    'x.y.z',
    'x',
  ]
  for (const authorization of [
    undefined,
    '',
    'Bearer',
    'Bearer ',
    `Basic ${token}`,
    token,
    ...forged.map((f) => `Bearer ${f}`),
  ]) {
    const headers = authorization === undefined ? {} : { authorization }
    const answer = await app.inject({ url: '/api/v1/resource/r-0001', headers })
    assert.equal(answer.statusCode, 401, authorization)
    assert.equal(answer.headers['www-authenticate'], 'Bearer')
    assert.equal(answer.json().error.code, 'unauthorized')
  }
})

test('an expired token is refused at once, although it was verified before', async (t) => {
  let now = Date.now()
  t.mock.method(Date, 'now', () => now)
  const app = await openApp(t, { tokenTtlS: 0.15 })
  const { access_token, expires_in } = (await post(app, '/auth/token', PASSWORD_GRANT)).json()
  assert.equal(expires_in, 0.15)
  assert.equal(await statusWith(app, `Bearer ${access_token}`), 200)
  now += 150
  assert.equal(await statusWith(app, `Bearer ${access_token}`), 200)
  now += 1
  assert.equal(await statusWith(app, `Bearer ${access_token}`), 401)
})

test('a shorter life is granted when it is asked for, a longer one is not', async (t) => {
  const now = Date.now()
  t.mock.method(Date, 'now', () => now)
  const app = await openApp(t, { tokenTtlS: 60 })
  for (const [asked, granted] of [
    [1, 1],
    [60, 60],
    [3600, 60],
  ]) {
    const { access_token, expires_in } = (await post(app, '/auth/token', { ...PASSWORD_GRANT, expires_in: asked })).json()
    assert.equal(expires_in, granted)
    assert.equal(await statusWith(app, `Bearer ${access_token}`), 200)
    const claims = JSON.parse(Buffer.from(access_token.split('.')[1], 'base64url').toString())
    assert.equal(claims.exp - claims.iat <= (granted ?? 0) + 1, true)
  }
  for (const expires_in of [0, -1, 1.5, '1'])
    assert.equal((await post(app, '/auth/token', { ...PASSWORD_GRANT, expires_in })).statusCode, 422, String(expires_in))
})
