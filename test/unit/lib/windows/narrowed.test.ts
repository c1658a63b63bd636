import assert from 'node:assert/strict'
import { test } from 'node:test'
import { narrowedIn } from '../../../../lib/windows/narrowed.ts'
import type { WindowSpec } from '../../../../lib/windows/workload.ts'

const api = { resource: 5, action: 3, resources: 2, metrics: 1 }
const window = (name: string, mix: Record<string, number>, more: Partial<WindowSpec> = {}): WindowSpec => ({
  ...{ name, mix, duration: 1, load: { model: 'open', rate: 1 } },
  ...more,
})
const lacking =
  (...names: string[]) =>
  (name: string) =>
    !names.includes(name)

test('a mix of which less than half is left is said', () => {
  const windows = [window('warmup', api, { latency: 'settles' }), window('monitor', { health: 1 }), window('api', api)]
  assert.deepEqual(narrowedIn(windows, lacking('resource', 'action', 'resources')), ['api sends metrics alone, 9 % of its mix'])
  assert.deepEqual(narrowedIn(windows, lacking('action', 'resources')), [])
  assert.deepEqual(narrowedIn(windows, lacking()), [])
  assert.deepEqual(
    narrowedIn(windows, () => false),
    [],
    'such a window is not there at all',
  )
})

test('who must be refused is no user', () => {
  const once = window('once', { health: 1, 'resource.no_token': 1, 'action.no_token': 1 })
  assert.deepEqual(narrowedIn([once], lacking('resource.no_token', 'action.no_token')), [])
})
