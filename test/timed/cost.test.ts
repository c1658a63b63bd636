/** What a checked request costs k6 beside a bare one: fails where something dear has slipped into the hot path. */
import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { type Contender, k6Script, libraryScript, TARGET_CORE } from '../../bench/contender.ts'
import { startTarget } from '../../bench/target.ts'
import { found } from '../../cli/k6/provision.ts'

/**
 * Wide: `npm run bench` holds the true bar, on a machine that has nothing else to do. Read here before lists that stand still were no longer
 * read again by chance: x1.6 to x1.7 of bare requests that are an iteration each, of which checking is a third (docs/explanation/speed.md).
 */
const AT_MOST = 2.2
/** Whatever else a machine does only adds to a cost, so the least of several runs is nearest to the truth; most need two. */
const ROUNDS = 6
/** Few users, so that the start of k6 weighs little in a run this short. */
const LOAD = { users: 10, seconds: 3 }

test(`a request of http costs at most ${AT_MOST} times a bare one`, async (t) => {
  const { path: k6 } = (await found(process.env)) ?? assert.fail('no k6')
  const target = await startTarget('null', TARGET_CORE)
  try {
    const least = async (contender: Contender, before: number) => {
      const { cpuSeconds, requests } = await contender.measure(target.url, LOAD)
      return Math.min(before, (cpuSeconds / requests) * 1e6)
    }
    const TARGET = resolve('bench/contenders/plain-target.json')
    const [bare, http] = [k6Script(k6, 'bare', 'bare.js', 'http'), libraryScript(k6, 'http', 'http', { TARGET })]
    let [floor, cost] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
    for (let round = 0; round < ROUNDS; round++) {
      floor = await least(bare, floor)
      cost = await least(http, cost)
      t.diagnostic(`round ${round + 1}: ${cost.toFixed(1)} µs, bare ${floor.toFixed(1)} µs, x${(cost / floor).toFixed(2)}`)
      if (round > 0 && cost <= floor * AT_MOST) return
    }
    assert.fail(
      `a request costs ${cost.toFixed(1)} µs of CPU, x${(cost / floor).toFixed(2)} of ${floor.toFixed(1)} µs for a bare one; at most x${AT_MOST}`,
    )
  } finally {
    await target.stop()
  }
})
