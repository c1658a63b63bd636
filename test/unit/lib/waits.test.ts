import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRepeated, opensConnection, REUSED_MS, waitOf } from '../../../lib/waits.ts'

// As k6 v1.8.1 measured them on one machine: by the server that each was sent to.
const REUSED = { duration: 0.447, blocked: 0.0066, connecting: 0, sending: 0.04 }
const NOISY = { duration: 0.9, blocked: 0.0826, connecting: 0, sending: 0.051 }
const OPENED = { duration: 0.558, blocked: 0.1605, connecting: 0.107, sending: 0.0606 }
const QUICKLY_OPENED = { duration: 0.4, blocked: 0.0477, connecting: 0.031, sending: 0.03 }
/** The server reset a connection that it had answered on before, in place of an answer. */
const REPEATED = { duration: 0.8, blocked: 0.1204, connecting: 0, sending: 0.35 }
const HANDSHAKE = { duration: 2.4, blocked: 602, connecting: 0.2, sending: 0.1 }

test('a connection that is there is none that was opened, however busy the machine', () => {
  for (const timings of [REUSED, NOISY]) assert.ok(!opensConnection(timings) && !isRepeated(timings))
})

test('a connection that was opened for a request is seen, and needs a second look in the hot path', () => {
  for (const timings of [OPENED, QUICKLY_OPENED, HANDSHAKE, REPEATED]) {
    assert.ok(opensConnection(timings))
    assert.ok(timings.blocked > REUSED_MS)
  }
})

test('a request that was sent twice is told from one that found its connection', () => {
  assert.ok(isRepeated(REPEATED))
  for (const timings of [OPENED, QUICKLY_OPENED, HANDSHAKE]) assert.ok(!isRepeated(timings))
})

test('what is waited for a connection is part of the wait, once', () => {
  assert.equal(waitOf(HANDSHAKE), 604.4)
  assert.equal(waitOf(REUSED), REUSED.duration + REUSED.blocked)
  assert.equal(waitOf(REPEATED), REPEATED.duration, 'the second look for a connection lies within the duration')
})
