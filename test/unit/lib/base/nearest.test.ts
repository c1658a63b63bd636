import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { didYouMean } from '../../../../lib/base/nearest.ts'

const KNOWN = ['p50_ms', 'p90_ms', 'p95_ms', 'p99_ms', 'p999_ms', 'error_rate', 'goodput', 'rps', 'why']

test('names the one that was most likely meant', () => {
  for (const [found, meant] of [
    ['p95', 'p95_ms'],
    ['p99', 'p99_ms'],
    ['P95_MS', 'p95_ms'],
    ['eror_rate', 'error_rate'],
    ['errorrate', 'error_rate'],
    ['goodputt', 'goodput'],
    ['rsp', 'rps'],
  ] as const)
    assert.equal(didYouMean(found, KNOWN), `; did you mean "${meant}"?`, found)
})

test('says nothing where nothing is near', () => {
  for (const found of ['throughput', 'zzzzzz', '']) assert.equal(didYouMean(found, ['error_rate', 'goodput']), '', found)
  assert.equal(didYouMean('anything', []), '')
})

test('a name with one letter wrong is found, whatever the name', () => {
  const name = fc.stringMatching(/^[a-z]{4,12}$/)
  fc.assert(
    fc.property(name, fc.nat(), (known, at) => {
      const i = at % known.length
      const typo = `${known.slice(0, i)}Q${known.slice(i + 1)}`
      assert.equal(didYouMean(typo, [known]), `; did you mean ${JSON.stringify(known)}?`)
    }),
  )
})

test('only a known name is ever suggested', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string({ unit: 'binary' })), (found, known) => {
      const text = didYouMean(found, known)
      if (text === '') return
      assert.ok(known.some((name) => text === `; did you mean ${JSON.stringify(name)}?`))
    }),
  )
})
