import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Gate } from '../../../../lib/gates/model.ts'
import { toThresholds } from '../../../../lib/gates/threshold.ts'
import { forCloud } from '../../../../lib/run/cloud.ts'

const tags = { name: 'order', scenario: 'steady' }
const shared = { window: 'steady', endpoint: 'order', kind: 'limit', unit: 'ms', bound: 'max', why: 'A test.' } as const
const p95: Gate = {
  ...{ ...shared, key: 'p95_ms', label: 'p95', metric: 'http_req_duration', tags, stat: 95, threshold: 300, limit: 300 },
  late: {
    metric: 'late',
    tags: { scenario: 'steady', limit: 'order.p95_ms' },
    stat: 'count',
    threshold: 50,
    limit: 'order.p95_ms',
    ms: 300,
    share: 0.05,
  },
}
const longest: Gate = {
  ...{ ...shared, key: 'max_ms', label: 'max', metric: 'http_req_duration', tags, stat: 'max', threshold: 900, limit: 900 },
}
const gates = [p95, longest]
const options: { thresholds: Record<string, string[]>; maxRedirects: number } = {
  thresholds: { ...toThresholds(gates), 'http_reqs{scenario:steady}': [] },
  maxRedirects: 0,
}

test('a bundle that is not for k6 Cloud has the options of the script', () => {
  assert.equal(forCloud(options, gates, 'shop', undefined), options)
})

test('in k6 Cloud a percentile stands as the count of late answers, and all else as it is', () => {
  const distribution = { a: { loadZone: 'amazon:us:ashburn', percent: 100 } }
  const { thresholds, cloud, maxRedirects } = forCloud(options, gates, 'shop', { distribution })
  assert.deepEqual(thresholds, {
    'http_req_duration{name:order,scenario:steady}': ['max<=900'],
    'late{scenario:steady,limit:order.p95_ms}': ['count<=50'],
    'http_reqs{scenario:steady}': [],
  })
  assert.deepEqual([cloud, maxRedirects], [{ name: 'shop', distribution }, 0])
  assert.ok(
    options.thresholds['http_req_duration{name:order,scenario:steady}']?.includes('p(95)<=300'),
    'the options of the script were changed',
  )
})

test("what the script's own options say of k6 Cloud stands", () => {
  const { cloud } = forCloud({ ...options, cloud: { name: 'mine', projectID: 7 } } as typeof options, gates, 'shop', {})
  assert.deepEqual(cloud, { name: 'mine', projectID: 7 })
})
