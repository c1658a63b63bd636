import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limitOf, overLimit, requireUnderLimit } from '../../../lib/limiter.ts'
import { targetWith } from './bound-target.ts'
import { refuses } from './refuses.ts'

const mix = { health: 2, resource: 5, action: 1, resources: 2 }
const VALUES = { resource: { values: { id: ['a'] } } }
const limited = (limiter: object, endpoints: object = VALUES) => targetWith(endpoints, { limiter })

test('counts only what the limiter counts', () => {
  const target = limited({ rps: 100, exempt: ['health'] })
  const limit = limitOf(target)
  assert.equal(overLimit(mix, 125, limit, target.has), false)
  assert.equal(overLimit(mix, 126, limit, target.has), true)
})

test('what the target lacks is not sent, so it takes nothing from the limit', () => {
  const target = limited({ rps: 100, exempt: ['health'] }, { resource: false, action: false, resources: false })
  assert.equal(overLimit(mix, 1_000_000, limitOf(target), target.has), false)
})

test('without a number nothing is counted on', () => {
  assert.equal(limitOf(limited({ retry_after: false })), undefined)
  assert.equal(limitOf(targetWith(VALUES)), undefined)
  assert.equal(
    overLimit(mix, 1_000_000, undefined, () => true),
    false,
  )
})

test('a steady load above the limit is refused, naming both numbers', () => {
  const target = limited({ rps: 33 })
  refuses(() => requireUnderLimit(mix, 60, target), 'setting RATE: 60', 'more than the 33', 'target mine')
  requireUnderLimit(mix, 33, target)
})

test('a limiter that exempts an endpoint that nobody knows is refused with the nearest name', () => {
  refuses(() => limited({ rps: 1, exempt: ['helth'] }), 'limiter.exempt: unknown endpoint "helth"', 'health')
})
