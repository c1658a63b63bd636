import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ClockWatch, watchClock } from '../../../../cli/base/wall-clock.ts'

/** Seconds between looks, and milliseconds that the wall clock is set by in between. */
function watched(steps: readonly (readonly [seconds: number, set: number])[]): number {
  let [steady, wall] = [5000, 1_700_000_000_000]
  const watch = new ClockWatch({ wall: () => wall, steady: () => steady })
  let worst = 0
  for (const [seconds, set] of steps) {
    steady += seconds * 1000
    wall += seconds * 1000 + set
    worst = watch.look()
  }
  return worst
}
const hour = (set: number) => Array.from({ length: 3600 }, () => [1, set] as const)

test('clocks that go alike have not jumped', () => {
  assert.equal(watched(hour(0)), 0)
  assert.equal(watchClock()(), 0)
})

test('a clock that is corrected gradually, as time servers do, has not jumped', () => {
  assert.equal(watched(hour(0.4)), 0)
  assert.equal(watched(hour(-0.4)), 0)
})

test('a clock that was set is told, forward and back', () => {
  assert.equal(
    watched([
      [1, 0],
      [1, 1500],
      [1, 0],
    ]),
    1500,
  )
  assert.equal(
    watched([
      [1, 0],
      [1, -3_600_000],
      [1, 0],
    ]),
    -3_600_000,
  )
})

test('a clock that was set and set back was set all the same', () => {
  assert.equal(
    watched([
      [1, 0],
      [1, 8000],
      [1, -8000],
      [1, 0],
    ]),
    8000,
  )
})

test('many small steps are one large one', () => {
  assert.equal(watched(Array.from({ length: 20 }, () => [1, 400] as const)), 8000)
})

test('whatever is looked at when: jumps of less than half a second are none, and larger ones are never missed', () => {
  const seconds = fc.integer({ min: 1, max: 5 })
  fc.assert(
    fc.property(
      fc.array(seconds, { maxLength: 20 }),
      fc.array(seconds, { maxLength: 20 }),
      fc.integer(),
      (before, after, jump) => {
        const steps = [...before.map((s) => [s, 0] as const), [1, jump] as const, ...after.map((s) => [s, 0] as const)]
        assert.equal(watched(steps), Math.abs(jump) > 500.5 ? jump : 0)
      },
    ),
  )
})
