import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { HANDSHAKE_FAILURES, handshakeFailure } from '../../../../lib/base/handshake.ts'

// As k6 v1.8.1 said them.
const SAID = {
  'websocket: bad handshake': 'answered',
  'dial tcp 127.0.0.1:1: connect: connection refused': 'refused',
  'dial tcp 10.255.255.1:80: i/o timeout': 'timeout',
  'context deadline exceeded': 'timeout',
  'lookup nowhere.localhost: no such host': 'dns',
  'tls: first record does not look like a TLS handshake': 'tls',
  'tls: failed to verify certificate: x509: certificate signed by unknown authority': 'tls',
  'read tcp 127.0.0.1:2->127.0.0.1:1: read: connection reset by peer': 'reset',
  EOF: 'reset',
  'unexpected EOF': 'reset',
  'dial tcp 127.0.0.1:1: connect: cannot assign requested address': 'ports',
  'dial tcp 127.0.0.1:1: socket: too many open files': 'ports',
  'malformed HTTP response "x"': 'other',
} as const

for (const [text, failure] of Object.entries(SAID))
  test(`${text} -> ${failure}`, () => assert.equal(handshakeFailure(text), failure))

test('any text has a class', () => {
  fc.assert(fc.property(fc.string(), (text) => HANDSHAKE_FAILURES.includes(handshakeFailure(text))))
})
