/** A value that must move and does not is told from one that was asked for twice in a moment. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { moving } from '../../../../lib/endpoint/moving.ts'

test('a value moves until it has stood still for seconds, of each subject by itself', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_000_000 })
  const moves = moving()
  assert.ok(moves(1, 'a'))
  assert.ok(moves(1, 'b'))
  t.mock.timers.tick(2900)
  assert.ok(moves(1, 'a'))
  assert.ok(moves(2, 'b'))
  t.mock.timers.tick(200)
  assert.ok(!moves(1, 'a'))
  assert.ok(moves(2, 'b'))
  assert.ok(moves(2, 'a'))
  t.mock.timers.tick(2900)
  assert.ok(moves(2, 'a'))
})

test('subjects that come and go are not kept for ever', () => {
  const moves = moving()
  for (let n = 0; n < 10_000; n++) assert.ok(moves(1, `agent-${n}`))
})
