import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { laneOf } from '../../../../lib/briefing/lane.ts'

const orders = fc.array(fc.constantFrom('health', 'resource', 'action', 'resources'), { minLength: 1, maxLength: 40 })

test('every turn sends to its endpoint the request after the one it sent last, whichever VU takes the turn', () => {
  fc.assert(
    fc.property(orders, (order) => {
      const lane = laneOf({ order, perIteration: 1, think: 0 })
      const sent = new Map<string, number>()
      for (let turn = 0; turn < 3 * order.length; turn++) {
        const at = turn % order.length
        const endpoint = lane.order[at] ?? -1
        const name = lane.endpoints[endpoint] ?? ''
        const number = Math.floor(turn / order.length) * (lane.weight[endpoint] ?? 0) + (lane.before[at] ?? 0)
        assert.equal(name, order[at])
        assert.equal(number, sent.get(name) ?? 0, `turn ${turn}`)
        sent.set(name, number + 1)
      }
    }),
  )
})

test('what a VU reads is no longer than the cycle', () => {
  const lane = laneOf({ order: ['a', 'b', 'a'], perIteration: 5, think: 0.5 })
  assert.deepEqual(lane, {
    perIteration: 5,
    think: 0.5,
    endpoints: ['a', 'b'],
    weight: [2, 1],
    order: [0, 1, 0],
    before: [0, 0, 1],
  })
})
