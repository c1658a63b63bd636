import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { forged, unsigned } from '../../../../lib/auth/forged-tokens.ts'

const part = fc.stringMatching(/^[A-Za-z0-9_-]{4,60}$/)
const jwt = fc.tuple(part, part, part).map((parts) => parts.join('.'))

test('a forged token has the same claims under another signature of the same length', () => {
  fc.assert(
    fc.property(jwt, (token) => {
      const changed = forged(token)
      assert.notEqual(changed, token)
      assert.equal(changed.length, token.length)
      assert.deepEqual(changed.split('.').slice(0, 2), token.split('.').slice(0, 2))
      // The last character of a signature may carry bits that count for nothing.
      assert.equal(changed.at(-1), token.at(-1))
      assert.notEqual(
        Buffer.from(changed.split('.')[2] ?? '', 'base64url').toString('hex'),
        Buffer.from(token.split('.')[2] ?? '', 'base64url').toString('hex'),
      )
    }),
  )
})

test('a token that is no JWT is changed too', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9]{1,40}$/), (token) => {
      assert.notEqual(forged(token), token)
      assert.equal(forged(token).length, token.length)
    }),
  )
})

test('an unsigned token claims the algorithm none, keeps its claims and has no signature', () => {
  fc.assert(
    fc.property(jwt, (token) => {
      const [header = '', claims, signature] = unsigned(token).split('.')
      assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url').toString()), { alg: 'none', typ: 'JWT' })
      assert.equal(claims, token.split('.')[1])
      assert.equal(signature, '')
    }),
  )
})
