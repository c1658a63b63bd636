import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { authPlan, readGrant, refreshRequest, renewAt } from '../../../../lib/auth/auth.ts'
import { readSettings } from '../../../../lib/base/settings.ts'
import { bindTarget, type TargetFile } from '../../../../lib/target/target.ts'
import { refuses } from '../refuses.ts'

type Auth = TargetFile['auth']
const plan = (auth: Auth, env: Record<string, string> = {}) => {
  const settings = readSettings(env)
  return authPlan(
    bindTarget({ name: 'mine', base_url: 'http://127.0.0.1:1/', auth, endpoints: {} }, 'mine.json', settings, true),
    settings,
  )
}
const bodyOf = (request: { body: string } | undefined): unknown => JSON.parse(request?.body ?? 'null')
const BEARER = { name: 'Authorization', prefix: 'Bearer ' }

test('no flow: no request, and an empty token', () => {
  const { tokenRequest, fixed } = plan({ flow: 'none' })
  assert.equal(tokenRequest, undefined)
  assert.deepEqual(fixed, { access_token: '', issued: 0 })
})

test('a bearer token comes from the environment', () => {
  const { tokenRequest, fixed, header } = plan({ flow: 'bearer' }, { TOKEN: 'abc' })
  assert.equal(tokenRequest, undefined)
  assert.equal(fixed?.access_token, 'abc')
  assert.deepEqual(header, BEARER)
})

test('an API key goes into the header that the target names', () => {
  assert.deepEqual(plan({ flow: 'api_key' }, { API_KEY: 'k' }).header, { name: 'X-API-Key', prefix: '' })
  const { header, fixed } = plan({ flow: 'api_key', header: 'Authorization' }, { API_KEY: 'Basic eDp5' })
  assert.deepEqual(header, { name: 'Authorization', prefix: '' })
  assert.equal(fixed?.access_token, 'Basic eDp5')
})

test('the password flow asks with user name and password; the environment goes before the file', () => {
  const auth: Auth = { flow: 'password', username: 'ann', password: 'from file' }
  const { tokenRequest, header, fixed } = plan(auth)
  assert.equal(tokenRequest?.url, 'http://127.0.0.1:1/auth/token')
  assert.deepEqual(bodyOf(tokenRequest), { grant_type: 'password', username: 'ann', password: 'from file' })
  assert.deepEqual(header, BEARER)
  assert.equal(fixed, undefined)
  assert.deepEqual(bodyOf(plan(auth, { AUTH_USERNAME: 'bob', AUTH_PASSWORD: 'x' }).tokenRequest), {
    grant_type: 'password',
    username: 'bob',
    password: 'x',
  })
})

test('a token is asked for with a form where the target file or the setting says so', () => {
  const auth: Auth = { flow: 'client_credentials', client_id: 'a b', client_secret: "s&=+%*'ü", refresh_path: '/refresh' }
  const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' }
  assert.deepEqual(plan(auth).tokenRequest?.headers, { 'Content-Type': 'application/json' })
  for (const asked of [plan({ ...auth, token_body: 'form' }), plan(auth, { AUTH_BODY: 'form' })]) {
    const { body, headers } = asked.tokenRequest ?? assert.fail()
    assert.deepEqual(headers, FORM)
    const sent = { grant_type: 'client_credentials', client_id: 'a b', client_secret: "s&=+%*'ü" }
    assert.equal(body, new URLSearchParams(sent).toString())
    assert.deepEqual(refreshRequest(asked, { access_token: 'a', refresh_token: 'r&', issued: 0 }), {
      url: 'http://127.0.0.1:1/refresh',
      body: 'grant_type=refresh_token&refresh_token=r%26',
      headers: FORM,
    })
  }
  assert.deepEqual(plan({ ...auth, token_body: 'form' }, { AUTH_BODY: 'json' }).tokenRequest, plan(auth).tokenRequest)
})

test('the client_credentials flow asks with client id and secret', () => {
  const auth: Auth = {
    flow: 'client_credentials',
    client_id: 'c',
    client_secret: 's',
    token_path: '/oauth/token',
    base_url: 'http://127.0.0.2/',
  }
  const { tokenRequest } = plan(auth)
  assert.equal(tokenRequest?.url, 'http://127.0.0.2/oauth/token')
  assert.deepEqual(bodyOf(tokenRequest), { grant_type: 'client_credentials', client_id: 'c', client_secret: 's' })
  assert.deepEqual(bodyOf(plan(auth, { CLIENT_ID: 'd', CLIENT_SECRET: 't' }).tokenRequest), {
    grant_type: 'client_credentials',
    client_id: 'd',
    client_secret: 't',
  })
})

