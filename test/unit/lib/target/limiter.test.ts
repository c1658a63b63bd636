import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Limit, limitOf, overLimit, requireUnderLimit } from '../../../../lib/target/limiter.ts'
import type { Target } from '../../../../lib/target/target.ts'
import { refuses } from '../refuses.ts'
import { targetWith } from './bound-target.ts'

const target = (more: object = {}): Target => targetWith({}, more)
const LIMIT: Limit = { rps: 50, exempt: ['health'] }
const has = () => true

test('a target without a limiter has no limit', () => {
  assert.equal(limitOf(target()), undefined)
  assert.deepEqual(limitOf(target({ limiter: { rps: 50 } })), { rps: 50, exempt: [] })
  assert.deepEqual(limitOf(target({ limiter: { rps: 50, exempt: ['health'] } })), LIMIT)
})

test('a rate is over the limit by what the limiter counts of it', () => {
  const mix = { health: 1, resource: 1 }
  assert.equal(overLimit(mix, 100, LIMIT, has), false, 'half of it is exempt')
  assert.equal(overLimit(mix, 101, LIMIT, has), true)
  assert.equal(overLimit(mix, 1e6, undefined, has), false)
  assert.equal(overLimit({ health: 1 }, 1e6, LIMIT, has), false)
  assert.equal(
    overLimit(mix, 60, LIMIT, (name) => name !== 'health'),
    true,
    'what the target lacks is not sent',
  )
  assert.equal(
    overLimit(mix, 60, LIMIT, () => false),
    false,
  )
})

test('a steady load over the limit is refused, with the limit and what to do', () => {
  const limited = target({ limiter: { rps: 50 } })
  requireUnderLimit({ resource: 1 }, 50, limited)
  refuses(
    () => requireUnderLimit({ resource: 1 }, 51, limited),
    'setting RATE: 51 requests a second',
    'the 50 that the rate limiter of target mine lets through',
  )
  requireUnderLimit({ resource: 1 }, 1e6, target())
})
