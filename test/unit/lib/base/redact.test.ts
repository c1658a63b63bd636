import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { redact } from '../../../../lib/base/redact.ts'

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJsb2FkZ2F0ZSJ9.4Zr0pYt7Q2vLk9mXw1nBc8dFg3hJ5sKqUeRyTzAoIxE'

test('a token does not come through, wherever a gateway echoes it', () => {
  for (const text of [
    JWT,
    `Bearer ${JWT}`,
    `the token ${JWT} has expired`,
    `{"error":{"message":"bad token ${JWT}"}}`,
    `Get "http://127.0.0.1/api/v1/ws?token=${JWT}": EOF`,
    `{"headers":{"authorization":"Bearer ${JWT}"}}`,
    `authorization: Bearer ${JWT}\r\nhost: x`,
    `/ws?token=${JWT}&x=1`,
    `x${JWT}`,
  ]) {
    const clean = redact(text)
    for (const part of JWT.split('.')) assert.ok(!clean.includes(part.slice(0, 12)), clean)
  }
})

const OPAQUE = 'k4Tz9QwX'

test('an opaque secret does not come through where its name or its place says what it is', () => {
  for (const text of [
    `{"access_token":"${OPAQUE}"}`,
    `{"access_token" : "${OPAQUE}"}`,
    `{"refresh_token":"${OPAQUE}","x":1}`,
    `{"password":"${OPAQUE}"}`,
    `{"client_secret":"${OPAQUE}"}`,
    `{"api_key":"${OPAQUE}"}`,
    `{"apiKey":"${OPAQUE}"}`,
    `{"accessToken":"${OPAQUE}"}`,
    `{"PASSWORD":"${OPAQUE}"}`,
    `{"new_password":"${OPAQUE}"}`,
    `{"x-api-key":"${OPAQUE}"}`,
    `{"Authorization":"Bearer ${OPAQUE}"}`,
    `{"authorization":"${OPAQUE}"}`,
    `{"cookie":"session=${OPAQUE}; a=b"}`,
    `{'password': '${OPAQUE}'}`,
    `{"message":"body was {\\"password\\":\\"${OPAQUE}\\"}"}`,
    `{"message":"body was {\\\\\\"password\\\\\\":\\\\\\"${OPAQUE}\\\\\\"}"}`,
    `grant_type=password&username=x&password=${OPAQUE}`,
    `client_id=a&client_secret=${OPAQUE}&x=y`,
    `?token=${OPAQUE}`,
    `&api_key=${OPAQUE}&`,
    `no such user: Bearer ${OPAQUE}`,
    `{"message":"basic ${OPAQUE}== is nobody"}`,
    `Authorization: Bearer ${OPAQUE}`,
    `Authorization: Basic ${OPAQUE}==`,
    `authorization: ${OPAQUE} and more ${OPAQUE}`,
    `X-API-Key: ${OPAQUE}`,
    `Cookie: a=b; session=${OPAQUE}`,
    `password: ${OPAQUE}`,
    `http://ann:${OPAQUE}@127.0.0.1/x`,
    `{"secret":${OPAQUE}}`,
    `{"token":"${OPAQUE}`,
    `{"password":"a\\"${OPAQUE}"}`,
    `{"password":"a\\\\","x":"y","password":"${OPAQUE}"}`,
  ])
    assert.ok(!redact(text).includes(OPAQUE), `${text} -> ${redact(text)}`)
})

test('a number under the name of a secret is one too', () => {
  assert.ok(!redact('{"password":12345678,"x":1}').includes('12345678'))
})

test('what a person needs to find the fault stays', () => {
  for (const text of [
    '{"error":{"code":"not_found","message":"no such route"}}',
    '{"error":{"code":"unauthorized","message":"the token has expired"}}',
    '{"id":"c","model":"m","usage":{"prompt_tokens":5,"completion_tokens":7}}',
    '{"jsonrpc":"2.0","id":"7","error":{"code":-32601,"message":"method not found"}}',
    '{"total":500,"limit":20,"offset":40,"items":[]}',
    '<html><head><title>502 Bad Gateway</title></head></html>',
    'Get "http://127.0.0.1:8080/api/v1/health": dial tcp 127.0.0.1:8080: connect: connection refused',
    'has status 503, not 200',
    'unexpected token: <',
    'gateway_requests_total{method="GET",route="/api/v1/health",status="200"} 3',
    '',
  ])
    assert.equal(redact(text), text)
})

test('the text around a secret stays', () => {
  assert.equal(redact('{"a":1,"password":"hunter22","b":2}'), '{"a":1,"password":"<redacted>","b":2}')
  assert.equal(redact('/ws?a=1&token=hunter22&b=2'), '/ws?a=1&token=<redacted>&b=2')
})

test('a secret that is known is taken out in every form', () => {
  const secret = 'p"ä ss/w\\rd&='
  for (const text of [secret, `so ${secret}!`, JSON.stringify({ echo: secret }), `?echo=${encodeURIComponent(secret)}&x=1`]) {
    const clean = redact(text, ['other', secret])
    for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
      assert.ok(!clean.includes(form), clean)
  }
  assert.equal(redact('abc', ['', 'a']), 'abc', 'what is too short to be a secret would take out everything')
})

const secrets = fc.stringMatching(/^[A-Za-z0-9+/_~-]{8,40}$/)
const names = fc.constantFrom('access_token', 'refresh_token', 'password', 'client_secret', 'api_key', 'token', 'Authorization')

test('whatever the secret and wherever the answer is cut, it does not come through', () => {
  const fields = fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.string({ unit: 'binary' }), {
    maxKeys: 3,
    noNullPrototype: true,
  })
  fc.assert(
    fc.property(secrets, names, fields, fields, fc.nat(), fc.nat(2), (secret, name, before, after, at, depth) => {
      let text = JSON.stringify({ ...before, [name]: `${secret}"${secret}`, ...after })
      for (let i = 0; i < depth; i++) text = JSON.stringify({ echo: text })
      const cut = text.slice(0, at % (text.length + 1))
      for (const shown of [text, cut]) {
        const clean = redact(shown)
        const others = JSON.stringify([before, after, name, 'redacted', 'echo'])
        const start = secret.slice(0, 8)
        if (!others.includes(start)) assert.ok(!clean.includes(start), `${shown} -> ${clean}`)
      }
    }),
    { numRuns: 1000 },
  )
})

test('a known secret does not come through, whatever stands around it', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Z0-9]{4,20}$/), fc.string(), fc.string(), (secret, before, after) => {
      assert.ok(!redact(`${before}${secret}${after}`, [secret]).includes(secret))
    }),
  )
})

test('no text makes it throw or run long, and what is clean stays clean', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const clean = redact(text)
      assert.equal(redact(clean), clean)
    }),
  )
  // As long as what is read of an answer before it is cut.
  const LONG = 4000
  const started = performance.now()
  for (const hostile of ['password', '\\', '"', 'a.', 'eyJ', '"password":"', 'token=\\"'])
    redact(hostile.repeat(LONG).slice(0, LONG))
  assert.ok(performance.now() - started < 20_000, `${performance.now() - started} ms`)
})

test('a word of any length is looked at once: a log of them must not hold up a run', () => {
  const word = 'x'.repeat(200_000)
  assert.equal(redact(word), word)
  assert.equal(redact(`${word} access_token=hunter2`), `${word} access_token=<redacted>`)
})

test('what was taken out already is left as it is', () => {
  for (const text of ['token=<redacted>', 'token="<redacted>"', 'Authorization: <redacted>', '{"password":"<redacted>"}'])
    assert.equal(redact(text), text)
})
