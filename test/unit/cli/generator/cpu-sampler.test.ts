import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { between, isStopped, throttledIn, ticksIn, waitedBetween, waitIn } from '../../../../cli/generator/cpu-sampler.ts'

describe('CPU of the generator', () => {
  it('reads stolen and idle ticks and leaves out guests, which are counted as user time already', () => {
    const stat = 'cpu  100 10 50 800 5 1 2 32 100 10\ncpu0 1 1 1 1 1 1 1 1 1 1\n'
    assert.deepEqual(ticksIn(stat), { steal: 32, idle: 805, total: 1000 })
    assert.deepEqual(ticksIn(''), { steal: 0, idle: 0, total: 0 })
  })

  it("reads a container's throttling", () => {
    assert.equal(throttledIn('usage_usec 10\nnr_throttled 3\nthrottled_usec 2500000\n'), 2.5)
    assert.equal(throttledIn(''), 0)
  })

  it('makes shares of what lies between two readings', () => {
    const before = { at: 1000, cpu: 5, own: 7, steal: 10, idle: 90, total: 1000, throttled: 1, waits: new Map([['7', 1]]) }
    const after = { at: 3000, cpu: 8, own: 11, steal: 50, idle: 130, total: 1400, throttled: 1.5, waits: new Map([['7', 2.5]]) }
    const shares = { used: 1.5, stolen: 0.1, throttled: 0.25, waited: 0.75, idle: 0.1, stopped: 0 }
    // Of 4 cores 0.4 were idle and 0.4 stolen; the run used 2.
    const { others, ...rest } = between(before, after, 4)
    assert.deepEqual(rest, { at: 3000, ...shares })
    assert.ok(Math.abs(others - 1.2) < 1e-9, String(others))
  })

  it('knows a process that a signal has stopped, whatever its name', () => {
    assert.equal(isStopped('17 (k6) T 1 17'), true)
    assert.equal(isStopped('17 (k6) S 1 17'), false)
    assert.equal(isStopped('17 (k6) T 1) S 1 17'), false)
    assert.equal(isStopped(''), false)
  })

  it('knows how long threads stood ready without a core, whichever of them have come or gone', () => {
    assert.equal(waitIn('4100000000 2500000000 17\n'), 2.5)
    assert.equal(waitIn(''), 0)
    const before = new Map([
      ['1', 4],
      ['2', 9],
    ])
    assert.equal(waitedBetween(before, new Map([...before, ['3', 0.5]])), 0.5)
    assert.equal(waitedBetween(before, new Map([['1', 4.25]])), 0.25)
  })
})
