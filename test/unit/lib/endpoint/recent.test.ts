/** Ids that must be new: what came lately is known, and some of what came long ago. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Recent } from '../../../../lib/endpoint/recent.ts'

test('ids that are new each time are taken, however many', () => {
  const ids = new Recent()
  for (let n = 0; n < 20_000; n++) assert.ok(ids.add(`id-${n}`), `${n}`)
})

test('an id of the last 128 is known', () => {
  for (const given of [128, 129, 200, 256, 257, 1000]) {
    const ids = new Recent()
    for (let n = 0; n < given; n++) ids.add(n)
    assert.ok(!ids.add(given - 128), `${given}`)
  }
})

for (const stock of [300, 1000, 5000])
  test(`a stock of ${stock} ids is known when it comes again`, () => {
    const ids = new Recent()
    const twice = Array.from({ length: 2 * stock }, (_, n) => ids.add(`id-${n % stock}`)).filter((isNew) => !isNew)
    assert.ok(twice.length > 0)
  })
