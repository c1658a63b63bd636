import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { highestRate } from '../../../../../cli/capacity/calibrate/search.ts'

const upTo = (limit: number) => async (rate: number) => rate <= limit

it('comes within a tenth below what holds, never above it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 300, max: 150_000 }), async (limit) => {
      const found = await highestRate(upTo(limit), 2000, 200_000)
      assert.ok(found <= limit)
      assert.ok(found * 1.11 >= limit || limit < 275, `${found} of ${limit}`)
    }),
  )
})

it('asks a few times only, and for no rate twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 150_000 }), async (limit) => {
      const asked: number[] = []
      await highestRate(
        async (rate) => {
          asked.push(rate)
          return rate <= limit
        },
        2000,
        200_000,
      )
      assert.ok(asked.length <= 14, String(asked))
      assert.equal(new Set(asked).size, asked.length)
    }),
  )
})

it('stops at the highest rate, and says 0 where nothing holds', async () => {
  assert.equal(await highestRate(upTo(1e9), 2000, 10_000), 10_000)
  assert.equal(await highestRate(upTo(0), 2000, 10_000), 0)
})
