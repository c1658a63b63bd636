import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { loadPerformance } from '../../../../cli/ci/gitlab.ts'
import { resultsOf } from '../report/results-of-a-run.ts'

describe('loadPerformance', () => {
  const { summary, series } = resultsOf({ seconds: 60, endpoints: 2, verdict: 'fail' })

  it('counts gates as checks and requests of the gated windows only', () => {
    const { checks, http_reqs } = loadPerformance(summary, series).metrics
    assert.deepEqual([checks.passes, checks.fails], [8, 1])
    const sent = summary.endpoints.reduce((total, row) => total + row.sent, 0)
    assert.equal(http_reqs.count, sent)
    assert.equal(http_reqs.rate, sent / 57)
  })
  it('does not count the time of windows that run beside each other twice', () => {
    const windows = summary.windows.map((window) => ({ ...window, start: 0, duration: 10 }))
    assert.equal(
      loadPerformance({ ...summary, windows }, series).metrics.http_reqs.rate,
      loadPerformance(summary, series).metrics.http_reqs.count / 10,
    )
  })
  it('has the time to the first byte where it was recorded, of the gated windows', () => {
    assert.equal(loadPerformance(summary, series).metrics.http_req_waiting, undefined)
    // 90 values in (0.5 s, 1 s], 10 in (1 s, 2 s]; a thousand slow ones in the warm-up.
    const waiting = [
      { window: 'base', histogram: { schema: 0, zero: 0, first: 0, counts: [90, 10] } },
      { window: 'warmup', histogram: { schema: 0, zero: 0, first: 5, counts: [1000] } },
    ]
    const found = loadPerformance(summary, { ...series, waiting }).metrics.http_req_waiting
    assert.ok(found && found['p(90)'] > 500 && found['p(90)'] <= 1100, String(found?.['p(90)']))
    assert.ok(found['p(95)'] > 1000 && found['p(95)'] <= 2000)
  })
})
