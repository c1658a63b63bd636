import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { expandValues } from '../../../../lib/base/value-range.ts'

test('a range of values is written out, with the zeros it is written with', () => {
  assert.deepEqual(expandValues({ id: 'r-{0008..0011}' }), { id: ['r-0008', 'r-0009', 'r-0010', 'r-0011'] })
  assert.deepEqual(expandValues({ id: '{8..11}x' }), { id: ['8x', '9x', '10x', '11x'] })
  assert.deepEqual(expandValues({ id: ['a', 'b'], one: 'c', odd: '{a..b}' }), { id: ['a', 'b'], one: ['c'], odd: ['{a..b}'] })
  assert.deepEqual(expandValues(undefined), {})
  assert.equal(expandValues({ id: 'r-{0000..0499}' }).id?.length, 500)
})

test('a range has as many values as it spans, each of them once', () => {
  fc.assert(
    fc.property(fc.nat(2000), fc.nat(500), fc.integer({ min: 1, max: 6 }), (from, more, digits) => {
      const written = String(from).padStart(digits, '0')
      const values = expandValues({ id: `r-{${written}..${from + more}}` }).id ?? []
      assert.equal(new Set(values).size, more + 1)
      assert.equal(values[0], `r-${written}`)
      assert.equal(Number(values.at(-1)?.slice(2)), from + more)
    }),
  )
})
