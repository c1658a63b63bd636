import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { probe, probeRate, SAMPLES_NEEDED, WINDOW_SHARE } from '../../../../lib/monitor/degradation.ts'

test('compares the p95 of the first and the last window, and nothing between them', () => {
  const measured = probe(100, 0)
  for (let at = 0; at < 100; at += 0.1) measured.add(at, at < 20 ? 10 : at >= 80 ? 15 : 9999)
  const comparison = measured.compare()
  assert.deepEqual(comparison && { ...comparison, samples: 0 }, { degradation: 0.5, firstP95: 10, lastP95: 15, samples: 0 })
  assert.ok((comparison?.samples ?? 0) >= 199)
})

test('sees what a sample each ten seconds cannot: a slow twentieth', () => {
  const measured = probe(100, 0)
  for (let n = 0; n < 1000; n++) measured.add(n / 10, n >= 800 && n % 10 === 0 ? 100 : 5)
  assert.equal(measured.compare()?.firstP95, 5)
  assert.equal(measured.compare()?.lastP95, 100)
})

test('a machine that stands still once is no trend, in neither window', () => {
  const still = (from: number, ms: number, usual: (at: number) => number) => {
    const measured = probe(22, 20)
    for (let n = 0; n < 1100; n++) measured.add(n / 50, n / 50 >= from && n / 50 < from + 0.8 ? ms : usual(n / 50))
    return measured.compare()
  }
  assert.equal(still(20, 250, () => 2)?.degradation, 0)
  assert.equal(still(1, 250, () => 2)?.lastP95, 2)
  // Nor does one hide what comes after it.
  assert.deepEqual(
    still(1, 250, (at) => (at > 15 ? 40 : 2)),
    { degradation: 19, firstP95: 2, lastP95: 40, samples: 220 },
  )
})

test('says nothing where a window is empty', () => {
  assert.equal(probe(10, 0).compare(), undefined)
  const half = probe(10, 0)
  half.add(0, 1)
  assert.equal(half.compare(), undefined)
})

test('its rate fills both windows of a run of any length', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 100 }), (duration, least) => {
      const rate = probeRate(duration, least)
      assert.ok(rate >= least)
      assert.ok(Math.floor(rate * duration * WINDOW_SHARE) >= SAMPLES_NEEDED)
    }),
  )
})
