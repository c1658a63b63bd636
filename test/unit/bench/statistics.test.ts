import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { cpuSecondsIn } from '../../../bench/pinned.ts'
import { barsOf, rowsOf } from '../../../bench/report.ts'
import { costOf } from '../../../bench/rounds.ts'
import { median, pairedRatio } from '../../../bench/statistics.ts'

const run = (cpuPerRequest: number) => ({
  requestsPerSecond: 500,
  cpuPerRequest,
  cpuPerRequestWhole: 70,
  startSeconds: 0.1,
  p99Ms: 1,
})

describe('figures of the bench', () => {
  it('takes medians', () => {
    assert.equal(median([3, 1, 2]), 2)
    assert.equal(median([4, 1, 2, 3]), 2.5)
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const middle = median(values)
        assert.ok(values.filter((value) => value <= middle).length * 2 >= values.length)
        assert.ok(values.filter((value) => value >= middle).length * 2 >= values.length)
      }),
    )
  })

  it('tells what a request costs from what start and end do', () => {
    const short = { requests: 1000, cpuSeconds: 0.25, wallSeconds: 1, p99Ms: 1 }
    const cost = costOf(short, { requests: 5000, cpuSeconds: 0.45, wallSeconds: 5, p99Ms: 2 })
    assert.ok(Math.abs(cost.cpuPerRequest - 50) < 1e-9)
    assert.ok(Math.abs(cost.startSeconds - 0.2) < 1e-9)
    assert.ok(Math.abs(cost.cpuPerRequestWhole - 90) < 1e-9)
    assert.equal(cost.requestsPerSecond, 1000)
    assert.equal(cost.p99Ms, 2)
  })

  it('compares runs of the same round, so that a slow minute changes nothing', () => {
    assert.equal(pairedRatio([10, 30, 11], [10, 30, 10]).median, 1)
    assert.throws(() => pairedRatio([1], []), /pairs needed/)
  })

  it("reads the shell's times: the last line is that of the children", () => {
    assert.equal(cpuSecondsIn('0m0.00s 0m0.01s\n1m2.50s 0m0.25s\n'), 62.75)
    assert.throws(() => cpuSecondsIn('nothing'), /times/)
  })

  it('holds a bar by the median, and has none for who did not run', () => {
    const runs = new Map([
      ['bare', [run(50), run(50), run(50)]],
      ['http', [run(52), run(60), run(52)]],
    ])
    const bar = { of: 'http', against: 'bare', costs: 1.05 }
    assert.equal(barsOf(runs, [bar])[0]?.held, true)
    assert.equal(barsOf(runs, [{ ...bar, costs: 1.03 }])[0]?.held, false)
    assert.deepEqual(barsOf(runs, [{ ...bar, of: 'locust' }]), [])
    const yields = { of: 'bare', against: 'http', yields: 1.03 }
    assert.equal(barsOf(runs, [yields])[0]?.held, true)
    assert.equal(barsOf(runs, [{ ...yields, yields: 1.05 }])[0]?.held, false)
    assert.equal(rowsOf(runs, 'bare')[1]?.requestsPerSecond.median, 500)
  })
})
