import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { atLeast, type Pair, worseByChance } from '../../../../cli/base/statistics.ts'

const near = (found: number, expected: number): void =>
  assert.ok(Math.abs(found - expected) <= 1e-9 + expected * 1e-6, `${found} is not ${expected}`)
const pair = (failed: number, of: number, theirFailed: number, theirOf: number): Pair => ({
  mine: { failed, of },
  theirs: { failed: theirFailed, of: theirOf },
})

describe('chance', () => {
  it('is that of the binomial distribution', () => {
    near(atLeast(1, 3, 0.5), 0.875)
    near(atLeast(2, 4, 0.05), 0.01401875)
    assert.equal(atLeast(0, 8, 0.05), 1)
    assert.equal(atLeast(9, 8, 0.05), 0)
  })

  it('is that of Fisher’s exact test for two witnesses', () => {
    // (10 choose 3) of (50 choose 3).
    near(worseByChance([pair(3, 10, 0, 40)]), 120 / 19_600)
    near(worseByChance([pair(1, 10, 0, 40)]), 0.2)
    near(worseByChance([pair(2, 3, 1, 3)]), 10 / 20)
  })

  it('is none that explains 53 of 80 beside none of 500, and one that explains 1 of 400 beside none of 5000', () => {
    assert.ok(worseByChance([pair(53, 80, 0, 500)]) < 1e-9)
    assert.ok(worseByChance([pair(1, 400, 0, 5000)]) > 0.05)
    assert.ok(worseByChance([pair(4, 400, 0, 5000)]) < 1e-4)
  })

  it('compares like with like: who looks more often where more fails is not worse for that', () => {
    const [bad, well] = [pair(50, 100, 5, 10), pair(0, 10, 0, 100)]
    assert.ok(worseByChance([bad, well]) > 0.3)
    assert.ok(worseByChance([pair(50, 110, 5, 110)]) < 1e-9)
  })

  it('adds up over pairs where each alone says little', () => {
    const one = pair(2, 40, 0, 400)
    assert.ok(worseByChance([one]) > 0.001)
    assert.ok(worseByChance([one, one, one]) < 1e-4)
  })

  it('lies between 0 and 1, and falls with every failure more', () => {
    const count = fc.nat({ max: 200 })
    fc.assert(
      fc.property(count, count, count, count, (failed, well, theirFailed, theirWell) => {
        const of = (mine: number) => worseByChance([pair(mine, mine + well, theirFailed, theirFailed + theirWell)])
        assert.ok(of(failed) >= 0 && of(failed) <= 1)
        if (failed === 0) assert.equal(of(failed), 1)
        assert.ok(worseByChance([pair(failed, failed + well + 1, theirFailed, theirFailed + theirWell)]) <= 1)
      }),
    )
  })
})
