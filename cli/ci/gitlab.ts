/**
 * GitLab's load performance report (`artifacts:reports:load_performance`): of k6's summary export, its merge request widget
 * reads `checks`, the rate of `http_reqs`, and p(90) and p(95) of `http_req_waiting`.
 * https://docs.gitlab.com/ci/testing/load_performance_testing/
 */
import type { RunSummary } from '../../lib/summary/model.ts'
import { add, emptyHistogram, quantile } from '../record/histogram.ts'
import type { SeriesFile } from '../record/series-model.ts'

interface Percentiles {
  'p(90)': number
  'p(95)': number
}
export interface LoadPerformance {
  metrics: {
    /** Gates: held and not. */
    checks: { passes: number; fails: number; value: number }
    /** Requests of the gated windows; rate per second of them. */
    http_reqs: { count: number; rate: number }
    /** Milliseconds to the first byte in the gated windows; absent when the run was not recorded. */
    http_req_waiting?: Percentiles
  }
}

const total = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)

function waiting(gated: readonly string[], series: SeriesFile | undefined): Percentiles | undefined {
  const all = (series?.waiting ?? [])
    .filter(({ window }) => gated.includes(window))
    .reduce((sum, { histogram }) => add(sum, { ...histogram, sum: 0 }), emptyHistogram())
  const [p90, p95] = [quantile(all, 0.9), quantile(all, 0.95)]
  return p90 === undefined || p95 === undefined ? undefined : { 'p(90)': p90 * 1000, 'p(95)': p95 * 1000 }
}

/** Time in which at least one gated window was open: windows may run beside each other. */
function gatedSeconds({ windows }: RunSummary): number {
  const spans = windows.filter(({ gated }) => gated).sort((a, b) => a.start - b.start)
  let [seconds, until] = [0, 0]
  for (const { start, duration } of spans) {
    seconds += Math.max(0, start + duration - Math.max(start, until))
    until = Math.max(until, start + duration)
  }
  return seconds
}

export function loadPerformance(summary: RunSummary, series: SeriesFile | undefined): LoadPerformance {
  const gated = summary.windows.filter((window) => window.gated).map(({ name }) => name)
  const count = total(summary.endpoints.filter(({ window }) => gated.includes(window)).map(({ sent }) => sent))
  const held = summary.gates.filter(({ ok }) => ok).length
  const first = waiting(gated, series)
  return {
    metrics: {
      checks: { passes: held, fails: summary.gates.length - held, value: held / Math.max(1, summary.gates.length) },
      http_reqs: { count, rate: count / Math.max(1, gatedSeconds(summary)) },
      ...(first === undefined ? {} : { http_req_waiting: first }),
    },
  }
}
