import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { degradation, percentile, slope } from '../../../../lib/base/trend.ts'

const near = (a: number, b: number, scale: number) => Math.abs(a - b) <= 1e-6 * Math.max(1, scale)

test('finds the slope of any straight line, wherever it lies and in whatever order it is given', () => {
  const at = fc.integer({ min: -100_000, max: 100_000 })
  fc.assert(
    fc.property(
      fc.uniqueArray(at, { minLength: 2, maxLength: 50 }),
      fc.integer({ min: -1000, max: 1000 }),
      at,
      (times, rise, offset) => {
        const found = slope(times.map((time) => ({ at: time, value: offset + rise * time })))
        assert.ok(found !== undefined && near(found, rise, Math.abs(rise)))
      },
    ),
  )
})

test('noise that is the same on both sides leaves the slope as it is', () => {
  const points = Array.from({ length: 100 }, (_, i) => ({ at: i, value: 3 * i + (i % 4 < 2 ? 5 : -5) }))
  const found = slope(points)
  assert.ok(found !== undefined && Math.abs(found - 3) < 0.05, String(found))
})

test('no line goes through fewer than two times', () => {
  assert.equal(slope([]), undefined)
  assert.equal(slope([{ at: 1, value: 1 }]), undefined)
  assert.equal(
    slope([
      { at: 1, value: 1 },
      { at: 1, value: 9 },
    ]),
    undefined,
  )
})

test('percentiles lie between the samples as k6 puts them', () => {
  assert.equal(percentile([], 95), undefined)
  assert.equal(percentile([7], 95), 7)
  assert.equal(percentile([4, 1, 3, 2], 50), 2.5)
  assert.equal(percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 90), 10)
})

test('a percentile has its share of the samples at or below it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1 }),
      fc.integer({ min: 0, max: 100 }),
      (samples, percent) => {
        const found = percentile(samples, percent)
        assert.ok(found !== undefined)
        const below = samples.filter((sample) => sample <= found + 1e-9).length
        assert.ok(below >= Math.floor((percent / 100) * (samples.length - 1)) + 1)
        assert.ok(found >= Math.min(...samples) && found <= Math.max(...samples))
      },
    ),
  )
})

test('a growth counts above the floor only, a relief always', () => {
  assert.equal(degradation(10, 11, 0), 0.1)
  assert.equal(degradation(10, 11, 1), 0)
  assert.equal(degradation(10, 12, 1), 0.2)
  assert.equal(degradation(10, 5, 20), -0.5)
  assert.equal(degradation(0, 30, 20), Number.POSITIVE_INFINITY)
  assert.equal(degradation(0, 10, 20), 0)
})
