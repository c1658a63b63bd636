import assert from 'node:assert/strict'
import { test } from 'node:test'
import { samplesFor } from '../../../../lib/gates/evidence.ts'
import { selector } from '../../../../lib/gates/selector.ts'

test('an endpoint is the tag name, a window the tag scenario; all endpoints need no tag', () => {
  assert.equal(selector('http_reqs', 'spike', 'health'), 'http_reqs{name:health,scenario:spike}')
  assert.equal(selector('http_reqs', 'spike', '*'), 'http_reqs{scenario:spike}')
  assert.equal(selector('http_reqs', 'spike', '*', { status: '429' }), 'http_reqs{scenario:spike,status:429}')
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
