import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isInRange, rangeOf } from '../../../../lib/rest/id-range.ts'

const numbered = (before: string, first: number, digits: number, count: number, after = ''): string[] =>
  Array.from({ length: count }, (_, i) => `${before}${String(first + i).padStart(digits, '0')}${after}`)

test('ids that are numbered are those of their range, and no others are', () => {
  const word = fc.constantFrom('', 'r-', 'v2-', '-x', 'ü')
  const end = fc.constantFrom('', '-x', '.json', 'ü')
  fc.assert(
    fc.property(
      word,
      fc.nat({ max: 120 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 150 }),
      end,
      fc.string(),
      (before, first, digits, count, after, other) => {
        const ids = numbered(before, first, digits, count, after)
        const range = rangeOf(ids)
        assert.ok(range !== undefined)
        for (const id of ids) assert.ok(isInRange(range, id), `${id} in ${range}`)
        for (const id of [
          other,
          `${before}${first + count}${after}`,
          `${before}${other}${after}`,
          ...(first > 0 ? [`${before}${first - 1}${after}`] : []),
        ])
          assert.equal(isInRange(range, id), ids.includes(id), `${JSON.stringify(id)} in ${range}`)
      },
    ),
  )
})

test('what has gaps or no numbers is no range', () => {
  for (const ids of [[], ['a'], ['r-1', 'r-3'], ['r-1', 'r-2', 'r-2'], ['r 1', 'r 2'], ['r-2', 'r-1'], ['r-9', 's-10']])
    assert.equal(rangeOf(ids), undefined, ids.join())
})
