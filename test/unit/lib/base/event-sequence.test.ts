import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EventSequence } from '../../../../lib/base/event-sequence.ts'

const watch = (after: number, numbers: readonly number[]) => {
  const sequence = new EventSequence(after)
  return { sightings: numbers.map((number) => sequence.see(number)), sequence }
}

test('numbers in their turn are just that', () => {
  const { sightings, sequence } = watch(41, [42, 43, 44])
  assert.deepEqual(sightings, ['next', 'next', 'next'])
  assert.equal(sequence.last, 44)
  assert.equal(sequence.lost(), 0)
})

test('what is missing is lost until it comes late, and what comes again came twice', () => {
  const { sightings, sequence } = watch(0, [1, 5, 3, 3, 1, 5, 6])
  assert.deepEqual(sightings, ['next', 'gap', 'late', 'twice', 'twice', 'twice', 'next'])
  assert.equal(sequence.lost(), 2)
})

test('what was sent to others after the last one is lost too', () => {
  const { sequence } = watch(0, [1, 2, 4])
  assert.equal(sequence.lost(), 1)
  assert.equal(sequence.lost(7), 4)
  assert.equal(sequence.lost(2), 0)
})

test('a number far away costs nothing', () => {
  const { sightings, sequence } = watch(0, [1, Number.MAX_SAFE_INTEGER - 1, 2])
  assert.deepEqual(sightings, ['next', 'gap', 'late'])
  assert.equal(sequence.lost(), Number.MAX_SAFE_INTEGER - 4)
})

test('counts what a plain list of all that came would count', () => {
  const numbers = fc.array(fc.integer({ min: -2, max: 30 }), { maxLength: 60 })
  fc.assert(
    fc.property(fc.integer({ min: -3, max: 5 }), numbers, fc.integer({ min: -5, max: 35 }), (after, seen, upTo) => {
      const { sightings, sequence } = watch(after, seen)
      const came = new Set<number>()
      let highest = after
      for (const [i, number] of seen.entries()) {
        // Numbers from before it began were delivered before, as far as anybody can tell.
        const before = came.has(number) || number <= after
        const expected = before ? 'twice' : number === highest + 1 ? 'next' : number > highest ? 'gap' : 'late'
        assert.equal(sightings[i], expected)
        came.add(number)
        highest = Math.max(highest, number)
      }
      const due = (last: number) => Array.from({ length: Math.max(0, last - after) }, (_, i) => after + 1 + i)
      assert.equal(sequence.last, highest)
      assert.equal(sequence.lost(), due(highest).filter((number) => !came.has(number)).length)
      assert.equal(sequence.lost(upTo), due(upTo).filter((number) => !came.has(number)).length)
    }),
  )
})
