import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { add, bucketRatio, countOf, emptyHistogram, histogramFrom, quantile, since } from '../../../../cli/record/histogram.ts'
import { parseSeries, type SeriesFile } from '../../../../cli/record/series-model.ts'
import { k6Percentile, observe, wireOf } from './native-buckets.ts'

/** Seconds, from a microsecond to a minute, and requests without an answer. */
const value = fc.oneof(
  { weight: 9, arbitrary: fc.double({ min: 1e-6, max: 60, noNaN: true }) },
  { weight: 1, arbitrary: fc.constant(0) },
)
const values = fc.array(value, { minLength: 1, maxLength: 300 })
const percentile = fc.constantFrom(0, 0.5, 0.9, 0.95, 0.99, 0.999, 1)

describe('histograms', () => {
  it('are read from the wire as they were written', () => {
    fc.assert(
      fc.property(values, (all) => {
        const made = observe(all)
        assert.deepEqual(histogramFrom(wireOf(made)), made)
      }),
    )
  })
  it('give every percentile within their bucket ratio of the one k6 computes', () => {
    fc.assert(
      fc.property(values, percentile, (all, at) => {
        const [found, truth] = [quantile(observe(all), at) ?? Number.NaN, k6Percentile(all, at)]
        const ratio = bucketRatio(3) * (1 + 1e-9)
        assert.ok(found <= truth * ratio && found >= truth / ratio, `${found} for ${truth}`)
      }),
      { numRuns: 1000 },
    )
  })
  it('add up to the histogram of all values, and come apart again', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const both = add(observe(a), observe(b))
        const all = observe([...a, ...b])
        assert.deepEqual({ ...both, sum: 0 }, { ...all, sum: 0 })
        const gained = since(both, observe(a))
        assert.equal(countOf(gained), b.length)
        assert.equal(quantile(gained, 0.95), quantile(observe(b), 0.95))
      }),
    )
  })
  it('of different schemas add up in the coarser one', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const both = add(observe(a, 3), observe(b, 1))
        assert.deepEqual({ ...both, sum: 0 }, { ...observe([...a, ...b], 1), sum: 0 })
      }),
    )
  })
  it('count anew when what is counted has begun anew', () => {
    const now = observe([0.1, 0.2])
    assert.equal(since(now, observe([0.1, 0.1, 0.3])), now)
  })
  it('without values have no percentiles', () => {
    assert.equal(quantile(emptyHistogram(), 0.5), undefined)
    assert.equal(countOf(add(emptyHistogram(), emptyHistogram())), 0)
  })
  it('count values below zero as zero', () => {
    const made = histogramFrom({ schema: 3, zeroCountInt: 2, negativeSpans: [{ offset: 3, length: 2 }], negativeDeltas: [1, 1] })
    assert.equal(countOf(made), 5)
    assert.equal(quantile(made, 1), 0)
  })
  it('with more buckets than numbers exist are refused before they fill the memory', () => {
    const spans = [
      { offset: 0, length: 1 },
      { offset: 2_000_000_000, length: 1 },
    ]
    assert.throws(() => histogramFrom({ schema: 3, positiveSpans: spans, positiveDeltas: [1, 0] }), /more buckets/)
  })
  it('that begin with a bucket of no number are refused, from k6 and from a file: between it and another there would be no end', () => {
    const spans = [{ offset: 2_000_000_000, length: 1 }]
    assert.throws(() => histogramFrom({ schema: 3, positiveSpans: spans, positiveDeltas: [1] }), /bucket 2000000000/)
    const text = readFileSync(new URL('../report/results-of-schema-1/series.json', import.meta.url), 'utf8')
    const series = JSON.parse(text) as SeriesFile
    for (const change of [{ first: 2_000_000_000 }, { first: 0.5 }, { schema: 60 }]) {
      const rows = series.rows.map((row) => ({ ...row, histogram: { ...row.histogram, ...change } }))
      assert.throws(() => parseSeries(JSON.stringify({ ...series, rows })), JSON.stringify(change))
    }
  })
})
