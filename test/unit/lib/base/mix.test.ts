import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cycle, type Mix, plannedCounts } from '../../../../lib/base/mix.ts'

const mixes: fc.Arbitrary<Mix> = fc
  .array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 })
  .map((weights) => Object.fromEntries(weights.map((weight, i) => [`e${i}`, weight])))

const countsOf = (names: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

test('a cycle holds each endpoint as often as its weight, in lowest terms', () => {
  assert.deepEqual(countsOf(cycle({ health: 2, resource: 5, action: 1, resources: 2 })), {
    health: 2,
    resource: 5,
    action: 1,
    resources: 2,
  })
  assert.deepEqual(countsOf(cycle({ a: 10, b: 20 })), { a: 1, b: 2 })
  assert.deepEqual(cycle({ only: 7 }), ['only'])
  assert.deepEqual(cycle({}), [])
})

test('the order is that of smooth weighted round-robin', () => {
  assert.deepEqual(cycle({ a: 5, b: 1, c: 1 }), ['a', 'a', 'b', 'a', 'c', 'a', 'a'])
  assert.deepEqual(cycle({ a: 1, b: 1 }), ['a', 'b'])
})

test('counts of a cycle stand in the ratio of the weights', () => {
  fc.assert(
    fc.property(mixes, (mix) => {
      const order = cycle(mix)
      const counts = countsOf(order)
      const total = Object.values(mix).reduce((a, b) => a + b, 0)
      for (const [name, weight] of Object.entries(mix)) assert.equal((counts[name] ?? 0) * total, weight * order.length)
    }),
  )
})

test('no endpoint comes early by a whole turn, nor late by more turns than there are others', () => {
  fc.assert(
    fc.property(mixes, (mix) => {
      const order = cycle(mix)
      const total = Object.values(mix).reduce((a, b) => a + b, 0)
      const others = Object.keys(mix).length - 1
      const sent: Record<string, number> = {}
      order.forEach((name, i) => {
        sent[name] = (sent[name] ?? 0) + 1
        for (const [each, weight] of Object.entries(mix)) {
          const due = ((i + 1) * weight) / total
          const ahead = (sent[each] ?? 0) - due
          assert.ok(ahead < 1 && ahead > -Math.max(1, others), `${each} is ${ahead} turns ahead after ${i + 1} of ${order}`)
        }
      })
    }),
  )
})

const longestRow = (order: readonly string[], name: string): number => {
  let longest = 0
  let row = 0
  for (const each of order) {
    row = each === name ? row + 1 : 0
    longest = Math.max(longest, row)
  }
  return longest
}

test('no endpoint comes in a longer row than being early and late allows', () => {
  fc.assert(
    fc.property(mixes, (mix) => {
      const order = cycle(mix)
      const total = Object.values(mix).reduce((a, b) => a + b, 0)
      const endpoints = Object.keys(mix).length
      for (const [name, weight] of Object.entries(mix))
        if (weight < total) assert.ok(longestRow(order, name) <= (endpoints * total) / (total - weight), `${name} in ${order}`)
    }),
  )
})

test('planned counts are what sending turn by turn gives', () => {
  fc.assert(
    fc.property(mixes, fc.nat(3000), (mix, turns) => {
      const order = cycle(mix)
      const sent = Array.from({ length: turns }, (_, turn) => order[turn % order.length] ?? '')
      const expected = { ...Object.fromEntries(order.map((name) => [name, 0])), ...countsOf(sent) }
      assert.deepEqual(plannedCounts(order, turns), expected)
    }),
  )
  assert.deepEqual(plannedCounts([], 5), {})
})
