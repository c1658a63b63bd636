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

for (const [caches, apart] of [
  [2, 100],
  [4, 350],
  [3, 2500],
] as const)
  test(`old answers of ${caches} caches that take turns, asked for each ${apart} ms, do not move`, (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: 1_000_000 })
    const moves = moving()
    // What moved first stands still from then on.
    for (let n = 0; n < 40; n++) {
      assert.ok(moves(-n))
      t.mock.timers.tick(apart)
    }
    const still = Array.from({ length: 200 }, (_, n) => {
      t.mock.timers.tick(apart)
      const moved = moves(n % caches)
      assert.equal(moves(n % caches), moved, 'asked about twice in a moment')
      return moved
    }).filter((moved) => !moved)
    assert.ok(still.length > 0)
  })

test('machines whose clocks differ by seconds, and say nothing but seconds, move', (t) => {
  for (const apart of [70, 400, 1000, 1700]) {
    t.mock.timers.enable({ apis: ['Date'], now: 1_000_000 })
    const moves = moving()
    for (let n = 0; n < 2000; n++) {
      assert.ok(moves(Math.floor(Date.now() / 1000) - (n % 2) * 3), `${apart} ${n}`)
      t.mock.timers.tick(apart)
    }
    t.mock.timers.reset()
  }
})
