import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { arrivalOf, scheduleOf, turnsOf } from '../../../../lib/vu/schedule.ts'

const CLOSED = { scenario: { executor: 'constant-vus', vus: 1, duration: '1s' }, instances: 1 } as const

const orders = fc.array(fc.constantFrom('health', 'resource', 'action', 'resources'), { minLength: 1, maxLength: 40 })

test('every turn sends to its endpoint the request after the one it sent last, whichever VU takes the turn', () => {
  fc.assert(
    fc.property(orders, (order) => {
      const schedule = scheduleOf({ ...CLOSED, order, perIteration: 1, think: 0 })
      const { endpoint, weight, before } = turnsOf(schedule)
      assert.equal(endpoint.length, order.length)
      const sent = new Map<string, number>()
      for (let turn = 0; turn < 3 * order.length; turn++) {
        const at = turn % order.length
        const name = schedule.endpoints[endpoint[at] ?? -1] ?? ''
        const number = Math.floor(turn / order.length) * (weight[at] ?? 0) + (before[at] ?? 0)
        assert.equal(name, order[at])
        assert.equal(number, sent.get(name) ?? 0, `turn ${turn}`)
        sent.set(name, number + 1)
      }
    }),
  )
})

test('what a VU reads is no longer than the cycle', () => {
  const schedule = scheduleOf({ ...CLOSED, order: ['a', 'b', 'a'], perIteration: 5, think: 0.5 })
  assert.deepEqual(schedule, {
    perIteration: 5,
    think: 0.5,
    endpoints: ['a', 'b'],
    order: '010',
  })
  assert.deepEqual(turnsOf(schedule), { endpoint: [0, 1, 0], weight: [2, 1, 2], before: [0, 0, 1] })
})

test('planned starts are as far apart as the rate says, of each instance', () => {
  const open = { executor: 'constant-arrival-rate', rate: 5, timeUnit: '2000ms', duration: '8s', preAllocatedVUs: 1 } as const
  const window = { order: ['a'], perIteration: 1, think: 0 }
  assert.equal(scheduleOf({ ...window, scenario: open, instances: 1 }).period, 400)
  assert.equal(scheduleOf({ ...window, scenario: open, instances: 3 }).period, 1200)
  assert.equal(scheduleOf({ ...window, ...CLOSED }).period, undefined)
})

test('users come one after another, all within the time that they think', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 60 }), (users, think) => {
      const arrivals = Array.from({ length: users }, (_, user) => arrivalOf(user + 1, think)).sort((a, b) => a - b)
      const gaps = arrivals.map((at, i) => at - (arrivals[i - 1] ?? 0))
      assert.ok(arrivals.every((at) => at >= 0 && at < think))
      assert.ok(Math.max(...gaps) <= (3 * think) / users, `a pause of ${Math.max(...gaps)} s`)
    }),
  )
})
