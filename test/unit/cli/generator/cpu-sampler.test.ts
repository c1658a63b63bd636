import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { between, stealIn, throttledIn } from '../../../../cli/generator/cpu-sampler.ts'

describe('CPU of the generator', () => {
  it('reads stolen ticks and leaves out guests, which are counted as user time already', () => {
    const stat = 'cpu  100 10 50 800 5 1 2 32 100 10\ncpu0 1 1 1 1 1 1 1 1 1 1\n'
    assert.deepEqual(stealIn(stat), { steal: 32, total: 1000 })
    assert.deepEqual(stealIn(''), { steal: 0, total: 0 })
  })

  it("reads a container's throttling", () => {
    assert.equal(throttledIn('usage_usec 10\nnr_throttled 3\nthrottled_usec 2500000\n'), 2.5)
    assert.equal(throttledIn(''), 0)
  })

  it('makes shares of what lies between two readings', () => {
    const before = { at: 1000, cpu: 5, steal: 10, total: 1000, throttled: 1 }
    const after = { at: 3000, cpu: 8, steal: 50, total: 1400, throttled: 1.5 }
    assert.deepEqual(between(before, after), { at: 3000, used: 1.5, stolen: 0.1, throttled: 0.25 })
  })
})