test('what a flow needs and nobody gave is named, with the flow', () => {
  for (const [auth, env, setting] of [
    [{ flow: 'bearer' }, {}, 'TOKEN'],
    [{ flow: 'api_key' }, {}, 'API_KEY'],
    [{ flow: 'password' }, {}, 'AUTH_USERNAME'],
    [{ flow: 'password', username: 'ann' }, {}, 'AUTH_PASSWORD'],
    [{ flow: 'password', username: 'ann', password: '' }, {}, 'AUTH_PASSWORD'],
    [{ flow: 'password' }, { AUTH_PASSWORD: 'hunter2' }, 'AUTH_USERNAME'],
    [{ flow: 'client_credentials' }, {}, 'CLIENT_ID'],
    [{ flow: 'client_credentials', client_id: 'c' }, {}, 'CLIENT_SECRET'],
  ] as const) {
    const message = refuses(() => plan(auth, env), `setting ${setting}: missing; the ${auth.flow} flow needs it`)
    assert.ok(!message.includes('hunter2'))
  }
})

test('AUTH changes the flow of the file', () => {
  assert.equal(plan({ flow: 'none' }, { AUTH: 'bearer', TOKEN: 'abc' }).fixed?.access_token, 'abc')
  assert.equal(plan({ flow: 'password' }, { AUTH: 'none' }).fixed?.access_token, '')
})

const GRANT = { access_token: 'a', refresh_token: 'r&1 =', issued: 0, expires_in: 100 }

test('a token is renewed with its refresh token where the target has a place for that', () => {
  const withPath = plan({ flow: 'password', username: 'a', password: 'b', refresh_path: '/auth/refresh' })
  const request = refreshRequest(withPath, GRANT)
  assert.equal(request?.url, 'http://127.0.0.1:1/auth/refresh')
  assert.deepEqual(bodyOf(request), { refresh_token: 'r&1 =' })
  assert.equal(refreshRequest(withPath, { access_token: 'a', issued: 0 }), undefined, 'no refresh token')
  assert.equal(refreshRequest(plan({ flow: 'password', username: 'a', password: 'b' }), GRANT), undefined, 'no refresh path')
  assert.equal(refreshRequest(plan({ flow: 'bearer' }, { TOKEN: 'x' }), GRANT), undefined)
})

test('a refresh path that ends in = takes the token in the query', () => {
  const inQuery = plan({ flow: 'password', username: 'a', password: 'b', refresh_path: '/auth/refresh?refresh_token=' })
  assert.deepEqual(refreshRequest(inQuery, GRANT), {
    url: 'http://127.0.0.1:1/auth/refresh?refresh_token=r%261%20%3D',
    body: '',
    headers: {},
  })
})

test('a token endpoint’s answer is read', () => {
  assert.deepEqual(readGrant('{"access_token":"a","token_type":"Bearer","expires_in":3600,"refresh_token":"r"}', 7), {
    access_token: 'a',
    refresh_token: 'r',
    issued: 7,
    expires_in: 3600,
  })
  assert.deepEqual(readGrant('{"access_token":"a"}', 7), { access_token: 'a', issued: 7 })
  // Some identity providers write the seconds as a string.
  assert.equal(readGrant('{"access_token":"a","expires_in":"3599"}', 7)?.expires_in, 3599)
  for (const odd of [0, -5, null, '', 'soon', {}])
    assert.deepEqual(readGrant(JSON.stringify({ access_token: 'a', expires_in: odd }), 7), { access_token: 'a', issued: 7 })
})

test('an answer without a token is none', () => {
  for (const body of [
    '',
    'null',
    '[]',
    '"a"',
    '3',
    '{}',
    '{"access_token":""}',
    '{"access_token":"a\\r\\nX: b"}',
    '{"access_token":"a b"}',
    '{"access_token":"ä"}',
    '{"access_token":5}',
    '{"access_token":null}',
    '<html>',
  ])
    assert.equal(readGrant(body, 7), undefined, body)
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
      const grant = readGrant(body, 7)
      assert.ok(grant === undefined || grant.access_token !== '')
    }),
  )
})

test('a token is renewed after 70 to 85 % of its life, each VU at its own time', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 86_400 }),
      fc.nat(2 ** 41),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (expires_in, issued, spread) => {
        const share = (renewAt({ access_token: 'a', issued, expires_in }, spread) - issued) / (expires_in * 1000)
        assert.ok(share > 0.7 - 1e-3 && share < 0.85 + 1e-3, `${share}`)
      },
    ),
  )
  assert.notEqual(renewAt(GRANT, 0), renewAt(GRANT, 1))
  assert.equal(renewAt(GRANT, 0), 70_000)
  assert.equal(renewAt(GRANT, 1), 85_000)
})

test('a token without an end is never renewed', () => {
  assert.equal(renewAt({ access_token: 'a', issued: 0 }, 0.5), Number.POSITIVE_INFINITY)
})
