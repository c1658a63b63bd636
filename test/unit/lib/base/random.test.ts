import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seeded } from '../../../../lib/base/random.ts'

const seeds = fc.integer({ min: 0, max: 0xffff_ffff })

test('the same seed gives the same numbers on every machine', () => {
  // The first values of mulberry32 as published (https://gist.github.com/tommyettinger/46a874533244883189143505d203312c).
  const random = seeded(1)
  assert.deepEqual(
    Array.from({ length: 3 }, () => Math.floor(random.next() * 2 ** 32)),
    [2693262067, 11749833, 2265367787],
  )
  fc.assert(fc.property(seeds, (seed) => assert.equal(seeded(seed).next(), seeded(seed).next())))
})

test('numbers lie from 0 to below 1 and fill that room evenly', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const random = seeded(seed)
      const tenths = new Array<number>(10).fill(0)
      for (let i = 0; i < 2000; i++) {
        const n = random.next()
        assert.ok(n >= 0 && n < 1)
        const tenth = Math.floor(n * 10)
        tenths[tenth] = (tenths[tenth] ?? 0) + 1
      }
      // 200 expected in each, standard deviation 13.
      for (const count of tenths) assert.ok(count > 110 && count < 290, `${tenths}`)
    }),
    { numRuns: 50 },
  )
})

test('a shuffle keeps every item, leaves the list alone and depends on the seed', () => {
  fc.assert(
    fc.property(seeds, fc.array(fc.integer()), (seed, items) => {
      const before = [...items]
      const shuffled = seeded(seed).shuffle(items)
      assert.deepEqual(items, before)
      assert.deepEqual([...shuffled].sort(), [...items].sort())
      assert.deepEqual(shuffled, seeded(seed).shuffle(items))
    }),
  )
  const items = Array.from({ length: 50 }, (_, i) => i)
  assert.notDeepEqual(seeded(1).shuffle(items), seeded(2).shuffle(items))
})

test('every order is as likely as any other', () => {
  const random = seeded(7)
  const seen = new Map<string, number>()
  for (let i = 0; i < 6000; i++) {
    const order = random.shuffle(['a', 'b', 'c']).join('')
    seen.set(order, (seen.get(order) ?? 0) + 1)
  }
  // 1000 expected of each of the six, standard deviation 29.
  assert.equal(seen.size, 6)
  for (const [order, count] of seen) assert.ok(count > 850 && count < 1150, `${order} ${count} times`)
})
