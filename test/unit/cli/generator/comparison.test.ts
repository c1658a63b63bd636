import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { compare, FACTOR, FLOOR_MS } from '../../../../cli/generator/comparison.ts'

const samples = (count: number, ms: number): number[] => Array.from({ length: count }, () => ms)
const k6 = (p50: number, p95: number, p99: number) => ({ p50, p95, p99 })

describe('k6 against the control probe', () => {
  it('compares at the highest percentile that the probe has samples for', () => {
    assert.equal(compare(k6(1, 1, 1), samples(1000, 1))?.percentile, 'p99')
    assert.equal(compare(k6(1, 1, 1), samples(999, 1))?.percentile, 'p95')
    assert.equal(compare(k6(1, 1, 1), samples(199, 1))?.percentile, 'p50')
    assert.equal(compare(k6(1, 1, 1), samples(19, 1)), undefined)
  })

  it('parts where k6 reads more than the factor, and more than the noise of a busy machine', () => {
    assert.equal(compare(k6(1, 102, 150), samples(400, 0.17))?.parted, true)
    assert.equal(compare(k6(1, 2, 4), samples(400, 0.4))?.parted, false, 'a factor of 5, but 1.6 ms')
    assert.equal(compare(k6(1, 200, 400), samples(400, 100))?.parted, false, '100 ms, but a factor of 2')
    assert.equal(compare(k6(1, 100 * FACTOR + 1, 0), samples(400, 100))?.parted, true)
  })

  it('does not part where the probe reads more', () => {
    assert.equal(compare(k6(1, 2, 3), samples(400, 500))?.parted, false)
  })

  it('never parts within the floor, and always says so by its own figures', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 1e4, noNaN: true }),
        fc.double({ min: 0.01, max: 1e4, noNaN: true }),
        (mine, theirs) => {
          const found = compare(k6(mine, mine, mine), samples(1000, theirs))
          assert.ok(found !== undefined)
          if (mine - theirs <= FLOOR_MS) assert.equal(found.parted, false)
          assert.equal(found.parted, mine > theirs * FACTOR && mine - theirs > FLOOR_MS)
        },
      ),
    )
  })

  it('lets pass what is small beside the limit that the window must keep', () => {
    assert.equal(compare(k6(1, 25, 30), samples(400, 4), 300)?.parted, false)
    assert.equal(compare(k6(1, 25, 30), samples(400, 4), 100)?.parted, true)
    assert.equal(compare(k6(1, 40, 50), samples(400, 4), 300)?.parted, true)
  })
})
