import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { connectionsOf, isRepeated, opensConnection, REUSED_MS, type Timings, waitOf } from '../../../../lib/base/waits.ts'

/** A request as k6 v1.8.1 measured it on one machine, by the server that it was sent to, and what it took by the script's own clock. */
type Measured = [timings: Timings, whole: number]
const REUSED: Measured = [{ duration: 0.447, blocked: 0.0066, connecting: 0, sending: 0.04, waiting: 0.36 }, 0.49]
const OPENED: Measured = [{ duration: 0.558, blocked: 0.1605, connecting: 0.107, sending: 0.0606, waiting: 0.4 }, 0.74]
const QUICKLY_OPENED: Measured = [{ duration: 0.4, blocked: 0.0477, connecting: 0.031, sending: 0.03, waiting: 0.33 }, 0.44]
/** The server reset a connection that it had answered on before, in place of an answer. */
const REPEATED: Measured = [{ duration: 0.8, blocked: 0.1204, connecting: 0, sending: 0.35, waiting: 0.4 }, 0.84]
const HANDSHAKE: Measured = [{ duration: 2.4, blocked: 602, connecting: 0.2, sending: 0.1, waiting: 2.2 }, 604.5]
/** On connections that were there, of a machine on which others took k6 off the cores: while it took the connection, and while it wrote. */
const NOISY: Measured[] = [
  [{ duration: 693.47, blocked: 0.080109, connecting: 0, sending: 178.242721, waiting: 515.275791 }, 693.6],
  [{ duration: 34.81, blocked: 0.056706, connecting: 0, sending: 1.275487, waiting: 33.505743 }, 34.9],
  [{ duration: 190.23, blocked: 2.814437, connecting: 0, sending: 74.642076, waiting: 115.570671 }, 193.2],
]
/** k6 came to note that all was written only after the answer had begun. */
const NOTED_LATE: Measured = [{ duration: 3.2, blocked: 0.006, connecting: 0, sending: 2.1, waiting: 0 }, 2.9]

test('a connection that is there is none that was opened, however busy the machine', () => {
  for (const measured of [REUSED, NOTED_LATE, ...NOISY]) assert.ok(!opensConnection(...measured) && !isRepeated(...measured))
})

test('a connection that was opened for a request is seen, and needs a second look in the hot path', () => {
  for (const measured of [OPENED, QUICKLY_OPENED, HANDSHAKE, REPEATED]) {
    assert.ok(opensConnection(...measured))
    assert.ok(measured[0].blocked > REUSED_MS)
  }
})

test('a request that was sent twice is told from one that found its connection', () => {
  assert.ok(isRepeated(...REPEATED))
  for (const measured of [OPENED, QUICKLY_OPENED, HANDSHAKE]) assert.ok(!isRepeated(...measured))
})

test('of a request that was sent once the parts are no more than the whole, wherever k6 stood still', () => {
  const ms = fc.double({ min: 0, max: 1000, noNaN: true })
  fc.assert(
    fc.property(ms, ms, ms, ms, ms, (blocked, sending, waiting, receiving, around) => {
      const duration = sending + waiting + receiving
      // Nanoseconds, as k6 has them.
      const whole = Math.ceil((duration + blocked + around) * 1e6) / 1e6
      assert.ok(!isRepeated({ duration, blocked, connecting: 0, sending, waiting }, whole))
    }),
  )
})

test('what is waited for a connection is part of the wait, once', () => {
  assert.equal(waitOf(HANDSHAKE[0]), 604.4)
  assert.equal(waitOf(REUSED[0]), REUSED[0].duration + REUSED[0].blocked)
  assert.equal(waitOf(...REPEATED), REPEATED[0].duration, 'the second look for a connection lies within the duration')
})

test("the first connection of a VU in a window is nobody's fault, one for each host, and any other is", () => {
  const vu = connectionsOf(2)
  assert.deepEqual([vu.isAnother('warmup'), vu.isAnother('warmup'), vu.isAnother('warmup')], [false, false, true])
  assert.deepEqual([vu.isAnother('spike'), vu.isAnother('spike'), vu.isAnother('spike')], [false, false, true])
})

test("who has given up waiting for an answer has closed the connection, and opens one for it that is nobody else's fault", () => {
  const vu = connectionsOf(1)
  assert.equal(vu.isAnother('spike'), false)
  vu.gaveUp('spike')
  assert.deepEqual([vu.isAnother('spike'), vu.isAnother('spike')], [false, true], 'one for one')
  // Its connection is of an earlier window.
  vu.gaveUp('settle')
  assert.deepEqual([vu.isAnother('settle'), vu.isAnother('settle'), vu.isAnother('settle')], [false, false, true])
})
