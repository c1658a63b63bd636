import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { holdOf, roundsOf, secondsOf, timetable } from '../../../../lib/websocket/timetable.ts'

const CI = { connections: 1000, rate: 200, duration: 20, ping: 5 }

test('the ci profile: opened in five seconds, held for twenty, four pings a socket', () => {
  const hold = holdOf(CI, 1)
  assert.equal(hold.groups, 2)
  const times = timetable(hold, 1)
  assert.equal(times.sockets, 500)
  assert.equal(times.openAt(0), 5)
  assert.equal(times.openAt(499), 4995)
  assert.equal(times.holdFrom, 7000)
  assert.equal(times.holdTo, 27_000)
  assert.equal(times.pings, 2000)
  assert.equal(roundsOf(hold), 4)
})

const holds = fc
  .record({
    connections: fc.integer({ min: 1, max: 2000 }),
    rate: fc.integer({ min: 1, max: 1000 }),
    duration: fc.integer({ min: 1, max: 120 }),
    ping: fc.integer({ min: 1, max: 60 }),
  })
  .map((size) => holdOf(size, 1))

test('sockets of all groups are opened at the rate, before the hold, and closed within the window', () => {
  fc.assert(
    fc.property(holds, (hold) => {
      const groups = Array.from({ length: hold.groups }, (_, group) => timetable(hold, group))
      const opened = groups.flatMap(({ sockets, openAt }) => Array.from({ length: sockets }, (_, n) => openAt(n)))
      assert.equal(opened.length, hold.connections)
      const inOrder = opened.toSorted((a, b) => a - b)
      assert.ok(inOrder.every((at, i) => Math.abs(at - (i / hold.rate) * 1000) < 1e-3))
      for (const { sockets, openAt, holdFrom, holdTo, closeAfter } of groups) {
        assert.ok(Math.abs(holdTo - holdFrom - hold.duration * 1000) < 1e-3)
        if (sockets > 0) assert.ok(openAt(sockets - 1) < holdFrom)
        for (let n = 0; n < sockets; n++) assert.ok(closeAfter(n) >= 0 && holdTo + closeAfter(n) < secondsOf(hold, 0) * 1000)
      }
    }),
  )
})

test('every socket is pinged in turn, as often as is planned, and within the hold', () => {
  fc.assert(
    fc.property(holds, (hold) => {
      for (let group = 0; group < hold.groups; group++) {
        const { sockets, pings, pingAt, holdFrom, holdTo } = timetable(hold, group)
        assert.equal(pings, sockets * roundsOf(hold))
        if (pings === 0) continue
        assert.ok(pingAt(0) >= holdFrom)
        assert.ok(pingAt(pings - 1) < holdTo + 1e-6)
        // A socket's pings are one interval apart: a pong has that long to come.
        if (pings > sockets) assert.ok(Math.abs(pingAt(sockets) - pingAt(0) - hold.ping * 1000) < 1e-6)
      }
    }),
  )
})
