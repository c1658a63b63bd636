import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { placesToDraw } from '../../../../cli/report/downsample.ts'

const line = (length: number) =>
  fc.array(fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 0, max: 1000 }) }, { weight: 1, arbitrary: fc.constant(null) }), {
    minLength: length,
    maxLength: length,
  })

describe('placesToDraw', () => {
  it('keeps the highest and the lowest value of every line, the ends, and the order', () => {
    const lines = fc
      .integer({ min: 1, max: 400 })
      .chain((length) =>
        fc.tuple(fc.constant(length), fc.array(line(length), { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 50 })),
      )
    fc.assert(
      fc.property(lines, ([length, all, stretches]) => {
        const places = placesToDraw(all, length, stretches)
        assert.deepEqual(
          places,
          [...new Set(places)].sort((a, b) => a - b),
        )
        assert.equal(places[0], 0)
        assert.equal(places.at(-1), length - 1)
        assert.ok(places.length <= Math.max(stretches, stretches * (1 + 2 * all.length) + 1))
        for (const values of all) {
          const known = values.filter((value): value is number => value !== null)
          const kept = places.flatMap((place) => values[place] ?? [])
          if (known.length === 0) continue
          assert.equal(Math.max(...kept), Math.max(...known))
          assert.equal(Math.min(...kept), Math.min(...known))
        }
      }),
    )
  })
  it('keeps everything where there is room for it', () => {
    assert.deepEqual(placesToDraw([[1, 2, 3]], 3, 3), [0, 1, 2])
    assert.deepEqual(placesToDraw([], 0, 3), [])
  })
})
