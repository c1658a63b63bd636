import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { groupsOf, placeInOrder, sizeOfGroup } from '../../../../lib/base/sharding.ts'

const sizes = fc.record({
  connections: fc.integer({ min: 1, max: 3000 }),
  most: fc.integer({ min: 1, max: 300 }),
  instances: fc.integer({ min: 1, max: 5 }),
})

test('every connection is in one group, at its own place, and no group is too large', () => {
  fc.assert(
    fc.property(sizes, ({ connections, most, instances }) => {
      const groups = groupsOf(connections, most, instances)
      assert.equal(groups % instances, 0)
      const places = Array.from({ length: groups }, (_, group) => {
        const size = sizeOfGroup(connections, groups, group)
        assert.ok(size <= most)
        return Array.from({ length: size }, (_, n) => placeInOrder(groups, group, n))
      }).flat()
      assert.deepEqual(
        places.toSorted((a, b) => a - b),
        Array.from({ length: connections }, (_, place) => place),
      )
    }),
  )
})
