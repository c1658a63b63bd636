import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { partsOf, placeOf, segmentAt, sequenceOf } from '../../../../lib/base/segment.ts'

test('a segment has a place among as many equal parts, however k6 writes it', () => {
  for (const [segment, of, place] of [
    ['', 1, 1],
    [undefined, 1, 1],
    [null, 1, 1],
    ['0:1', 1, 1],
    ['0:1/2', 2, 1],
    ['1/2', 2, 1],
    ['1/2:1', 2, 2],
    ['1/4:1/2', 4, 2],
    ['0.25:0.5', 4, 2],
    ['25%:50%', 4, 2],
    ['2/3:1', 3, 3],
    ['0:1/2', 3, undefined],
    ['1/8:5/8', 2, undefined],
    ['', 2, undefined],
    ['0:1', 2, undefined],
    ['nonsense', 1, undefined],
    ['1/2:x', 2, undefined],
  ] as const)
    assert.equal(placeOf(segment, of), place, `${segment} of ${of}`)
})

test('the parts of a run have each its place, and say how many there are', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(), (of, n) => {
      const place = (n % of) + 1
      assert.equal(placeOf(segmentAt(place, of), of), place)
      assert.equal(partsOf(segmentAt(place, of)), of)
    }),
  )
  assert.equal(partsOf('1/3:2/3'), 3)
  assert.equal(partsOf('0:2/3'), undefined)
  assert.equal(partsOf('x'), undefined)
  assert.equal(sequenceOf(4), '0,1/4,2/4,3/4,1')
  assert.equal(sequenceOf(1), '0,1')
})
