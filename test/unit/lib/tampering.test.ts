import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { forged, unsigned } from '../../../lib/tampering.ts'

const base64url = (text: string) => Buffer.from(text).toString('base64url')

const jwt = fc.record({ sub: fc.string(), key: fc.string({ minLength: 1 }) }).map(({ sub, key }) => {
  const signed = `${base64url('{"alg":"HS256","typ":"JWT"}')}.${base64url(JSON.stringify({ sub }))}`
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
})

test('a forged token has the same claims and other bytes for a signature', () => {
  fc.assert(
    fc.property(jwt, (token) => {
      const [head, claims, signature = ''] = token.split('.')
      const [otherHead, otherClaims, otherSignature = ''] = forged(token).split('.')
      assert.deepEqual([otherHead, otherClaims, otherSignature.length], [head, claims, signature.length])
      assert.notDeepEqual(Buffer.from(otherSignature, 'base64url'), Buffer.from(signature, 'base64url'))
    }),
  )
})

test('an unsigned token says so, keeps the claims and has no signature', () => {
  fc.assert(
    fc.property(jwt, (token) => {
      const [head = '', claims, signature] = unsigned(token).split('.')
      assert.deepEqual(JSON.parse(Buffer.from(head, 'base64url').toString()), { alg: 'none', typ: 'JWT' })
      assert.equal(claims, token.split('.')[1])
      assert.equal(signature, '')
    }),
  )
})

test('any token at all comes out changed', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (token) => {
      assert.notEqual(forged(token), token)
      assert.equal(forged(token).length, token.length)
    }),
  )
})
