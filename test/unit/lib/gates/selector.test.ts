import assert from 'node:assert/strict'
import { test } from 'node:test'
import { samplesFor } from '../../../../lib/gates/evidence.ts'
import { declared, subMetric, tagsOf } from '../../../../lib/gates/threshold.ts'

const selector = (metric: string, window: string, endpoint: string, more = {}) =>
  subMetric({ metric, tags: tagsOf(window, endpoint, more) })

test('an endpoint is the tag name, a window the tag scenario; all endpoints need no tag', () => {
  assert.equal(selector('http_reqs', 'spike', 'health'), 'http_reqs{name:health,scenario:spike}')
  assert.equal(selector('http_reqs', 'spike', '*'), 'http_reqs{scenario:spike}')
  assert.equal(selector('http_reqs', 'spike', '*', { status: '429' }), 'http_reqs{scenario:spike,status:429}')
})

test('a sub-metric that is declared by its name is what it says', () => {
  for (const name of ['ws_held', 'watch_points{of:memory}', 'errors{group:::teardown::comeback}', 'a{b:c,d:e}'])
    assert.equal(subMetric(declared(name)), name)
  assert.deepEqual(declared('failures{group:::setup}'), { metric: 'failures', tags: { group: '::setup' } })
})

test('the order of tags is that of their kind, not that in which they came', () => {
  const tags = { scenario: 'spike', code: '-32603', name: 'health', class: 'rpc_error' }
  const sorted = Object.fromEntries(Object.entries(tags).sort())
  for (const one of [tags, sorted])
    assert.equal(subMetric({ metric: 'failures', tags: one }), 'failures{name:health,scenario:spike,class:rpc_error,code:-32603}')
})

test('ten samples lie beyond a percentile', () => {
  for (const [percentile, samples] of [
    [50, 20],
    [75, 40],
    [90, 100],
    [95, 200],
    [99, 1000],
    [99.9, 10_000],
    [99.99, 100_000],
  ] as const)
    assert.equal(samplesFor(percentile), samples)
})
