/** Evidence of instances, made up for tests. */

import { segmentAt } from '../../../../lib/base/segment.ts'
import { readSettings } from '../../../../lib/base/settings.ts'
import { makeGates } from '../../../../lib/gates/gates.ts'
import type { Limits, MetricLimits } from '../../../../lib/gates/thresholds.ts'
import { type InstanceFacts, instanceOf } from '../../../../lib/summary/instance.ts'
import type { Instance } from '../../../../lib/summary/instance-model.ts'
import type { K6Data } from '../../../../lib/summary/k6-data.ts'
import type { SummaryPlan } from '../../../../lib/summary/plan-model.ts'
import { bindTarget } from '../../../../lib/target/target.ts'
import { openWindow } from '../windows/windows.ts'

export const BEGAN = Date.parse('2026-11-30T10:00:00Z')
/** One window of 10 s called `spike`, with 1000 requests planned, 500 to each of `health` and `resource`. */
export function planOfFleet(of: number, limits: Partial<Limits> = {}, metrics: Record<string, MetricLimits> = {}): SummaryPlan {
  const settings = readSettings({ INSTANCES: String(of), CLIENT_SECRET: 'hush', RESULTS_DIR: '/mine' })
  const target = bindTarget(
    { name: 'm', base_url: 'http://127.0.0.1:1', auth: { flow: 'client_credentials', client_id: 'me' }, endpoints: {} },
    'f',
    settings,
    true,
  )
  const windows = [openWindow(100, {}, { instances: of })]
  const file = { windows: { spike: { '*': { error_rate: 0.01, ...limits, why: 'x' } } }, metrics }
  return {
    ...{ name: 'burst', description: '', settings, target, missed: [], weakly: [], elsewhere: [], windows, thresholdsFile: 'f' },
    gates: makeGates(file, 'f', windows),
  }
}

export const counter = (count: number) => ({ type: 'counter', values: { count, rate: count } })
export const trend = (values: Record<string, number>) => ({ type: 'trend', values })

export function instance(
  place: number,
  plan: SummaryPlan,
  metrics: K6Data['metrics'],
  facts: Partial<InstanceFacts> = {},
): Instance {
  const of = plan.settings.INSTANCES
  const made = instanceOf(
    plan,
    { metrics, state: { testRunDurationMs: 12_000 } },
    {
      segment: segmentAt(place, of),
      run: `run${place}`,
      began: BEGAN,
      ended: BEGAN + 12_000,
      hash: (text) =>
        [...text]
          .reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) % 2 ** 32, 7)
          .toString(16)
          .padStart(64, '0'),
      script: 'code',
      ...facts,
    },
  )
  return JSON.parse(JSON.stringify(made)) as Instance
}

/** What an instance has counted that did its share of 1000 requests, half to each endpoint, correctly. */
export function fine(plan: SummaryPlan, late = 0): K6Data['metrics'] {
  const share = 1000 / plan.settings.INSTANCES
  const answered = { count: share, min: 1, med: 5, avg: 5, max: 50, 'p(95)': 20, 'p(99)': 40 }
  return {
    http_reqs: counter(share),
    iterations: counter(share),
    'http_reqs{scenario:spike}': counter(share),
    'http_reqs{scenario:spike,expected_response:true}': counter(share),
    'http_req_duration{scenario:spike}': trend(answered),
    'http_reqs{name:health,scenario:spike}': counter(share / 2),
    'http_reqs{name:resource,scenario:spike}': counter(share / 2),
    'http_reqs{name:health,scenario:spike,expected_response:true}': counter(share / 2),
    'http_reqs{name:resource,scenario:spike,expected_response:true}': counter(share / 2),
    ...(late === 0 ? {} : { 'late{scenario:spike,limit:*.p95_ms}': counter(late) }),
  }
}
