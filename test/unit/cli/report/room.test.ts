import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Box, Room } from '../../../../cli/report/page/room.ts'

/** A chart whose pixels are its values. */
const chartOf = (...lines: (number | null)[][]): ConstructorParameters<typeof Room>[0] =>
  ({
    data: [(lines[0] ?? []).map((_, i) => i * 10), ...lines],
    valToPos: (value: number) => value,
  }) as unknown as ConstructorParameters<typeof Room>[0]
const box = (left: number, top: number, width = 10, height = 10): Box => ({
  left,
  right: left + width,
  top,
  bottom: top + height,
})

describe('room in a chart', () => {
  it('is where no curve runs, between its points too', () => {
    const room = new Room(chartOf([0, 100]))
    assert.ok(room.take([box(0, 45, 2, 10)]))
    assert.equal(new Room(chartOf([0, 100])).take([box(4, 45, 2, 10)]), undefined)
  })
  it('is taken once', () => {
    const room = new Room(chartOf([]))
    assert.ok(room.take([box(0, 0)]))
    assert.equal(room.take([box(5, 5)]), undefined)
    assert.deepEqual(room.take([box(5, 5), box(5, 20)]), box(5, 20))
  })
  it('is there in the gaps of a curve', () => {
    assert.ok(new Room(chartOf([5, null, 5])).take([box(2, 0, 16)]))
  })
  it('never holds a point of a curve', () => {
    const values = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 2, maxLength: 20 })
    const place = fc.tuple(fc.integer({ min: 0, max: 190 }), fc.integer({ min: 0, max: 190 })).map(([x, y]) => box(x, y))
    fc.assert(
      fc.property(values, fc.array(place, { maxLength: 10 }), (line, places) => {
        const found = new Room(chartOf(line)).take(places)
        if (found === undefined) return
        for (const [i, y] of line.entries()) {
          const x = i * 10
          assert.ok(!(x > found.left && x < found.right && y > found.top && y < found.bottom))
        }
      }),
    )
  })
})
