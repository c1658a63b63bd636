import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { k6Duration, parseDuration } from '../../../../lib/base/duration.ts'

test('durations as people write them', () => {
  for (const [written, seconds] of [
    ['500ms', 0.5],
    ['30s', 30],
    ['10m', 600],
    ['1h30m', 5400],
    ['30', 30],
    ['0', 0],
    ['1.5s', 1.5],
    ['0.25', 0.25],
    ['1h1m1s1ms', 3661.001],
  ] as const)
    assert.ok(Math.abs(parseDuration(written) - seconds) < 1e-9, `${written} is ${parseDuration(written)}`)
})

test('anything else is NaN', () => {
  for (const written of [
    '',
    ' ',
    's',
    '1x',
    '1 s',
    '-1s',
    '+1',
    '1e3',
    '.5s',
    '5.',
    '1d',
    '1M',
    '1S',
    '10µs',
    '1s ',
    '1s1',
    'Infinity',
  ])
    assert.ok(Number.isNaN(parseDuration(written)), `${JSON.stringify(written)} is ${parseDuration(written)}`)
})

const count = fc.nat(10_000)

test('parts in any order add up', () => {
  fc.assert(
    fc.property(count, count, count, count, fc.nat(23), (h, m, s, ms, order) => {
      const parts = [`${h}h`, `${m}m`, `${s}s`, `${ms}ms`]
      const shuffled = [...parts.slice(order % 4), ...parts.slice(0, order % 4)]
      const expected = h * 3600 + m * 60 + s + ms / 1000
      assert.ok(Math.abs(parseDuration(shuffled.join('')) - expected) < 1e-6)
    }),
  )
})

test("k6's notation comes back exactly, to the millisecond", () => {
  fc.assert(
    fc.property(fc.nat(700_000_000), (ms) => {
      const written = k6Duration(ms / 1000)
      assert.match(written, /^\d+ms$/)
      assert.equal(written, `${ms}ms`)
      assert.equal(k6Duration(parseDuration(written)), written)
    }),
  )
})

test('no text makes it throw, and what is read is never negative', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0123456789.hms ') }), (written) => {
      const seconds = parseDuration(written)
      assert.ok(Number.isNaN(seconds) || seconds >= 0)
    }),
  )
})
